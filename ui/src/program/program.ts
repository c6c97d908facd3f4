/** What the window works on, the settings that are kept, and the AWS profiles. */
import { create } from "zustand";
import type { Drawing, Environment, ErrorView, Mode, ProfilesView, ProfileView, SettingsView } from "../ipc/contract";

export interface Program {
  /** Null until the program has answered for the first time. */
  mode: Mode | null;
  /** Why it did not. */
  startError: ErrorView | null;
  version: string;
  /** Who draws this page. */
  drawing: Drawing;
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
  drawing: "system",
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
    proxy: { mode: "environment", host: "", port: 0, encrypted: false, user: "", exceptions: "" },
    caBundle: null,
  },
  simulator: null,
  switching: false,
}));

const known = new WeakMap<ProfilesView, ReadonlyMap<string, ProfileView>>();

/** A profile of the AWS files; there may be thousands, and many ask. */
export function profileNamed(name: string | null, profiles: ProfilesView): ProfileView | undefined {
  let byName = known.get(profiles);
  if (byName === undefined) {
    byName = new Map(profiles.profiles.map((profile) => [profile.name, profile]));
    known.set(profiles, byName);
  }
  return name === null ? undefined : byName.get(name);
}

/** The colour of a profile; one that is not in the AWS files is grey. */
export function environmentOf(profile: string | null, profiles: ProfilesView): Environment {
  return profileNamed(profile, profiles)?.environment ?? "shared";
}
