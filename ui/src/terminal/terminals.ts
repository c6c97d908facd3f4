/** The terminals of all tabs: made when a tab appears, kept while it is hidden, gone with it. */
import { client } from "../ipc/client";
import type { TabView } from "../ipc/contract";
import { useProgram } from "../program/program";
import { isLive, type Sessions, useSessions, withOutput, withTitle } from "../sessions/sessions";
import { provideTerminals } from "../sessions/terminal-access";
import { openDialog } from "../window/dialogs";
import { showFailure } from "../window/toasts";
import { useFind } from "../workbench/find-store";
import { isInView } from "../workbench/layout";
import { useLink } from "../workbench/link-store";
import { useLayout } from "../workbench/tabs";
import { FONT_FAMILY, LINE_HEIGHT } from "./appearance";
import { SessionTerminal, type TerminalReports } from "./session-terminal";

const open = new Map<number, SessionTerminal>();

/** The tab's terminal; undefined once the tab is gone. */
export function terminalOf(tab: number): SessionTerminal | undefined {
  return open.get(tab);
}

/** Follows the stores from now on. Called once. */
export function startTerminals() {
  provideTerminals({
    size: currentSize,
    focus: (tab) => requestAnimationFrame(() => open.get(tab)?.focus()),
    copy: async (tab) => copySelection(tab),
    paste: async (tab) => pasteClipboard(tab),
    hasSelection: (tab) => open.get(tab)?.hasSelection() ?? false,
    activity: (tab) => open.get(tab)?.activity() ?? "maybe",
    selectAll: (tab) => open.get(tab)?.selectAll(),
  });
  useSessions.subscribe(followTabs);
  useProgram.subscribe(({ settings }, before) => {
    if (settings !== before.settings) for (const terminal of open.values()) terminal.look(look());
  });
  // The theme is an attribute of the document; the tokens change with it.
  new MutationObserver(() => {
    for (const terminal of open.values()) terminal.recolour();
  }).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  document.addEventListener("visibilitychange", tellVisibility);
  tellVisibility();
  followTabs(useSessions.getState(), { tabs: [] });
}

/** A hidden page draws little, and nobody waits for it: the program then holds more for it before a session must wait. */
function tellVisibility() {
  client.pageHidden(document.hidden).catch(() => {});
}

function followTabs(now: Pick<Sessions, "tabs">, before: Pick<Sessions, "tabs">) {
  if (now.tabs === before.tabs) return;
  const old = new Map(before.tabs.map((tab) => [tab.id, tab]));
  for (const tab of now.tabs) if (old.get(tab.id) !== tab) followTab(tab);
  const present = new Set(now.tabs.map((tab) => tab.id));
  for (const [id, terminal] of open) {
    if (present.has(id)) continue;
    open.delete(id);
    terminal.dispose();
  }
}

function followTab(tab: TabView) {
  let terminal = open.get(tab.id);
  if (terminal === undefined) {
    terminal = new SessionTerminal(tab.id, look(), reportsOf(tab.id));
    open.set(tab.id, terminal);
    void terminal.attach();
  }
  terminal.follow(isLive(tab));
}

function reportsOf(tab: number): TerminalReports {
  return {
    output: (isNews) => {
      const now = useSessions.getState();
      const next = withOutput(now, tab, isNews && !isInView(useLayout.getState().root, tab));
      if (next !== now) useSessions.setState(next);
    },
    title: (title) => useSessions.setState((now) => withTitle(now, tab, title)),
    askPaste: (text, paste) => openDialog({ kind: "paste", tab, text, paste }),
    failed: (thrown) => showFailure(thrown),
    findResults: (current, count) => useFind.setState({ current, count }),
    link: (words) => useLink.setState(words === null ? { tab: null } : { tab, words }),
  };
}

function look() {
  const { terminalFontSize, scrollbackLines } = useProgram.getState().settings;
  return { fontSize: terminalFontSize, scrollback: scrollbackLines };
}

async function copySelection(tab: number) {
  try {
    await open.get(tab)?.copy();
  } catch {
    showFailure({
      code: "clipboard",
      message: "The clipboard could not be written.",
      nextStep: "Click into the terminal and copy again.",
      detail: null,
    });
  }
}

/** From a menu and the palette there is no paste event, and some web views do not let a page read the clipboard. */
async function pasteClipboard(tab: number) {
  try {
    const text = (await client.clipboardText()) ?? (await navigator.clipboard.readText());
    open.get(tab)?.paste(text);
  } catch {
    showFailure({
      code: "clipboard",
      message: "This system does not let the window read the clipboard.",
      nextStep: "Click into the terminal and press Ctrl+Shift+V, or the middle mouse button.",
      detail: null,
    });
  }
}

/** The size of the terminal that is shown, else what would fit into the place where it will be. */
function currentSize(): { cols: number; rows: number } {
  const { active } = useLayout.getState();
  const shown = active === null ? undefined : open.get(active);
  if (shown?.isOpen === true && shown.element.offsetParent !== null) return { cols: shown.cols, rows: shown.rows };
  return fittingSize() ?? { cols: 80, rows: 24 };
}

/** Padding of the pane and the scroll bar, which the terminal's text does not use. */
const AROUND_X = 12 + 14;
const AROUND_Y = 8 + 8 + 28;

function fittingSize() {
  const place = document.querySelector<HTMLElement>("[data-terminal-place]");
  const cell = cellSize(look().fontSize);
  if (place === null || place.clientWidth === 0 || cell === null) return null;
  const cols = Math.floor((place.clientWidth - AROUND_X) / cell.width);
  const rows = Math.floor((place.clientHeight - AROUND_Y) / cell.height);
  return { cols: Math.max(2, cols), rows: Math.max(1, rows) };
}

/** Measured like xterm.js does: 32 letters that inherit nothing of the page's text. */
function cellSize(fontSize: number) {
  const probe = document.createElement("span");
  probe.textContent = "W".repeat(32);
  probe.style.cssText = `all:initial;position:absolute;visibility:hidden;white-space:pre;font:420 ${fontSize}px ${FONT_FAMILY}`;
  document.body.append(probe);
  const { width, height } = probe.getBoundingClientRect();
  probe.remove();
  return width === 0 ? null : { width: width / 32, height: Math.floor(Math.ceil(height) * LINE_HEIGHT) };
}
