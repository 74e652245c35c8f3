// One EventSource a page: event "patch" carries {id, html} and replaces that element, and nothing else happens.
// When the stream is lost, [data-lost] shows since when; the page goes on working.
const source = document.querySelector("[data-live]")?.dataset.live;
if (source) {
  const stream = new EventSource(source);
  const lost = document.querySelector("[data-lost]");
  let last = new Date();
  stream.addEventListener("patch", (event) => {
    const { id, html } = JSON.parse(event.data);
    const page = new DOMParser().parseFromString(`<template>${html}</template>`, "text/html");
    const next = page.querySelector("template").content.getElementById(id), old = document.getElementById(id);
    if (next && old && !old.contains(document.activeElement)) old.replaceWith(next);
    last = new Date();
  });
  stream.addEventListener("open", () => { if (lost) lost.hidden = true; });
  stream.addEventListener("error", () => {
    if (!lost) return;
    const at = lost.querySelector("time");
    if (at) at.textContent = last.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    lost.hidden = false;
  });
  addEventListener("pagehide", () => stream.close());
}
