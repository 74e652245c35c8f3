// Light or dark without a round trip. Without script the same button posts to /console/scheme and the server sets the cookie.
const root = document.documentElement;
const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-theme-toggle]")) return;
  event.preventDefault();
  root.dataset.theme = isDark() ? "light" : "dark";
  document.cookie = `scheme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax`;
});
