// The choice lasts where the browser lets a file keep one.
function theme() {
  const button = document.getElementById("theme"), root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const current = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  const name = () => { button.textContent = current() === "dark" ? "Light theme" : "Dark theme"; };
  try { root.dataset.theme = localStorage.getItem("drift-theme") || ""; } catch { root.dataset.theme = ""; }
  button.addEventListener("click", () => {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    try { localStorage.setItem("drift-theme", root.dataset.theme); } catch { /* a file may not store anything */ }
    name();
  });
  dark.addEventListener("change", name);
  button.hidden = false;
  name();
}
