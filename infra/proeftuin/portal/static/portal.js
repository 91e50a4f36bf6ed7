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

  document.addEventListener("htmx:load", (event) => prepareCopy(event.target));
  prepareCopy(document);
})();
