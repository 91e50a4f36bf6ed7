// The map that moves: drag, wheel, pinch, arrows, plus and minus. The server draws; this asks for what comes into view.
(() => {
  "use strict";
  const PER_METRE = 10, NEAREST = 60, FURTHEST = 60000, CLICK = 5;
  for (const map of document.querySelectorAll(".map")) {
    const view = map.querySelector(".map-view");
    let x = +map.dataset.x, y = +map.dataset.y, width = +map.dataset.breedte;
    let svg = view.querySelector("svg"), asked = 0, timer = 0, dragged = 0, moved = false;
    const pointers = new Map();
    map.classList.add("moves");

    const tall = () => view.clientHeight / Math.max(view.clientWidth, 1);
    // The window is shown whole: what is flatter than it shows more to the sides.
    const shape = 0.62, span = () => Math.max(width, (width * shape) / tall());
    const scale = () => Math.min(3, Math.max(1, Math.round(900 / Math.max(view.clientWidth, 1))));
    const show = () => {
      const wide = width * PER_METRE, high = wide * shape;
      svg.setAttribute("viewBox", `${x * PER_METRE - wide / 2} ${y * PER_METRE - high / 2} ${wide} ${high}`);
    };
    const fetchSoon = () => {
      clearTimeout(timer);
      timer = setTimeout(async () => {
        if (map.classList.contains("gl")) return; // the browser draws itself
        const turn = ++asked;
        const query = `x=${Math.round(x)}&y=${Math.round(y)}&breedte=${Math.round(width)}`;
        try {
          const answer = await fetch(`/kaart.svg?${query}&schaal=${scale()}`);
          if (!answer.ok || turn !== asked) return;
          const drawn = new DOMParser().parseFromString(await answer.text(), "image/svg+xml").documentElement;
          if (turn !== asked) return;
          drawn.setAttribute("aria-label", svg.getAttribute("aria-label"));
          svg.replaceWith(drawn);
          svg = drawn;
          show();
          if (moved && location.pathname === "/kaart") history.replaceState(null, "", `/kaart?${query}`);
        } catch { /* what was drawn stays; the next move asks again */ }
      }, 140);
    };
    const move = (dx, dy) => { moved = true; x += dx; y += dy; show(); fetchSoon(); };
    const zoom = (by, clientX, clientY) => {
      moved = true;
      const next = Math.min(Math.max(width * by, NEAREST), FURTHEST), box = view.getBoundingClientRect();
      const metres = span() / box.width, grown = next / width;
      const fromX = ((clientX ?? box.left + box.width / 2) - box.left - box.width / 2) * metres;
      const fromY = ((clientY ?? box.top + box.height / 2) - box.top - box.height / 2) * metres;
      x += fromX * (1 - grown);
      y += fromY * (1 - grown);
      width = next;
      show();
      fetchSoon();
    };
    const acts = {
      in: () => zoom(0.5), uit: () => zoom(2),
      geheel: () => { moved = true; [x, y, width] = map.dataset.geheel.split(",").map(Number); show(); fetchSoon(); },
      noord: () => move(0, -width / 5), zuid: () => move(0, width / 5),
      west: () => move(-width / 5, 0), oost: () => move(width / 5, 0),
    };

    map.querySelector(".map-tools").addEventListener("click", event => {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      acts[link.dataset.doe]();
    });
    view.addEventListener("keydown", event => {
      const name = { ArrowUp: "noord", ArrowDown: "zuid", ArrowLeft: "west", ArrowRight: "oost", "+": "in", "=": "in", "-": "uit", "0": "geheel" }[event.key];
      if (!name || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      acts[name]();
    });
    view.addEventListener("wheel", event => {
      event.preventDefault();
      zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 180), event.clientX, event.clientY);
    }, { passive: false });
    view.addEventListener("pointerdown", event => {
      pointers.set(event.pointerId, [event.clientX, event.clientY]);
      if (pointers.size === 1) dragged = 0;
    });
    view.addEventListener("pointermove", event => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const metres = span() / view.clientWidth, others = [...pointers].filter(([id]) => id !== event.pointerId);
      if (others.length === 1) {
        const [ox, oy] = others[0][1];
        const was = Math.hypot(before[0] - ox, before[1] - oy), is = Math.hypot(event.clientX - ox, event.clientY - oy);
        if (is > 0) zoom(was / is, ox, oy);
        dragged = CLICK + 1;
      } else {
        const dx = event.clientX - before[0], dy = event.clientY - before[1];
        dragged += Math.hypot(dx, dy);
        if (dragged > CLICK && !view.hasPointerCapture(event.pointerId)) view.setPointerCapture(event.pointerId);
        move(-dx * metres, -dy * metres);
      }
      pointers.set(event.pointerId, [event.clientX, event.clientY]);
    });
    for (const end of ["pointerup", "pointercancel"]) view.addEventListener(end, event => pointers.delete(event.pointerId));
    view.addEventListener("click", event => { if (dragged > CLICK) event.preventDefault(); }, true);
    view.addEventListener("pointerover", event => { // the name of a house where the pointer rests
      const link = event.target.closest("a");
      if (!link || link.querySelector("title")) return;
      const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
      title.textContent = link.getAttribute("aria-label");
      link.prepend(title);
    });
    if (scale() > 1) fetchSoon(); // a narrow screen wants bigger texts
    view.addEventListener("dragstart", event => event.preventDefault());
  }
})();
