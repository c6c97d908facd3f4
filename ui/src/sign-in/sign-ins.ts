/** The sign-ins to IAM Identity Center: how each stands, and the codes that wait for the browser. */
import { create } from "zustand";
import type { DeviceCodeView, ErrorView, SignInsView, SignInView } from "../ipc/contract";
import { ago, lasting } from "../kit/words";

export interface SignIns {
  known: SignInsView;
  /** Codes that wait for the user's word in the browser. */
  codes: readonly DeviceCodeView[];
  /** Why the last try to sign in did not work, by sign-in. */
  failures: ReadonlyMap<string, ErrorView>;
}

export const useSignIns = create<SignIns>(() => ({
  known: { signIns: [], error: null },
  codes: [],
  failures: new Map(),
}));

export function signInNamed(key: string, { known }: SignIns = useSignIns.getState()): SignInView | undefined {
  return known.signIns.find((signIn) => signIn.key === key);
}

export function codeOf(key: string, { codes }: SignIns = useSignIns.getState()): DeviceCodeView | undefined {
  return codes.find((code) => code.key === key);
}

const byProfile = new WeakMap<SignInsView, ReadonlyMap<string, SignInView>>();

/** The sign-in that a profile's credentials come from. */
export function signInOf(profile: string | null, known: SignInsView): SignInView | undefined {
  let found = byProfile.get(known);
  if (found === undefined) {
    found = new Map(known.signIns.flatMap((signIn) => signIn.profiles.map((name) => [name, signIn] as const)));
    byProfile.set(known, found);
  }
  return profile === null ? undefined : found.get(profile);
}

/** Whether somebody is signed in now; a token may have run out since the list was read. */
export function isSignedIn({ state }: SignInView, nowMs: number): boolean {
  return state.kind === "signed-in" && (state.renewable || state.untilMs > nowMs);
}

/** "Signed in", "Expired", "Signed out": a word for a table. */
export function stateWord(signIn: SignInView, nowMs: number): string {
  if (isSignedIn(signIn, nowMs)) return "Signed in";
  if (signIn.state.kind === "unreadable") return "Unreadable";
  return signIn.state.kind === "signed-out" ? "Signed out" : "Expired";
}

/** How much is left: "6 h 12 m"; null where that says nothing. */
export function timeLeft(signIn: SignInView, nowMs: number): string | null {
  const { state } = signIn;
  if (state.kind !== "signed-in" || !isSignedIn(signIn, nowMs)) return null;
  return state.untilMs > nowMs ? lasting(state.untilMs - nowMs) : "being renewed";
}

/** The whole: "6 h 12 m left, renews itself", "Expired 3 min ago", "Nobody is signed in". */
export function stateText(signIn: SignInView, nowMs: number): string {
  const { state } = signIn;
  switch (state.kind) {
    case "signed-in": {
      if (state.untilMs <= nowMs) return state.renewable ? "Being renewed" : `Expired ${ago(state.untilMs, nowMs)}`;
      return `${lasting(state.untilMs - nowMs)} left${state.renewable ? ", renews itself" : ""}`;
    }
    case "expired":
      return `Expired ${ago(state.sinceMs, nowMs)}`;
    case "signed-out":
      return "Nobody is signed in";
    case "unreadable":
      return `What is kept of it cannot be read: ${state.detail}`;
  }
}

/** Where the sign-in is, without what every such address has: "acme.awsapps.com/start". */
export function placeOf(startUrl: string): string {
  return startUrl.replace(/^https?:\/\//, "").replace(/\/#?\/?$/, "");
}

export const signIns = {
  read: (known: SignInsView) => useSignIns.setState({ known }),
  waiting: (codes: readonly DeviceCodeView[]) => useSignIns.setState({ codes, failures: new Map() }),
  started: (code: DeviceCodeView) =>
    useSignIns.setState(({ codes, failures }) => ({
      codes: [...codes.filter(({ key }) => key !== code.key), code],
      failures: without(failures, code.key),
    })),
  over: (key: string, error: ErrorView | null) =>
    useSignIns.setState(({ codes, failures }) => ({
      codes: codes.filter((code) => code.key !== key),
      failures: error === null ? without(failures, key) : new Map(failures).set(key, error),
    })),
};

function without(failures: ReadonlyMap<string, ErrorView>, key: string): ReadonlyMap<string, ErrorView> {
  const left = new Map(failures);
  left.delete(key);
  return left;
}
