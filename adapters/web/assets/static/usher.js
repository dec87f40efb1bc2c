"use strict";
// What the pages do beside htmx: times in the reader's own zone, copying, the dialog,
// shown passwords, and words for what went wrong on the way.
(() => {
  const say = (text) => {
    const said = document.querySelector("dialog[open] .said") || document.getElementById("said");
    if (!said) return;
    said.textContent = text;
    clearTimeout(say.over);
    say.over = setTimeout(() => { said.textContent = ""; }, 5000);
  };

  const localTimes = (root) => {
    const wanted = { dateStyle: "long", timeStyle: "short", timeZone: document.documentElement.dataset.zone };
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

  const pickers = (root) => {
    for (const picker of root.querySelectorAll("[data-pick-all][hidden]")) picker.hidden = false;
  };
  document.addEventListener("change", (event) => {
    if (!event.target.closest("[data-pick-all]")) return;
    for (const row of event.target.form.querySelectorAll("input[name=row]")) row.checked = event.target.checked;
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

  // A link with data-dialog opens its page in the dialog, in which tabs and links with
  // data-within stay. What was sent there shows behind it when it closes.
  const dialog = document.getElementById("dialog");
  const inDialog = async (link) => {
    await htmx.ajax("GET", link.href, { target: "#dialog", swap: "innerHTML" }).catch(() => {});
    if (!dialog.querySelector("h1")) location.assign(link.href);
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-dialog], #dialog .tabs a, #dialog a[data-within]");
    if (!link || !dialog || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    inDialog(link);
  });
  dialog?.addEventListener("close", () => {
    dialog.replaceChildren();
    if (dialog.dataset.sent) location.reload();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    const { target, request } = event.detail.ctx;
    if (!dialog || (target !== dialog && target.id !== "inviting" && target.id !== "batch")) return;
    if (target === dialog && !dialog.open) dialog.showModal();
    if (dialog.open && request.method === "POST") dialog.dataset.sent = "true";
    if (target.id === "batch" && request.method === "GET") return;
    const inside = dialog.open ? dialog : document;
    (inside.querySelector(".inviting [autofocus], .batch [autofocus]") || document.getElementById("dialog-title"))?.focus();
  });

  // What went wrong on the way is said beside the button.
  for (const name of ["htmx:response:error", "htmx:error"]) {
    document.addEventListener(name, (event) => {
      const { sourceElement, response } = event.detail.ctx || {};
      if (sourceElement?.dataset.trouble && !(response?.status < 500)) say(sourceElement.dataset.trouble);
    });
  }

  const enliven = () => { localTimes(document); pickers(document); };
  document.addEventListener("htmx:after:swap", enliven);
  enliven();
})();
