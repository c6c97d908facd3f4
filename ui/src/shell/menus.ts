/** Menus are Postern's own, by pointer and by key; the web view's (Reload, Back) opens only over text that is edited or selected. */

/** Listens from now on; the returned function stops. */
export function ownMenusOnly(): () => void {
  let held: string | null = null;
  const onKeyDown = (event: KeyboardEvent) => {
    const focused = document.activeElement;
    if (!asksForMenu(event) || focused === null || !takesMenuKey(focused, event)) return;
    held = event.key;
    event.preventDefault();
    event.stopPropagation();
    if (focused.closest("[role=menu]") === null) focused.dispatchEvent(menuAt(focused));
  };
  // Some systems ask once more when the key goes up.
  const onKeyUp = (event: KeyboardEvent) => {
    if (event.key === held) setTimeout(() => (held = null));
  };
  const onEcho = (event: MouseEvent) => {
    if (held === null || !event.isTrusted) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onPress = () => (held = null);
  window.addEventListener("keydown", onKeyDown, { capture: true });
  window.addEventListener("keyup", onKeyUp, { capture: true });
  window.addEventListener("contextmenu", onEcho, { capture: true });
  window.addEventListener("pointerdown", onPress, { capture: true });
  document.addEventListener("contextmenu", onMenu);
  return () => {
    window.removeEventListener("keydown", onKeyDown, { capture: true });
    window.removeEventListener("keyup", onKeyUp, { capture: true });
    window.removeEventListener("contextmenu", onEcho, { capture: true });
    window.removeEventListener("pointerdown", onPress, { capture: true });
    document.removeEventListener("contextmenu", onMenu);
  };
}

function asksForMenu({ key, shiftKey, ctrlKey, altKey, metaKey }: KeyboardEvent): boolean {
  if (ctrlKey || altKey || metaKey) return false;
  return (key === "ContextMenu" && !shiftKey) || (key === "F10" && shiftKey);
}

/** A text field has the system's menu, which can paste; in a terminal Shift+F10 is a key of the program that runs there. */
function takesMenuKey(focused: Element, { key }: KeyboardEvent): boolean {
  if (focused.closest(".xterm") !== null) return key === "ContextMenu";
  return !focused.matches("input, textarea");
}

/** What a press of the other button at the element would be. */
function menuAt(element: Element): MouseEvent {
  const box = element.getBoundingClientRect();
  const [clientX, clientY] = [box.left + Math.min(24, box.width / 2), box.bottom];
  return new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX, clientY });
}

/** Reached where no part of the page had a menu of its own for this place. */
function onMenu(event: MouseEvent) {
  const target = event.target instanceof Element ? event.target : null;
  if (event.defaultPrevented || target === null || isText(target)) return;
  event.preventDefault();
  // A row of a table has its menu under a button.
  target.closest("[role=row]")?.querySelector<HTMLElement>("[aria-haspopup=menu]")?.click();
}

function isText(target: Element): boolean {
  if (target.closest("input, textarea") !== null) return true;
  const selection = getSelection();
  const selected = selection !== null && !selection.isCollapsed && selection.containsNode(target, true);
  return selected && target.closest("[data-selectable]") !== null;
}
