// Gives the document its theme before it is drawn. A web view may run this before there is a document element.
(() => {
  const kept = () => {
    try {
      return sessionStorage.getItem("postern.theme");
    } catch {
      return null;
    }
  };
  const choice = kept() ?? "THEME_CHOICE";
  const system = () => (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark");
  const show = () => {
    const root = document.documentElement;
    if (root === null) return false;
    root.dataset.themeChoice = choice;
    root.dataset.theme = choice === "system" ? system() : choice;
    return true;
  };
  if (show()) return;
  const observer = new MutationObserver(() => show() && observer.disconnect());
  observer.observe(document, { childList: true });
})();
