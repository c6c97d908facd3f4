/** Settings, profiles, pairs, and when they are synced. */

import { pairName } from "../domain/words";
import { keepPair } from "../fleet/fleet";
import { client, errorView } from "../ipc/client";
import type { PairDraft, PairView, SettingsView } from "../ipc/contract";
import { counted } from "../kit/words";
import { useProgram } from "../program/program";
import { attempt } from "../window/attempt";
import { openDialog } from "../window/dialogs";
import { showFailure, showMessage } from "../window/toasts";

export function syncAll() {
  return syncing(() => client.syncAll());
}

export function syncPair(id: number) {
  return syncing(() => client.syncPair(id));
}

/** Where sync is off, the way to turn it on is a click away. */
async function syncing(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch (thrown) {
    const off = errorView(thrown).code === "sync-off";
    showFailure(thrown, off ? { label: "Turn on sync", run: () => void turnOnSync() } : null);
    return false;
  }
}

export function cancelSync() {
  return attempt(() => client.cancelSync());
}

/** What is fetched depends on it, so the program syncs anew by itself. */
export function setOnlyRunning(onlyRunning: boolean) {
  return saveSettings({ onlyRunning });
}

/** The program syncs by itself once it is on. */
export function turnOnSync() {
  return saveSettings({ syncEnabled: true });
}

/** Applies a change at once; if the program refuses it, the settings go back to what it keeps. */
export async function saveSettings(change: Partial<SettingsView>): Promise<boolean> {
  return attempt(() => changeSettings(change));
}

/** Like `saveSettings`, but the caller shows the failure. */
export async function changeSettings(change: Partial<SettingsView>) {
  const before = useProgram.getState().settings;
  const wanted = { ...before, ...change };
  useProgram.setState({ settings: wanted });
  try {
    useProgram.setState({ settings: await client.saveSettings(wanted) });
  } catch (thrown) {
    useProgram.setState({ settings: before });
    throw thrown;
  }
}

export function readProfiles() {
  return attempt(async () => {
    const profiles = await client.readProfiles();
    useProgram.setState({ profiles });
    if (profiles.error === null) showMessage(`Read ${counted(profiles.profiles.length, "profile")}.`);
  });
}

/** Adds a pair and turns sync on. A failure is the caller's to show. */
export async function addPair(draft: PairDraft) {
  if (!useProgram.getState().settings.syncEnabled) await changeSettings({ syncEnabled: true });
  keepPair(await client.addPair(draft));
}

/** Adds those pairs that are not there yet, all or none, and turns sync on. A failure is the caller's to show. */
export async function addPairs(drafts: readonly PairDraft[]) {
  if (!useProgram.getState().settings.syncEnabled) await changeSettings({ syncEnabled: true });
  for (const pair of await client.addPairs([...drafts])) keepPair(pair);
}

export async function changePair(pair: PairView, draft: PairDraft) {
  await client.updatePair(pair.id, draft); // Its event shows it.
}

export function removePair(pair: PairView) {
  openDialog({
    kind: "confirm",
    title: `Remove ${pairName(pair.profile, pair.region)}?`,
    text: "Its nodes leave the fleet. Saved connections and open sessions stay.",
    action: "Remove pair",
    danger: true,
    run: () => void attempt(() => client.removePair(pair.id)),
  });
}
