/** Brings the focus back when a dialog leaves it nowhere, as after a dialog that was opened from the palette. */
import { useDialogs } from "../state/dialogs";

/** Listens from now on; the returned function stops. */
export function keepFocus(): () => void {
  let last: HTMLElement | null = null;
  const onFocus = (event: FocusEvent) => {
    const { target } = event;
    if (target instanceof HTMLElement && target.closest("[role=dialog], [role=menu], [role=listbox]") === null)
      last = target;
  };
  document.addEventListener("focusin", onFocus);
  const stop = useDialogs.subscribe((now, before) => {
    const closed = now.open === null && now.palette === null && (before.open !== null || before.palette !== null);
    if (!closed || now.focusMoved) return;
    requestAnimationFrame(() => {
      const { open, palette } = useDialogs.getState();
      const lost = document.activeElement === document.body || document.activeElement === null;
      if (open === null && palette === null && lost && last?.isConnected === true) last.focus();
    });
  });
  return () => {
    document.removeEventListener("focusin", onFocus);
    stop();
  };
}
