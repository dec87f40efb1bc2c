"use strict";
// What the pages do beside htmx: times in the reader's own zone, copying, the dialog,
// shown passwords, and words for what went wrong on the way.
(() => {
  const say = (text) => {
    const said = document.getElementById("said");
    if (!said) return;
    said.textContent = text;
    clearTimeout(say.over);
    say.over = setTimeout(() => { said.textContent = ""; }, 5000);
  };

  const localTimes = (root) => {
    const wanted = { dateStyle: "long", timeStyle: "short" };
    for (const time of root.querySelectorAll("time[datetime]:not([data-local])")) {
      time.dataset.local = "";
      time.textContent = new Date(time.dateTime).toLocaleString(document.documentElement.lang, wanted);
    }
  };

  const copy = async (button) => {
    const field = document.getElementById(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(field.value);
      say(button.dataset.done);
    } catch {
      field.focus();
      field.select();
      say(button.dataset.byHand);
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy], [data-reveal], [data-close]");
    if (!button) return;
    if (button.dataset.copy) copy(button);
    if (button.dataset.reveal) {
      event.preventDefault();
      const field = document.getElementById(button.dataset.reveal);
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.setAttribute("aria-pressed", String(!shown));
    }
    if ("close" in button.dataset) button.closest("dialog").close();
  });

  document.addEventListener("input", (event) => {
    const shown = document.getElementById(event.target.dataset.preview);
    if (shown) shown.textContent = event.target.value;
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      form.dataset.sent = "true";
      setTimeout(() => { delete form.dataset.sent; }, 5000);
    }
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  document.addEventListener("htmx:after:swap", () => localTimes(document));
  localTimes(document);
})();
