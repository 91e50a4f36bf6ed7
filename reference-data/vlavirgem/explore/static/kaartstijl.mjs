// How the map looks: colours come from the style sheet, so light and dark follow the reader; letters are those of the
// reader's own machine.
const FONT = ["Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "Arial"];
const BOLD = ["Bold", ...FONT]; // MapLibre reads the weight from the first name
const LAND = {
  bebouwd: "bebouwd", bouwgrond: "bouwgrond", bedrijven: "bedrijven", school: "school", kerk: "kerk",
  gemeentehuis: "hal", akker: "akker", weide: "weide", bos: "bos", park: "park", sportterrein: "sport",
  begraafplaats: "graf", water: "water", tuin: "tuin",
};
const BUILT = {
  huis: "huis", flat: "flat", bedrijven: "groot", school: "les", kerk: "toren", gemeentehuis: "teken",
};
const ROADS = { 1: 8, 2: 6.5, 3: 5, pad: 1.6 };
const PIXELS = 1.339; // in a metre, at zoom 16 and the latitude of the town
const HEIGHT = ["match", ["get", "soort"], "kerk", 24, ["+", 2.5, ["*", 3, ["get", "lagen"]]]];
const NAMES = {
  nl: { kerk: "Kerk", gemeentehuis: "Gemeentehuis", school: "School", ocmw: "Sociaal huis", politiezone: "Politie" },
  en: { kerk: "Church", gemeentehuis: "Town hall", school: "School", ocmw: "Social services", politiezone: "Police" },
};
// Which layers each switch turns on and off.
export const GROUPS = {
  grond: ["grond", "grondlijn", "bebouwd"], gebouwen: ["gebouwen", "gebouwlijn", "gepland", "hoogte", "merk-gebouwen-hoogte"],
  nummers: ["nummers"], straatnamen: ["straatnamen"], wijken: ["wijklijn", "wijknamen"], tekens: ["tekens"],
};
// What can be chosen by a click, the first that is hit.
export const CHOOSABLE = [
  ["gebouwen", "gebouwen"], ["hoogte", "gebouwen"], ["tekens", "gebouwen"], ["wegen", "straatnamen"],
  ["grond", "percelen"], ["wijken", "wijken"],
];

const match = (names, colour, other) =>
  ["match", ["get", "soort"], ...Object.entries(names).flatMap(([key, name]) => [key, colour(name)]), other];
// A school has a name of its own; other public buildings are called after who is in them, or what they are.
const called = names => ["coalesce", ["get", "naam"],
  ["match", ["get", "wie"], "ocmw", names.ocmw, "politiezone", names.politiezone, match(names, name => name, "")]];
const metres = (width, least) => [
  "interpolate", ["exponential", 2], ["zoom"], 11, least, 15, Math.max(least, width * PIXELS / 2), 16, width * PIXELS,
  22, width * PIXELS * 64,
];
const byClass = (factor, least) => {
  const at = scale => ["match", ["get", "soort"],
    ...Object.entries(ROADS).flatMap(([key, width]) => [key, Math.max(width * PIXELS * factor * scale, least[key])]),
    least[3]];
  return ["interpolate", ["exponential", 2], ["zoom"], 11, at(1 / 32), 15, at(1 / 2), 16, at(1), 22, at(64)];
};
const LEAST = { 1: 2, 2: 1.3, 3: 0.8, pad: 0.6 };
const EDGE = { 1: 3, 2: 2.2, 3: 1.4, pad: 0 };

const marked = (id, source, type, paint, extra = {}) =>
  ({ id, source: "stad", "source-layer": source, type, filter: ["in", ["id"], ["literal", []]], paint, ...extra });

export function style({ tiles, bounds, language, shown }) {
  const root = getComputedStyle(document.documentElement);
  const colour = name => root.getPropertyValue(`--k-${name}`).trim();
  const surface = root.getPropertyValue("--surface").trim();
  const from = (id, source, type, paint, more = {}) => ({ id, source: "stad", "source-layer": source, type, paint, ...more });
  const halo = { "text-color": colour("inkt"), "text-halo-color": colour("gloed"), "text-halo-width": 1.6 };
  const mark = colour("merk");
  const layers = [
    { id: "rest", type: "background", paint: { "background-color": surface } },
    from("wijken", "wijken", "fill", { "fill-color": colour("rest") }),
    // From far away the streets say where houses are.
    from("bebouwing", "wegen", "line", { "line-color": colour("huis"), "line-opacity": 0.28, "line-width": metres(66, 3) },
      { filter: ["has", "straat"], maxzoom: 13, layout: { "line-cap": "butt" } }),
    from("grond", "grond", "fill", { "fill-color": match(LAND, colour, colour("rest")), "fill-antialias": false }),
    from("bebouwd", "grond", "fill", { "fill-color": colour("huis"), "fill-opacity": 0.4 },
      { filter: ["==", ["get", "soort"], "bebouwd"], maxzoom: 14 }),
    from("grondlijn", "grond", "line", { "line-color": colour("rand"), "line-width": ["interpolate", ["linear"], ["zoom"], 15, 0.3, 18, 1] }, { minzoom: 14.5 }),
    from("wijklijn", "wijken", "line", { "line-color": colour("inkt"), "line-opacity": 0.35, "line-width": 1.2, "line-dasharray": [4, 3] }),
    from("wegrand", "wegen", "line", { "line-color": colour("wegrand"), "line-width": byClass(1.3, EDGE) },
      { filter: ["!=", ["get", "soort"], "pad"], layout: { "line-cap": "round", "line-join": "round" }, minzoom: 12 }),
    from("paden", "wegen", "line", { "line-color": colour("pad"), "line-width": byClass(1, LEAST), "line-dasharray": [4, 3] },
      { filter: ["==", ["get", "soort"], "pad"], minzoom: 13 }),
    from("wegen", "wegen", "line", {
      "line-color": ["match", ["get", "soort"], "1", colour("weg-1"), "2", colour("weg-2"), colour("weg")],
      "line-width": byClass(1, LEAST),
    }, { filter: ["!=", ["get", "soort"], "pad"], layout: {
      "line-cap": "round", "line-join": "round", "line-sort-key": ["match", ["get", "soort"], "1", 3, "2", 2, 1],
    } }),
    from("gebouwen", "gebouwen", "fill", { "fill-color": match(BUILT, colour, colour("huis")) },
      { filter: ["!=", ["get", "soort"], "gepland"] }),
    from("gepland", "gebouwen", "line", { "line-color": colour("huis-rand"), "line-width": 1, "line-dasharray": [3, 2] },
      { filter: ["==", ["get", "soort"], "gepland"], minzoom: 15 }),
    from("gebouwlijn", "gebouwen", "line", { "line-color": colour("huis-rand"), "line-width": ["interpolate", ["linear"], ["zoom"], 15, 0.3, 18, 1] },
      { filter: ["!=", ["get", "soort"], "gepland"], minzoom: 15 }),
    marked("merk-percelen", "grond", "fill", { "fill-color": mark, "fill-opacity": 0.25 }),
    marked("merk-percelen-lijn", "grond", "line", { "line-color": mark, "line-width": 3 }),
    marked("merk-wegsegmenten", "wegen", "line", { "line-color": mark, "line-width": metres(5, 4), "line-opacity": 0.75 }, { layout: { "line-cap": "round" } }),
    marked("merk-wijken", "wijken", "line", { "line-color": mark, "line-width": 4 }),
    marked("merk-gebouwen", "gebouwen", "fill", { "fill-color": mark, "fill-opacity": 0.4 }),
    marked("merk-gebouwen-lijn", "gebouwen", "line", { "line-color": mark, "line-width": 3 }),
    from("hoogte", "gebouwen", "fill-extrusion", {
      "fill-extrusion-color": match(BUILT, colour, colour("huis")), "fill-extrusion-height": HEIGHT,
    }, { filter: ["!=", ["get", "soort"], "gepland"], layout: { visibility: "none" } }),
    marked("merk-gebouwen-hoogte", "gebouwen", "fill-extrusion", {
      "fill-extrusion-color": mark, "fill-extrusion-height": ["+", 0.2, HEIGHT],
    }, { layout: { visibility: "none" } }),
    from("straatnamen", "straatnamen", "symbol", halo, { minzoom: 13.5, layout: {
      "symbol-placement": "line", "symbol-spacing": 180, "text-field": ["get", "naam"], "text-font": FONT,
      "text-size": ["interpolate", ["linear"], ["zoom"], 14, 11, 18, 15], "text-max-angle": 40, "text-padding": 2,
    } }),
    from("nummers", "nummers", "symbol", { ...halo, "text-halo-width": 1 }, { minzoom: 16.5, layout: {
      "text-field": ["get", "nummer"], "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 16, 9, 19, 14],
      "text-padding": 1,
    } }),
    from("tekens", "tekens", "symbol", halo, { minzoom: 13, layout: {
      "icon-image": ["get", "soort"], "icon-size": ["interpolate", ["linear"], ["zoom"], 13, 0.6, 17, 1],
      "symbol-sort-key": ["match", ["get", "soort"], "gemeentehuis", ["match", ["get", "wie"], "gemeente", 0, 2], "kerk", 1, 3],
      "text-field": ["step", ["zoom"], "", 15, called(NAMES[language])], "text-font": BOLD, "text-size": 13,
      "text-anchor": "top", "text-offset": [0, 1.1], "text-optional": true, "text-max-width": 8,
    } }),
    from("wijknamen", "wijknamen", "symbol", { ...halo, "text-halo-width": 2 }, { maxzoom: 15.5, layout: {
      "text-field": ["get", "naam"], "text-font": BOLD, "text-letter-spacing": 0.04, "text-max-width": 7,
      "text-size": ["interpolate", ["linear"], ["zoom"], 10, 10, 14, 17], "text-padding": 6,
    } }),
  ];
  for (const [group, names] of Object.entries(GROUPS)) {
    for (const layer of layers) {
      if (names.includes(layer.id) && !shown.has(group)) layer.layout = { ...layer.layout, visibility: "none" };
    }
  }
  return {
    version: 8,
    sources: { stad: { type: "vector", tiles: [tiles], minzoom: 8, maxzoom: 15, bounds } },
    layers,
  };
}

// Signs are drawn here, so that no picture has to be fetched.
const SIGNS = {
  kerk: "M-1 12V0H-6v-3h5v-6h2v6h5v3H1v12z",
  gemeentehuis: "M-9 12v-3h2V-1h-3v-3L0-11 10-4v3H7V9h2v3zM-4 9h2V-1h-2zM2 9h2V-1H2z",
  school: "M0-9 13-3 0 3-13-3zM-8 2v5q8 6 16 0V2L0 6z",
};

export function signs() {
  const root = getComputedStyle(document.documentElement);
  const size = 44, found = {};
  for (const [name, line] of Object.entries(SIGNS)) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = size;
    const brush = canvas.getContext("2d");
    brush.translate(size / 2, size / 2);
    brush.fillStyle = root.getPropertyValue("--k-teken").trim();
    brush.strokeStyle = root.getPropertyValue("--k-op-teken").trim();
    brush.lineWidth = 2.5;
    brush.beginPath();
    brush.arc(0, 0, 19, 0, 2 * Math.PI);
    brush.fill();
    brush.stroke();
    brush.fillStyle = brush.strokeStyle;
    brush.fill(new Path2D(line));
    found[name] = brush.getImageData(0, 0, size, size);
  }
  return found;
}
