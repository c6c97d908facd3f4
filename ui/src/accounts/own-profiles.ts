/** The profiles that live in Postern, and what can be done with them. */
import { create } from "zustand";
import { client, errorView } from "../ipc/client";
import type { AccessKeyDraft, ErrorView, OwnProfilesView, OwnProfileView } from "../ipc/contract";
import { attempt } from "../window/attempt";
import { openDialog } from "../window/dialogs";

interface OwnProfiles {
  /** Null until the program has told; it asks the keyring first. */
  view: OwnProfilesView | null;
  /** Why it could not tell. */
  error: ErrorView | null;
  /** The system asks for the keyring's password. */
  unlocking: boolean;
}

const NOTHING: OwnProfiles = { view: null, error: null, unlocking: false };

export const useOwnProfiles = create<OwnProfiles>(() => NOTHING);

export function keepOwnProfiles(view: OwnProfilesView) {
  useOwnProfiles.setState({ view, error: null });
}

/** The window works on another world. */
export function forgetOwnProfiles() {
  useOwnProfiles.setState(NOTHING);
}

/** How they stand now; somebody may have unlocked the keyring elsewhere. */
export async function readOwnProfiles() {
  try {
    keepOwnProfiles(await client.ownProfiles());
  } catch (thrown) {
    useOwnProfiles.setState({ error: errorView(thrown) });
  }
}

/** Adds (without a number) or changes one. A failure is the caller's to show. */
export async function saveAccessKey(id: number | null, draft: AccessKeyDraft) {
  keepOwnProfiles(await client.saveAccessKey(id, draft));
}

export function removeOwnProfile({ id, name, source }: OwnProfileView) {
  const secret = source.kind === "access-key" ? "Its secret key is removed from the keyring. " : "";
  openDialog({
    kind: "confirm",
    title: `Remove the profile ${name}?`,
    text: `${secret}Pairs and connections that name it stay, and cannot be used.`,
    action: "Remove profile",
    danger: true,
    run: () => void attempt(async () => keepOwnProfiles(await client.removeOwnProfile(id))),
  });
}

/** Waits for the person at the system's question. Asked again it waits no more. */
export async function unlockKeyring() {
  if (useOwnProfiles.getState().unlocking) return void attempt(() => client.stopUnlocking());
  useOwnProfiles.setState({ unlocking: true });
  await attempt(async () => keepOwnProfiles(await client.unlockKeyring()));
  useOwnProfiles.setState({ unlocking: false });
}
