// Buttons with commandfor in engines that lack it; focus on what was refused; printing.
if (!("commandForElement" in HTMLButtonElement.prototype))
  addEventListener("click", (event) => {
    const button = event.target.closest?.("button[commandfor]");
    const dialog = button && document.getElementById(button.getAttribute("commandfor"));
    if (dialog) button.getAttribute("command") === "close" ? dialog.close() : dialog.showModal();
  });
document.querySelector(".err-sum")?.focus();
addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) { event.preventDefault(); print(); }
});
// A form goes out once: a second click while the first is under way does nothing.
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.dataset.swap || form.target) return;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
});
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent; });
