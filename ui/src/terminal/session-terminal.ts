/** One terminal: xterm.js, its raw channel and its keys. It lives as long as its tab, outside React. */
import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import { Terminal } from "@xterm/xterm";
import { client, errorView } from "../ipc/client";
import { attachTerminal, sendTerminalInput } from "../ipc/terminal";
import { isLinux, isMac } from "../window/platform";
import { type Activity, ActivityWatch } from "./activity";
import {
  drawWithGraphicsCard,
  FONT_FAMILY,
  findColours,
  fontsReady,
  LINE_HEIGHT,
  READABLE,
  terminalTheme,
} from "./appearance";
import { limitCounts } from "./count-limits";
import { Credit } from "./credit";
import { InputQueue } from "./input-queue";
import { isLinkTooLong, plainTitle, webAddress } from "./links";
import { cleanPaste, pasteBytes, runsAtOnce } from "./paste";
import { ReplyBudget } from "./reply-budget";

export interface TerminalLook {
  fontSize: number;
  scrollback: number;
}

/** What a terminal reports to its tab. */
export interface TerminalReports {
  /** Some came; it is no news if a page had it before. */
  output(isNews: boolean): void;
  title(title: string): void;
  /** Several lines would run at once: ask, then call `paste` with what is to be sent. */
  askPaste(text: string, paste: (text: string) => void): void;
  failed(thrown: unknown): void;
  findResults(current: number, count: number): void;
  /** What a click on the link under the pointer does; null when there is none any more. */
  link(words: string | null): void;
}

export class SessionTerminal {
  /** Where the terminal is drawn; the pane that shows the tab adopts it. */
  readonly element = document.createElement("div");
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon();
  readonly #activity: ActivityWatch;
  readonly #credit: Credit;
  readonly #input: InputQueue;
  readonly #replies = new ReplyBudget(() => performance.now());
  #detach: () => void = () => {};
  #opened = false;
  #disposed = false;
  #fitting = 0;
  #sentSize = "";
  /** Whether there is a session to send keys and sizes to. */
  #live = true;
  /** A middle click on Linux pastes the selection, which WebKitGTK puts into the field and not into the event. */
  #selectionComes = false;

  constructor(
    readonly tab: number,
    look: TerminalLook,
    readonly reports: TerminalReports,
  ) {
    this.#terminal = new Terminal({
      allowProposedApi: true,
      convertEol: false,
      cursorBlink: false,
      cursorInactiveStyle: "outline",
      drawBoldTextInBrightColors: false,
      fontFamily: FONT_FAMILY,
      fontSize: look.fontSize,
      fontWeight: 420,
      fontWeightBold: 700,
      lineHeight: LINE_HEIGHT,
      linkHandler: {
        activate: (event, text) => this.#openLink(event, text),
        hover: (_event, text) => this.#showLink(text),
        leave: () => this.#showLink(null),
        allowNonHttpProtocols: false,
      },
      // Parse errors of hostile output would otherwise fill the console.
      logLevel: "off",
      macOptionIsMeta: false,
      minimumContrastRatio: READABLE,
      rightClickSelectsWord: false,
      scrollback: look.scrollback,
      theme: terminalTheme(),
    });
    this.#activity = new ActivityWatch(this.#terminal);
    this.#credit = new Credit((bytes) => void client.terminalCredit(tab, bytes).catch(() => {}));
    this.#input = new InputQueue(
      (bytes) => sendTerminalInput(tab, bytes),
      (thrown) => this.#inputFailed(thrown),
    );
    this.#wire();
  }

  get cols(): number {
    return this.#terminal.cols;
  }

  get rows(): number {
    return this.#terminal.rows;
  }

  get isOpen(): boolean {
    return this.#opened;
  }

  /** Starts the stream of output: first what the ring holds, then live. */
  async attach() {
    this.#detach();
    this.#credit.reset();
    try {
      this.#detach = await attachTerminal(this.tab, (bytes, isNews) => this.#write(bytes, isNews));
      if (this.#disposed) this.#detach();
    } catch (thrown) {
      this.reports.failed(thrown);
    }
  }

  /** Draws for the first time; the element must be visible, because cells are measured now. */
  async open() {
    if (this.#opened) return this.#showAgain();
    this.#opened = true;
    await fontsReady(this.#terminal.options.fontSize ?? 13);
    if (this.#disposed) return;
    this.#terminal.open(this.element);
    await drawWithGraphicsCard(this.#terminal);
    this.#fitNow();
  }

  /** Takes the size of its place, at most once in a frame. */
  fit() {
    if (this.#fitting !== 0) return;
    this.#fitting = requestAnimationFrame(() => {
      this.#fitting = 0;
      this.#fitNow();
    });
  }

  focus() {
    this.#terminal.focus();
  }

  /** Whether the tab has a session now. */
  follow(live: boolean) {
    if (live !== this.#live) this.#terminal.options.theme = terminalTheme(live);
    this.#live = live;
    this.#terminal.options.disableStdin = !live;
    if (!live) this.#input.clear();
    if (this.#opened) this.fit();
  }

  look(look: TerminalLook) {
    const { options } = this.#terminal;
    options.scrollback = look.scrollback;
    if (options.fontSize === look.fontSize) return;
    options.fontSize = look.fontSize;
    if (this.#opened) this.fit();
  }

  recolour() {
    this.#terminal.options.theme = terminalTheme(this.#live);
  }

  /** Whether something may be running, which the end of the session would stop. */
  activity(): Activity {
    return this.#activity.now();
  }

  hasSelection(): boolean {
    return this.#terminal.hasSelection();
  }

  selectAll() {
    this.#terminal.selectAll();
  }

  async copy() {
    const text = this.#terminal.getSelection();
    if (text !== "") await navigator.clipboard.writeText(text);
  }

  paste(text: string) {
    const clean = cleanPaste(text);
    if (clean === "" || !this.#live) return;
    const bracketed = this.#terminal.modes.bracketedPasteMode;
    if (bracketed || !runsAtOnce(clean)) return this.#sendPaste(clean, bracketed);
    this.reports.askPaste(clean, (chosen) => this.#sendPaste(cleanPaste(chosen), false));
  }

  find(text: string, direction: 1 | -1, incremental: boolean) {
    const options = { decorations: findColours(), incremental };
    if (direction === 1) this.#search.findNext(text, options);
    else this.#search.findPrevious(text, options);
  }

  endFind() {
    this.#search.clearDecorations();
    this.#terminal.clearSelection();
  }

  dispose() {
    this.#disposed = true;
    cancelAnimationFrame(this.#fitting);
    this.#detach();
    this.#input.clear();
    this.reports.link(null);
    this.#terminal.dispose();
    this.element.remove();
  }

  #wire() {
    const terminal = this.#terminal;
    terminal.loadAddon(this.#fit);
    terminal.loadAddon(this.#search);
    terminal.loadAddon(new UnicodeGraphemesAddon());
    limitCounts(terminal);
    terminal.parser.registerOscHandler(8, isLinkTooLong);
    terminal.onData((text) => {
      if (!this.#replies.takes(text)) return;
      this.#activity.typed(text);
      this.#type(new TextEncoder().encode(text));
    });
    terminal.onBinary((text) => this.#type(Uint8Array.from(text, (character) => character.charCodeAt(0) & 0xff)));
    terminal.onResize(() => this.#tellSize());
    terminal.onTitleChange((title) => this.reports.title(plainTitle(title)));
    terminal.attachCustomKeyEventHandler((event) => !isPasteKey(event));
    this.#search.onDidChangeResults(({ resultIndex, resultCount }) =>
      this.reports.findResults(resultIndex + 1, resultCount),
    );
    this.element.className = "session-terminal";
    // Before xterm.js sees it, which would put its field under the pointer for the web view's menu.
    this.element.addEventListener("contextmenu", (event) => this.#onMenu(event), { capture: true });
    // Before xterm.js sees it: its own paste keeps ESC.
    this.element.addEventListener("paste", (event) => this.#onPaste(event), { capture: true });
    if (isLinux) this.#pasteSelection();
  }

  #pasteSelection() {
    this.element.addEventListener("mousedown", (event) => (this.#selectionComes = event.button === 1), {
      capture: true,
    });
    this.element.addEventListener("input", (event) => this.#onSelection(event), { capture: true });
  }

  #onSelection(event: Event) {
    if (!this.#selectionComes || !(event.target instanceof HTMLTextAreaElement)) return;
    this.#selectionComes = false;
    event.stopImmediatePropagation();
    const text = event.target.value;
    event.target.value = "";
    this.paste(text);
  }

  #write(bytes: Uint8Array, isNews: boolean) {
    this.#terminal.write(bytes, () => this.#credit.drawn(bytes.length));
    this.reports.output(isNews);
  }

  #type(bytes: Uint8Array) {
    if (!this.#live) return;
    if (this.#input.push(bytes)) return;
    this.reports.failed({
      code: "input-full",
      message: "The session does not take more keys.",
      nextStep: "Wait until the node answers, or close the tab.",
      detail: null,
    });
  }

  #sendPaste(text: string, bracketed: boolean) {
    const pasted = pasteBytes(text, bracketed);
    this.#activity.typed(pasted);
    this.#type(new TextEncoder().encode(pasted));
    this.#terminal.scrollToBottom();
  }

  #onPaste(event: ClipboardEvent) {
    event.stopImmediatePropagation();
    if (this.#selectionComes && event.target instanceof HTMLTextAreaElement) {
      event.target.value = ""; // Only what is pasted now may be in it.
      return;
    }
    event.preventDefault();
    this.paste(event.clipboardData?.getData("text/plain") ?? "");
  }

  /** The pane's menu opens, unless the program that runs there takes the mouse; then it does with Shift. */
  #onMenu(event: MouseEvent) {
    event.preventDefault();
    event.stopPropagation();
    const programs = event.isTrusted && this.#terminal.modes.mouseTrackingMode !== "none" && !event.shiftKey;
    if (!programs) this.element.parentElement?.dispatchEvent(new MouseEvent(event.type, event));
  }

  #inputFailed(thrown: unknown) {
    if (errorView(thrown).code !== "session-over") this.reports.failed(thrown);
  }

  /** Rows that came while letters could not be measured, because the pane was hidden, are spaced too far apart. */
  #showAgain() {
    this.fit();
    this.#terminal.refresh(0, this.#terminal.rows - 1);
  }

  #fitNow() {
    if (this.#disposed || !this.#opened || this.element.offsetParent === null) return;
    this.#fit.fit();
    this.#tellSize();
  }

  /** Once for each size; before the first prompt too, because the guess at connecting may be a column off. */
  #tellSize() {
    if (!this.#live || !this.#opened) return;
    const { cols, rows } = this.#terminal;
    const size = `${cols}x${rows}`;
    if (size === this.#sentSize) return;
    this.#sentSize = size;
    client.terminalResize(this.tab, cols, rows).catch(() => {
      this.#sentSize = "";
    });
  }

  #openLink(event: MouseEvent, text: string) {
    const address = webAddress(text);
    const meant = isMac ? event.metaKey : event.ctrlKey;
    if (meant && address !== null) client.openLink(address).catch((thrown: unknown) => this.reports.failed(thrown));
  }

  #showLink(text: string | null) {
    const address = text === null ? null : webAddress(text);
    this.reports.link(address === null ? null : `${isMac ? "Cmd" : "Ctrl"}+click opens ${address}`);
  }
}

/** The system pastes on these keys by itself; xterm.js must not send them to the node. */
function isPasteKey(event: KeyboardEvent): boolean {
  return event.ctrlKey && event.shiftKey && event.key.toLowerCase() === "v";
}
