// The map in the browser's own graphics. Where that is not to be had, the map that the server draws stays as it is.
import { CHOOSABLE, GROUPS, signs, style } from "./kaartstijl.mjs";

const EARTH = 40075016.686;
const RAISED = ["hoogte", "merk-gebouwen-hoogte"];
const KEY = "vlavirgem.kaart.lagen";

function canDraw() {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

async function start(box) {
  const library = await import(`${box.dataset.bron}/maplibre-gl.mjs`);
  await new Promise((done, wrong) => {
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: `${box.dataset.bron}/maplibre-gl.css` });
    sheet.onload = done;
    sheet.onerror = wrong;
    document.head.append(sheet);
  });
  return new TownMap(box, library);
}

class TownMap {
  constructor(box, { Map, ScaleControl }) {
    this.box = box;
    this.words = JSON.parse(box.dataset.woorden);
    this.panel = box.querySelector(".map-panel");
    this.content = this.panel.querySelector(".map-panel-content");
    this.isPage = box.dataset.pagina === "ja";
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.marks = { layer: "", numbers: [] };
    this.shown = this.remembered();
    this.drawn = box.querySelector(".map-gl");
    this.drawn.hidden = false;
    const [west, south, east, north] = JSON.parse(box.dataset.grenzen), margin = 0.12;
    this.bounds = [west, south, east, north];
    const { lon, lat, breedte } = JSON.parse(box.dataset.plaats);
    this.map = new Map({
      container: this.drawn,
      style: this.style(),
      center: [lon, lat],
      zoom: this.zoomOf(breedte, lat),
      minZoom: 9.5,
      maxZoom: 20.5,
      maxPitch: 65,
      maxBounds: [[west - margin, south - margin], [east + margin, north + margin]],
      attributionControl: false,
      locale: { "Map.Title": this.words.titel, "ScaleControl.Meters": "m", "ScaleControl.Kilometers": "km" },
      fadeDuration: this.still.matches ? 0 : 200,
    });
    this.map.addControl(new ScaleControl({ maxWidth: 120 }), "bottom-left");
    box.classList.add("gl");
    this.listen();
    if (box.dataset.kies) this.choose(box.dataset.kies, { fly: false });
  }

  style() {
    const { origin } = location;
    return style({
      tiles: `${origin}/kaart/tegels/{z}/{x}/{y}?v=${this.box.dataset.stad}`, bounds: this.bounds,
      language: document.documentElement.lang, shown: this.shown,
    });
  }

  zoomOf(width, lat) {
    const pixels = Math.max(this.drawn.clientWidth, 1);
    return Math.log2((pixels * EARTH * Math.cos(lat * Math.PI / 180)) / (512 * width));
  }

  widthOf() {
    const { lat } = this.map.getCenter(), pixels = Math.max(this.drawn.clientWidth, 1);
    return Math.round((pixels * EARTH * Math.cos(lat * Math.PI / 180)) / (512 * 2 ** this.map.getZoom()));
  }

  listen() {
    const { map, box } = this;
    const dress = () => { for (const [name, sign] of Object.entries(signs())) if (!map.hasImage(name)) map.addImage(name, sign, { pixelRatio: 2 }); };
    map.on("styleimagemissing", dress);
    map.on("style.load", () => { dress(); this.mark(this.marks); this.tilt(map.getPitch() > 5); });
    map.on("click", event => this.pick(event.point));
    map.on("mousemove", event => { map.getCanvas().style.cursor = this.hit(event.point) ? "pointer" : ""; });
    map.on("moveend", () => this.remember());
    const swap = () => box.classList.add("drawn");
    for (const act of ["pointerdown", "wheel", "keydown"]) box.addEventListener(act, swap, { capture: true, once: true, passive: true });
    map.on("idle", () => { swap(); box.dataset.klaar = "ja"; });
    map.on("movestart", () => { delete box.dataset.klaar; });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => map.setStyle(this.style(), { diff: false }));
    const canvas = map.getCanvas();
    canvas.addEventListener("keydown", event => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Enter") this.pick(map.project(map.getCenter()));
      else if (event.key === "0") this.whole();
      else if (event.key === "Escape") this.close();
      else return;
      event.preventDefault();
    });
    box.querySelector(".map-keys").addEventListener("click", event => {
      const act = event.target.closest("button")?.dataset.doe;
      if (act === "in") map.zoomIn();
      else if (act === "uit") map.zoomOut();
      else if (act === "geheel") this.whole();
      else if (act === "hoogte") this.tilt(map.getPitch() <= 5, true);
    });
    this.panel.querySelector("[data-doe=sluit]").addEventListener("click", () => this.close());
    this.panel.addEventListener("keydown", event => { if (event.key === "Escape") this.close(); });
    this.panel.addEventListener("click", event => {
      const link = event.target.closest("a[data-kies]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.choose(link.dataset.kies, { fly: true, href: link.href });
    });
    for (const input of box.querySelectorAll(".map-layers input")) {
      input.checked = this.shown.has(input.value);
      input.addEventListener("change", () => this.show(input.value, input.checked));
    }
    if (this.isPage) document.querySelector(".site-head .search").addEventListener("submit", event => this.search(event));
  }

  hit(point) {
    const layers = CHOOSABLE.map(([layer]) => layer).filter(layer => this.map.getLayer(layer));
    const found = this.map.queryRenderedFeatures(point, { layers });
    for (const [layer, table] of CHOOSABLE) {
      const one = found.find(feature => feature.layer.id === layer && feature.id !== undefined && (layer !== "wegen" || feature.properties.straat));
      if (one) return `${table}/${layer === "wegen" ? one.properties.straat : one.id}`;
    }
    return null;
  }

  pick(point) {
    const found = this.hit(point);
    if (found) this.choose(found, { fly: false });
    else this.close();
  }

  async choose(which, { fly, href }) {
    const turn = this.turn = (this.turn ?? 0) + 1;
    let answer;
    try {
      answer = await fetch(`/kaart/kies/${which}`);
    } catch {
      answer = { ok: false };
    }
    if (turn !== this.turn) return;
    if (!answer.ok) return void this.say(this.words.fout);
    const chosen = await answer.json();
    if (!chosen.plaats && href) return void location.assign(href);
    this.chosen = which;
    this.content.innerHTML = chosen.html; // written by our own server, which escapes what stands in data
    this.open(chosen.titel);
    this.mark({ layer: chosen.merk?.laag ?? "", numbers: chosen.merk?.nummers ?? [] });
    if (fly && chosen.plaats) this.fly(chosen.plaats);
    else this.remember();
  }

  fly({ lon, lat, breedte }) {
    // Beside the panel, not behind it.
    const narrow = this.panel.offsetWidth > 0.8 * this.box.clientWidth;
    const offset = narrow ? [0, -this.panel.offsetHeight / 2] : [this.panel.offsetWidth / 2, 0];
    const to = { center: [lon, lat], zoom: Math.min(this.zoomOf(breedte, lat), 18.2), offset };
    if (this.still.matches) this.map.easeTo({ ...to, duration: 0 });
    else this.map.flyTo({ ...to, duration: 1400 });
  }

  whole() {
    const [west, south, east, north] = this.bounds;
    this.map.fitBounds([[west, south], [east, north]], { padding: 24, animate: !this.still.matches });
  }

  mark({ layer, numbers }) {
    this.marks = { layer, numbers };
    for (const { id } of this.map.getStyle().layers) {
      if (!id.startsWith("merk-")) continue;
      const here = [`merk-${layer}`, `merk-${layer}-lijn`, `merk-${layer}-hoogte`].includes(id);
      this.map.setFilter(id, ["in", ["id"], ["literal", here ? numbers : []]]);
    }
  }

  tilt(up, moving = false) {
    for (const layer of RAISED) {
      this.map.setLayoutProperty(layer, "visibility", up && this.shown.has("gebouwen") ? "visible" : "none");
    }
    const button = this.box.querySelector("[data-doe=hoogte]");
    button.setAttribute("aria-pressed", String(up));
    if (!moving) return;
    const to = { pitch: up ? 58 : 0, bearing: up ? -20 : 0, zoom: up ? Math.max(this.map.getZoom(), 15.5) : this.map.getZoom() };
    if (this.still.matches) this.map.jumpTo(to);
    else this.map.easeTo({ ...to, duration: 900 });
  }

  show(group, on) {
    if (on) this.shown.add(group);
    else this.shown.delete(group);
    for (const layer of GROUPS[group]) {
      if (RAISED.includes(layer)) this.tilt(this.map.getPitch() > 5);
      else this.map.setLayoutProperty(layer, "visibility", on ? "visible" : "none");
    }
    try { localStorage.setItem(KEY, JSON.stringify([...this.shown])); } catch { /* a reader may forbid it */ }
  }

  remembered() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      if (Array.isArray(kept)) return new Set(kept.filter(one => one in GROUPS));
    } catch { /* nothing was kept */ }
    return new Set(Object.keys(GROUPS));
  }

  async search(event) {
    const asked = new FormData(event.target).get("q").trim();
    if (!asked) return;
    event.preventDefault();
    let found = { groepen: [], totaal: 0 };
    try {
      found = await (await fetch(`/zoek.json?q=${encodeURIComponent(asked)}`)).json();
    } catch {
      return void event.target.submit();
    }
    const make = (name, text, more = {}) => Object.assign(document.createElement(name), { textContent: text, ...more });
    const parts = [make("h2", found.totaal ? `${found.totaal.toLocaleString(document.documentElement.lang)} ${this.words.gevonden} “${asked}”` : this.words.niets)];
    for (const group of found.groepen) {
      const list = make("ul", "", { className: "things" });
      for (const one of group.dingen) {
        const item = make("li", ""), link = make("a", one.titel, { href: one.href, lang: "nl" });
        link.dataset.kies = one.href.slice(1);
        item.append(link, make("span", one.onder, { className: "below", lang: "nl" }));
        list.append(item);
      }
      parts.push(make("h3", group.naam), list);
    }
    parts.push(make("p", ""));
    parts.at(-1).append(make("a", this.words.alles, { href: `/zoek?q=${encodeURIComponent(asked)}` }));
    this.content.replaceChildren(...parts);
    this.open(parts[0].textContent);
    this.content.querySelector("a")?.focus();
  }

  open(title) {
    this.panel.hidden = false;
    this.content.scrollTop = 0;
    this.say(title);
  }

  close() {
    if (this.panel.hidden) return;
    if (this.panel.contains(document.activeElement)) this.map.getCanvas().focus();
    this.panel.hidden = true;
    this.chosen = undefined;
    this.mark({ layer: "", numbers: [] });
    this.remember();
  }

  say(text) { this.box.querySelector(".map-said").textContent = text; }

  remember() {
    if (!this.isPage) return;
    const { lng, lat } = this.map.getCenter();
    const query = new URLSearchParams({ lon: lng.toFixed(6), lat: lat.toFixed(6), breedte: String(Math.min(Math.max(this.widthOf(), 60), 60000)) });
    const chosen = this.chosen ? `&kies=${this.chosen}` : "";
    history.replaceState(null, "", `/kaart?${query}${chosen}`);
  }
}

for (const box of document.querySelectorAll(".map")) {
  if (!canDraw()) break;
  start(box).then(map => { box.townMap = map; }, wrong => { box.classList.remove("gl", "drawn"); box.querySelector(".map-gl").hidden = true; console.warn("The map stays a drawing:", wrong); });
}
