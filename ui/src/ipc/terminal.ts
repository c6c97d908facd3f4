/** The raw channel of a terminal: bytes in both directions, past the typed commands. */
import { backend } from "#backend";
import type { OnOutput } from "./backend";

/** Replays what the tab's ring holds, then streams live output. The returned function stops listening. */
export function attachTerminal(tab: number, onOutput: OnOutput): Promise<() => void> {
  return backend.attachTerminal(tab, onOutput);
}

/** Settles once the program took the bytes; it waits while the session's bounded input is full. */
export function sendTerminalInput(tab: number, bytes: Uint8Array): Promise<void> {
  return backend.sendTerminalInput(tab, bytes);
}
