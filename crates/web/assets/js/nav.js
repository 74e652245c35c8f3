// Keys: Mod+K palette, / search, g or c then a letter, ? for the list. The table is the page's own links (data-keys),
// so it cannot disagree with the menu; body[data-keys=off] turns single letters off.
const find = (selector) => document.querySelector(selector);
const palette = find("#cmdk"), asked = find("#cmdq");
const links = () => [...document.querySelectorAll("#cmdk .cmd-list a")];
let lead = "", timer;
if (/Mac|iP/.test(navigator.platform)) for (const key of document.querySelectorAll("[data-mod]")) key.textContent = "⌘K";
const writing = (element) => element.closest?.("input, textarea, select, dialog, [contenteditable]");

addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if ((event.metaKey || event.ctrlKey) && key === "k" && palette) {
    event.preventDefault();
    palette.open ? palette.close() : palette.showModal();
    return;
  }
  if (event.metaKey || event.ctrlKey || event.altKey || writing(event.target) || document.body.dataset.keys === "off") return;
  if (key === "/") {
    const search = find("main input[type=search]");
    if (search) { event.preventDefault(); search.focus(); search.select(); }
    return;
  }
  if (key === "?") { const list = find("#keys"); if (list) { event.preventDefault(); list.showModal(); } return; }
  const link = lead && find(`a[data-keys="${lead} ${CSS.escape(key)}"]`);
  if (link) { event.preventDefault(); location.href = link.href; }
  lead = !lead && (key === "g" || key === "c") ? key : "";
  clearTimeout(timer);
  timer = setTimeout(() => (lead = ""), 1000);
});

// The palette: typing narrows the list, arrows walk it, Enter without a choice searches.
asked?.addEventListener("input", () => {
  const text = asked.value.trim().toLowerCase();
  for (const link of links()) link.hidden = !link.textContent.toLowerCase().includes(text);
  for (const head of document.querySelectorAll("#cmdk .cmd-list .eyebrow")) {
    let next = head.nextElementSibling, any = false;
    while (next && !next.matches(".eyebrow")) { any ||= !next.hidden; next = next.nextElementSibling; }
    head.hidden = !any;
  }
});
palette?.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const open = links().filter((link) => !link.hidden), at = open.indexOf(document.activeElement);
  (open[at + (event.key === "ArrowDown" ? 1 : -1)] ?? asked).focus();
});
