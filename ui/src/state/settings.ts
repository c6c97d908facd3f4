/** What the window works on, the settings that are kept, and the AWS profiles. */
import { create } from "zustand";
import type { Environment, ErrorView, Mode, ProfilesView, SettingsView } from "../ipc/contract";

export interface Program {
  /** Null until the program has answered for the first time. */
  mode: Mode | null;
  /** Why it did not. */
  startError: ErrorView | null;
  version: string;
  awsConfigPath: string;
  profiles: ProfilesView;
  settings: SettingsView;
  /** Where the simulator answers, in the demo. */
  simulator: string | null;
  /** Whether it is on its way to another mode; the demo's simulated AWS takes a moment to start. */
  switching: boolean;
}

export const useProgram = create<Program>(() => ({
  mode: null,
  startError: null,
  version: "",
  awsConfigPath: "~/.aws/config",
  profiles: { profiles: [], error: null },
  settings: {
    syncEnabled: false,
    onlyRunning: true,
    syncEveryMinutes: 0,
    defaultProfile: null,
    defaultRegion: null,
    theme: "system",
    terminalFontSize: 13,
    scrollbackLines: 10_000,
    askBeforeTerminatingIdle: true,
  },
  simulator: null,
  switching: false,
}));

/** The colour of a profile; one that is not in the AWS files is grey. */
export function environmentOf(profile: string | null, profiles: ProfilesView): Environment {
  return profiles.profiles.find((known) => known.name === profile)?.environment ?? "shared";
}
