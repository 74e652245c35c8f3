// The bulk bar: CSS shows it (:has), this counts and selects the whole page.
addEventListener("change", (event) => {
  const form = event.target.closest?.(".selectable");
  if (!form) return;
  const boxes = [...form.querySelectorAll("input[name=sel]")];
  if (event.target.matches("[data-all]")) for (const box of boxes) box.checked = event.target.checked;
  const chosen = boxes.filter((box) => box.checked).length;
  const all = form.querySelector("[data-all]"), count = form.querySelector(".bulk .n");
  if (all) { all.checked = chosen === boxes.length; all.indeterminate = chosen > 0 && chosen < boxes.length; }
  if (count) count.textContent = (count.dataset.words ?? "{n}").replace("{n}", chosen);
});
