"use strict";
// Keeps a page as new as the log: #live tells which views have come further, and #content,
// which names those that it is made of, is asked for again. Under a hand nothing moves:
// while pointer or focus is in a list, what is new waits behind a button.
(() => {
  const live = document.getElementById("live");
  const content = document.getElementById("content");
  if (!live || !content || !window.htmx) return;

  const views = (content.dataset.live || "").split(" ").filter(Boolean);
  const lists = ".list, .entries, form, details[open]";
  let timer, busy = false;

  const held = () => {
    const at = document.activeElement;
    return document.querySelector("dialog[open]") || content.querySelector(`:is(${lists}):hover`) ||
      (at && at !== document.body && content.contains(at) && at.closest(lists));
  };
  const button = document.getElementById("news");
  const refresh = () => {
    button.hidden = true;
    busy = true;
    htmx.trigger(content, "refresh");
  };
  const soon = () => {
    if (timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      if (busy) soon();
      else if (held()) button.hidden = false;
      else refresh();
    }, 1000);
  };
  for (const view of views) live.addEventListener(view, soon);
  content.addEventListener("htmx:finally:request", () => { busy = false; });
  button.addEventListener("click", refresh);

  // A first connection that fails is not tried again by htmx, and one that ends for good
  // says so with 401: then whoever looks signs in.
  const lost = document.getElementById("lost");
  let failures = 0, since = Date.now();
  const isOpen = () => { failures = 0; since = 0; lost.hidden = true; };
  const isClosed = (status) => {
    if (status === 401) { location.reload(); return; }
    since ||= Date.now();
    if (Date.now() - since > 30000) lost.hidden = false;
  };
  const again = () => setTimeout(() => htmx.trigger(live, "retry"), Math.min(60000, 500 * 2 ** failures++) * (0.7 + 0.6 * Math.random()));
  live.addEventListener("htmx:sse:after:connection", isOpen);
  live.addEventListener("htmx:sse:error", (event) => isClosed(event.detail.status));
  live.addEventListener("htmx:sse:close", () => { isClosed(); again(); });
  live.addEventListener("htmx:response:error", (event) => { isClosed(event.detail.ctx.response.status); again(); });
  live.addEventListener("htmx:error", () => { isClosed(); again(); });
  setInterval(() => { if (since) isClosed(); }, 5000);
})();

// Keys: elements name theirs in data-key, as "i" or "g a".
(() => {
  if (document.body.dataset.keys === "off") return;
  let before = "";
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    const pressed = before === "g" ? "g " + event.key : event.key;
    before = event.key;
    setTimeout(() => { before = ""; }, 1000);
    const meant = document.querySelector(`[data-key="${pressed.replace(/["\\]/g, "")}"]`);
    if (!meant) return;
    event.preventDefault();
    if (meant.matches("input")) meant.focus();
    else meant.click();
  });
})();
