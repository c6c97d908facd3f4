/** Which tab is shown, kept for a page that is loaded anew while the sessions go on. */
import { useSessions } from "../sessions/sessions";

const STORED = "postern.shown-tab";
const before = read();

/** The tab that the page showed before it was loaded anew. */
export function shownBefore(): number | null {
  return before;
}

/** Keeps the shown tab from now on. Called once. */
export function keepShownTab() {
  useSessions.subscribe(({ active }, old) => {
    if (active !== old.active) write(active);
  });
}

function read(): number | null {
  try {
    const text = sessionStorage.getItem(STORED);
    return text === null ? null : Number(text);
  } catch {
    return null;
  }
}

function write(active: number | null) {
  try {
    if (active === null) sessionStorage.removeItem(STORED);
    else sessionStorage.setItem(STORED, String(active));
  } catch {
    // Without storage the first tab is shown.
  }
}
