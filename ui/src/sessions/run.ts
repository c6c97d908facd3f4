/** Running a Session document on a node, a saved connection, or where a tab is. */

import { type ProfileAndRegion, remember } from "../documents/documents";
import { nodeTitle } from "../domain/node";
import { nodeOfTarget, useFleet } from "../fleet/fleet";
import { useSelection } from "../fleet/selection";
import type { ConnectionView, ConnectRequest, Environment, RunRequest, TabView } from "../ipc/contract";
import { environmentOf, useProgram } from "../program/program";
import { useConnections } from "../saved/connections";
import { connectionOf } from "../saved/encryption";
import { openDialog, type RunTarget } from "../window/dialogs";
import { activeTab } from "../workbench/tabs";
import { connectOrThrow, unreachable } from "./actions";

export interface RunPlace {
  title: string;
  at: ProfileAndRegion;
  environment: Environment;
  /** Why nothing will most likely run there now. */
  warning: string | null;
}

export function openRun(on: RunTarget) {
  openDialog({ kind: "run", on });
}

/** On what is selected while the fleet has the focus, else on the shown tab's node, else on any target. */
export function runDocument() {
  const tab = activeTab();
  const inFleet = document.activeElement?.closest('[data-area="sidebar"], [data-area="inspector"]') != null;
  const selected = selectedTarget();
  const on = tab === undefined || (inFleet && selected !== null) ? selected : targetOfTab(tab);
  if (on === null) openDialog({ kind: "connect" });
  else openRun(on);
}

/** The selected node or connection; null if something else is selected. */
export function selectedTarget(): RunTarget | null {
  const selected = useSelection.getState().selected ?? "";
  const [kind, id] = [selected.slice(0, 1), selected.slice(2)];
  if (kind === "n" && isKnown(id)) return { kind: "node", key: id };
  return kind === "c" ? { kind: "saved", id: Number(id) } : null;
}

function isKnown(key: string): boolean {
  return useFleet.getState().nodes.get(key) !== undefined;
}

export function targetOfTab(tab: TabView): RunTarget {
  const saved = connectionOf(tab, useConnections.getState().connections);
  if (saved !== undefined && goesTo(saved, tab)) return { kind: "saved", id: saved.id };
  if (tab.nodeKey !== null && isKnown(tab.nodeKey)) return { kind: "node", key: tab.nodeKey };
  const { title, target, profile, region } = tab;
  return { kind: "typed", title, target, profile, region };
}

/** A connection may have been changed since the tab was opened. */
function goesTo({ draft, effectiveProfile, effectiveRegion }: ConnectionView, tab: TabView): boolean {
  const [profile, region] = [effectiveProfile?.value ?? null, effectiveRegion?.value ?? null];
  return draft.target === tab.target && profile === tab.profile && (region === null || region === tab.region);
}

/** Where that is; null once it is gone. */
export function placeOf(on: RunTarget): RunPlace | null {
  switch (on.kind) {
    case "node":
      return placeOfNode(on.key);
    case "saved":
      return placeOfSaved(on.id);
    case "typed":
      return place(on.title, on.profile, on.region, null);
  }
}

function placeOfNode(key: string): RunPlace | null {
  const { nodes, pairs } = useFleet.getState();
  const node = nodes.get(key);
  const pair = pairs.find((other) => other.id === node?.pair);
  if (node === undefined || pair === undefined) return null;
  return place(nodeTitle(node), pair.profile, pair.region, unreachable(node));
}

function placeOfSaved(id: number): RunPlace | null {
  const saved = useConnections.getState().connections.find((connection) => connection.id === id);
  if (saved === undefined) return null;
  const [profile, region] = [saved.effectiveProfile?.value ?? null, saved.effectiveRegion?.value ?? null];
  const node = nodeOfTarget(useFleet.getState(), saved.draft.target, profile, region);
  return place(saved.draft.name, profile, region, node === undefined ? null : unreachable(node));
}

function place(
  title: string,
  profile: string | null,
  region: string | null,
  why: { title: string; text: string } | null,
): RunPlace {
  const environment = environmentOf(profile, useProgram.getState().profiles);
  return { title, at: { profile, region }, environment, warning: why === null ? null : `${why.title}. ${why.text}` };
}

/** Opens the tab that it runs in. The caller shows a failure; what was given is remembered once it is accepted. */
export async function run(on: RunTarget, what: RunRequest) {
  await connectOrThrow(requestOf(on, what));
  remember(what.document, what.parameters);
}

function requestOf(on: RunTarget, what: RunRequest): ConnectRequest {
  switch (on.kind) {
    case "node":
      return { kind: "node", key: on.key, run: what };
    case "saved":
      return { kind: "saved", id: on.id, run: what };
    case "typed":
      return { kind: "typed", target: on.target, profile: on.profile, region: on.region, ...what, encryption: null };
  }
}
