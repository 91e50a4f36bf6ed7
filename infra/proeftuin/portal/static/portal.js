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

  /* An upload shows how far it is and can be broken off. What is judged, the server says, on the same page. */
  function upload(event) {
    return event.target.closest?.("form[data-upload]");
  }

  function tell(form, words, figures = "") {
    const place = form.querySelector("[data-upload-progress]");
    place.hidden = false;
    const status = place.querySelector("[data-upload-words]");
    if (status.textContent !== words) status.textContent = words;
    place.querySelector("[data-upload-figures]").textContent = figures;
  }

  function endUpload(form, words) {
    tell(form, words);
    form.querySelector("progress").hidden = true;
    form.querySelector("[data-upload-stop]").hidden = true;
    delete form.dataset.sent;
  }

  document.addEventListener("change", (event) => {
    const form = upload(event);
    if (!form || event.target.type !== "file") return;
    const file = event.target.files[0];
    const fits = !file || file.size <= form.dataset.upload * 2 ** 20;
    event.target.setCustomValidity(fits ? "" : form.dataset.tooLarge);
    event.target.reportValidity();
  });

  document.addEventListener("htmx:xhr:progress", (event) => {
    const form = upload(event);
    const { loaded, total, lengthComputable } = event.detail;
    if (!form || !lengthComputable || !total) return;
    const bar = form.querySelector("progress");
    const isSent = loaded >= total;
    bar.hidden = false;
    form.querySelector("[data-upload-stop]").hidden = isSent; /* what has arrived is judged, whoever leaves */
    if (isSent) {
      bar.removeAttribute("value");
      tell(form, form.dataset.judging);
      return;
    }
    bar.value = (100 * loaded) / total;
    const mebibytes = (size) => Math.ceil(size / 2 ** 20).toLocaleString(document.documentElement.lang);
    /* Who listens to the page hears every quarter, who looks at it sees every step. */
    const quarter = Math.floor((4 * loaded) / total) * 25;
    tell(form, `${form.dataset.sending} ${quarter} %`, `${mebibytes(loaded)} / ${mebibytes(total)} MiB`);
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-upload-stop]");
    if (button) window.htmx.trigger(button.form, "htmx:abort");
  });
  document.addEventListener("htmx:xhr:abort", (event) => {
    const form = upload(event);
    if (form) endUpload(form, form.dataset.stopped);
  });
  document.addEventListener("htmx:sendError", (event) => {
    const form = upload(event);
    if (form) endUpload(form, form.dataset.broken);
  });

  /* A refusal is a page too. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.requestConfig?.elt?.matches("form[data-upload]") && event.detail.xhr.status >= 400) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.requestConfig?.elt?.matches("form[data-upload]")) document.querySelector("[role=alert]")?.focus();
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
