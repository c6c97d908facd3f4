/** Sign-ins that sessions wait for: one entry for each profile, however many sessions there are. */
import { create } from "zustand";
import type { AppEvent, ErrorView, TabView } from "../ipc/contract";

export interface LoginNotice {
  /** Null means the default credentials. */
  profile: string | null;
  sessions: number;
  error: ErrorView;
  /** Closed by the user; the panes still say it. */
  hidden: boolean;
}

export const useLogins = create<{ notices: readonly LoginNotice[] }>(() => ({ notices: [] }));

type Wanted = Omit<Extract<AppEvent, { kind: "login-wanted" }>, "kind">;

/** In place: another number or error changes the notice that there is. One that was closed stays closed. */
export function withWanted(notices: readonly LoginNotice[], wanted: Wanted): readonly LoginNotice[] {
  const { profile, sessions, error } = wanted;
  const known = notices.find((notice) => notice.profile === profile);
  const next = { profile, sessions, error, hidden: known?.hidden ?? false };
  if (known === undefined) return [...notices, next];
  return notices.map((notice) => (notice === known ? next : notice));
}

export function withoutLogin(notices: readonly LoginNotice[], profile: string | null): readonly LoginNotice[] {
  return notices.filter((notice) => notice.profile !== profile);
}

/** After the page was loaded anew only the tabs tell who waits. */
export function noticesOfTabs(tabs: readonly TabView[]): readonly LoginNotice[] {
  let notices: readonly LoginNotice[] = [];
  for (const { profile, state } of tabs) {
    if (state.kind !== "resuming" || !state.waitsForLogin) continue;
    const before = notices.find((notice) => notice.profile === profile);
    const error = state.lastError ?? before?.error ?? expired(profile);
    notices = withWanted(notices, { profile, sessions: (before?.sessions ?? 0) + 1, error });
  }
  return notices;
}

function expired(profile: string | null): ErrorView {
  return {
    code: "credentials-expired",
    message: `The sign-in of ${whose(profile)} has expired.`,
    nextStep: "Sign in again.",
    detail: null,
  };
}

/** "acme-prod", "the default credentials". */
export function whose(profile: string | null): string {
  return profile ?? "the default credentials";
}

export const logins = {
  wanted: (wanted: Wanted) => useLogins.setState(({ notices }) => ({ notices: withWanted(notices, wanted) })),
  settled: (profile: string | null) =>
    useLogins.setState(({ notices }) => ({ notices: withoutLogin(notices, profile) })),
  hide: (profile: string | null) =>
    useLogins.setState(({ notices }) => ({
      notices: notices.map((notice) => (notice.profile === profile ? { ...notice, hidden: true } : notice)),
    })),
  ofTabs: (tabs: readonly TabView[]) => useLogins.setState({ notices: noticesOfTabs(tabs) }),
};
