/** The web view's own menu (Reload, Back) belongs to no program; text fields and terminals keep theirs, which can paste. */

/** Listens from now on; the returned function stops. */
export function ownMenusOnly(): () => void {
  document.addEventListener("contextmenu", onMenu);
  return () => document.removeEventListener("contextmenu", onMenu);
}

function onMenu(event: MouseEvent) {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest("input, textarea, .xterm, [data-selectable]") == null) event.preventDefault();
}
