/** What waits for somebody to sign in: one entry for each sign-in, however many profiles, sessions and pairs there are. */
import { create } from "zustand";
import type { LoginView } from "../ipc/contract";
import { counted } from "../kit/words";

export interface LoginNotice extends LoginView {
  /** Closed by the user; the panes and pairs still say it. */
  hidden: boolean;
}

export const useLogins = create<{ notices: readonly LoginNotice[] }>(() => ({ notices: [] }));

/** In place: other numbers or another error change the notice that there is. One that was closed stays closed. */
export function withWanted(notices: readonly LoginNotice[], wanted: LoginView): readonly LoginNotice[] {
  const known = notices.find((notice) => notice.id === wanted.id);
  const next = { ...wanted, hidden: known?.hidden ?? false };
  if (known === undefined) return [...notices, next];
  return notices.map((notice) => (notice === known ? next : notice));
}

/** The question that a session of this profile waits for. */
export function loginOf(profile: string | null, notices: readonly LoginNotice[]): LoginNotice | undefined {
  return notices.find(({ profiles }) => (profile === null ? profiles.length === 0 : profiles.includes(profile)));
}

/** The question that a sign-in to IAM Identity Center answers. */
export function loginOfSignIn(key: string, notices: readonly LoginNotice[]): LoginNotice | undefined {
  return notices.find((notice) => notice.signIn === key);
}

/** What is to be signed in to: "acme-sso", "acme-prod", "the default credentials". */
export function whatOf({ signIn, console, profiles }: Pick<LoginView, "signIn" | "console" | "profiles">): string {
  return signIn ?? console ?? whose(profiles[0] ?? null);
}

/** Whether Postern itself signs in where this question is asked; otherwise somebody renews keys elsewhere. */
export function hasDialog({ signIn, console }: Pick<LoginView, "signIn" | "console">): boolean {
  return signIn !== null || console !== null;
}

/** "acme-prod", "the default credentials". */
export function whose(profile: string | null): string {
  return profile ?? "the default credentials";
}

/** "4 pairs, 2 forwards and 1 session wait and go on by themselves." */
export function waitingText({ sessions, pairs, forwards }: Pick<LoginView, "sessions" | "pairs" | "forwards">): string {
  const counts = [
    [pairs, "pair"],
    [forwards, "forward"],
    [sessions, "session"],
  ] as const;
  const all = counts.flatMap(([count, what]) => (count > 0 ? [counted(count, what)] : []));
  const words = [all.slice(0, -1).join(", "), ...all.slice(-1)].filter(Boolean).join(" and ");
  const one = sessions + pairs + forwards === 1;
  return `${words} ${one ? "waits and goes on by itself" : "wait and go on by themselves"}.`;
}

export const logins = {
  all: (views: readonly LoginView[]) =>
    useLogins.setState(({ notices }) => ({
      notices: views.map((view) => ({ ...view, hidden: notices.find(({ id }) => id === view.id)?.hidden ?? false })),
    })),
  wanted: (wanted: LoginView) => useLogins.setState(({ notices }) => ({ notices: withWanted(notices, wanted) })),
  settled: (id: string) =>
    useLogins.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) })),
  hide: (id: string) =>
    useLogins.setState(({ notices }) => ({
      notices: notices.map((notice) => (notice.id === id ? { ...notice, hidden: true } : notice)),
    })),
};
