/** The program behind Tauri. */
import { Channel, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWindow } from "@tauri-apps/api/window";
import type { Backend } from "./backend";
import { APP_EVENT, commands } from "./bindings";
import type { AppEvent } from "./contract";
import { Listening } from "./listening";

export const backend: Backend = {
  commands,

  listen: (listener) => listen<AppEvent>(APP_EVENT, (event) => listener(event.payload)),

  async attachTerminal(tab, onOutput) {
    const listening = new Listening(onOutput);
    const output = new Channel<ArrayBuffer>();
    output.onmessage = (bytes) => listening.hear(new Uint8Array(bytes));
    listening.begin(await invoke<number>("terminal_attach", { id: tab, output }));
    return () => listening.stop();
  },

  sendTerminalInput: (tab, bytes) => invoke("terminal_input", bytes, { headers: { tab: String(tab) } }),

  window: {
    minimize: () => getCurrentWindow().minimize(),
    toggleMaximize: () => getCurrentWindow().toggleMaximize(),
    close: () => getCurrentWindow().close(),
  },
};
