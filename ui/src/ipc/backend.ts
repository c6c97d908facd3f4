/** What the page needs from the outside: the program behind Tauri, or the stand-in that lives in the page. */
import type { AppEvent, Commands } from "./contract";

/** The window around the page. */
export interface WindowControls {
  minimize(): Promise<void>;
  toggleMaximize(): Promise<void>;
  close(): Promise<void>;
}

/** Takes output of a terminal. What a page had before, and a page that is loaded anew draws again, is no news. */
export type OnOutput = (bytes: Uint8Array, isNews: boolean) => void;

export interface Backend {
  commands: Commands;
  /** Calls `listener` for each event until the returned function is called. */
  listen(listener: (event: AppEvent) => void): Promise<() => void>;
  /** Sends what the tab's ring holds, then live output, as raw bytes. The returned function stops listening. */
  attachTerminal(tab: number, onOutput: OnOutput): Promise<() => void>;
  /** Hands typed bytes over; settles once the program took them, so that order is kept by awaiting. */
  sendTerminalInput(tab: number, bytes: Uint8Array): Promise<void>;
  window: WindowControls;
}
