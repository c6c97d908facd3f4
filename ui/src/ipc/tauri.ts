/** The program behind Tauri. */
import { Channel, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWindow } from "@tauri-apps/api/window";
import type { Backend } from "./backend";
import { APP_EVENT, commands } from "./bindings";
import type { AppEvent } from "./contract";

export const backend: Backend = {
  commands,

  listen: (listener) => listen<AppEvent>(APP_EVENT, (event) => listener(event.payload)),

  async attachTerminal(tab, onOutput) {
    let attached = true;
    const output = new Channel<ArrayBuffer>();
    output.onmessage = (bytes) => {
      if (attached) onOutput(new Uint8Array(bytes));
    };
    await invoke("terminal_attach", { id: tab, output });
    return () => {
      attached = false;
    };
  },

  sendTerminalInput: (tab, bytes) => invoke("terminal_input", bytes, { headers: { tab: String(tab) } }),

  window: {
    minimize: () => getCurrentWindow().minimize(),
    toggleMaximize: () => getCurrentWindow().toggleMaximize(),
    close: () => getCurrentWindow().close(),
  },
};
