// form[data-swap="#id"]: sends the form, replaces that one element by the same one of the answer, keeps the focus and
// says what the new element offers in data-say. A search field in such a GET form filters as you type.
const say = (text) => { const place = document.getElementById("said"); if (place && text) place.textContent = text; };
let sent, pause;

const replace = (selector, html) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  const next = page.querySelector(selector), old = document.querySelector(selector);
  if (!next || !old) return false;
  const held = document.activeElement, id = old.contains(held) ? held.id : "", from = id && held.selectionStart;
  old.replaceWith(next);
  const again = id && document.getElementById(id);
  if (again) { again.focus(); if (typeof from === "number") again.setSelectionRange?.(from, from); }
  say(next.dataset.say);
  return true;
};

const swap = async (form, button) => {
  const data = new FormData(form, button ?? undefined), get = form.method !== "post";
  const url = new URL(button?.hasAttribute("formaction") ? button.formAction : form.action, location.href);
  if (get) url.search = new URLSearchParams([...data].filter(([, value]) => value !== ""));
  sent?.abort();
  sent = new AbortController();
  const target = document.querySelector(form.dataset.swap);
  target?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, {
      method: get ? "GET" : "POST", signal: sent.signal, headers: { "X-Swap": form.dataset.swap.slice(1), Accept: "text/html" },
      body: get ? undefined : form.enctype === "multipart/form-data" ? data : new URLSearchParams(data),
    });
    if (!replace(form.dataset.swap, await answer.text())) location.href = answer.url;
    else if (get) history.replaceState(null, "", url);
  } catch (error) {
    if (error.name === "AbortError") return;
    target?.removeAttribute("aria-busy");
    if (get) location.href = url; else say(document.body.dataset.offline);
  }
};

addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-swap]") || form.querySelector("input[type=file]")) return;
  event.preventDefault();
  swap(form, event.submitter);
});
addEventListener("input", (event) => {
  const form = event.target.matches?.("input[type=search]") && event.target.form;
  if (!form || !form.matches("form[data-swap]") || form.method === "post") return;
  clearTimeout(pause);
  pause = setTimeout(() => swap(form), 250);
});
