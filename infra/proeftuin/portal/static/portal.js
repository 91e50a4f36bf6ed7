/* Small comforts; every page works without them. */
(() => {
  "use strict";

  const words = document.documentElement.dataset;

  function prepareCopy(root) {
    for (const button of root.querySelectorAll("[data-copy]")) {
      button.hidden = !navigator.clipboard;
    }
  }

  async function copy(button) {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source.textContent);
    const label = button.textContent;
    button.textContent = words.copied;
    window.setTimeout(() => { button.textContent = label; }, 2000);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
  });

  /* A detail that opened on hover or focus can be closed with Escape (WCAG 1.4.13). */
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const mark of document.querySelectorAll(".mark:hover, .mark:focus")) mark.classList.add("dismissed");
  });
  for (const type of ["mouseover", "focusin"]) {
    document.addEventListener(type, (event) => {
      for (const mark of document.querySelectorAll(".mark.dismissed")) {
        if (!mark.contains(event.target)) mark.classList.remove("dismissed");
      }
    });
  }

  /* A form is sent once, also when somebody clicks twice. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  /* Live progress: the server sends the whole component at every step, and says when the page has changed.
     The browser reconnects by itself; Last-Event-ID is not needed because each event is complete. */
  function follow(root) {
    for (const region of root.querySelectorAll("[data-live]")) {
      if (region.dataset.following) continue;
      region.dataset.following = "yes";
      const source = new EventSource(region.dataset.live);
      source.addEventListener("voortgang", (event) => {
        if (!region.isConnected) { source.close(); return; }
        region.querySelector("[data-live-body]").innerHTML = event.data;
      });
      source.addEventListener("klaar", () => {
        source.close();
        window.htmx.ajax("GET", window.location.href, { target: "#inhoud", select: "#inhoud", swap: "outerHTML" });
      });
      window.addEventListener("pagehide", () => source.close(), { once: true });
    }
  }

  /* The end of a log is what somebody came for. */
  function showEnd(root) {
    for (const log of root.querySelectorAll(".log")) log.scrollTop = log.scrollHeight;
  }

  function prepare(root) {
    prepareCopy(root);
    showEnd(root);
    follow(root);
  }

  document.addEventListener("htmx:load", (event) => prepare(event.target.parentNode ?? document));
  prepare(document);
})();
