/** What happens in the program, applied to the stores: each event carries the change itself. */

import { forgetOwnProfiles, keepOwnProfiles } from "../accounts/own-profiles";
import { forgetDocuments } from "../documents/documents";
import { exitWords } from "../domain/words";
import { changePairs, fleetChanged, replaceFleet } from "../fleet/fleet";
import { forgetFound } from "../fleet/found";
import { forgetFleetPage } from "../fleet/page/forget";
import { changeRun } from "../fleet/page/runs";
import { changeForwards, countTraffic, forwardOf, replaceForwards } from "../forwards/forwards";
import { readTeamFiles, useTeamFiles } from "../imports/team-files";
import { client } from "../ipc/client";
import type { AppEvent, BootstrapView, ForwardView, TabView } from "../ipc/contract";
import { forgetPower, powerChanged } from "../power/power";
import { forgetChanges } from "../saved/changes";
import { useConnections } from "../saved/connections";
import { closedTabs } from "../sessions/closed-tabs";
import { askToCloseWindow } from "../sessions/closing";
import { forgetUses } from "../sessions/recently-used";
import { noSessions, useSessions } from "../sessions/sessions";
import { consoleSignInFinished, consoles } from "../sign-in/consoles";
import { signInFinished } from "../sign-in/finished";
import { logins } from "../sign-in/logins";
import { mfa } from "../sign-in/mfa";
import { signIns } from "../sign-in/sign-ins";
import { announce, showFailure, showNotices } from "../window/toasts";
import { tabsBefore } from "../workbench/kept-layout";
import { arrangeTabs, dropTab, keepTab } from "../workbench/tabs";
import { useProgram } from "./program";

/** Replaces everything by what the program says. */
export function applyBootstrap(view: BootstrapView) {
  closedTabs.clear();
  forgetDocuments();
  forgetOwnProfiles();
  forgetUses();
  forgetFleetPage();
  forgetPower();
  signIns.read(view.signIns);
  signIns.waiting(view.codes);
  consoles.waiting(view.consoles);
  logins.all(view.logins);
  mfa.wanted(view.mfa);
  replaceFleet(view.pairs, view.fleet);
  forgetFound();
  const { groups, connections, smartGroups, used, history } = view;
  useConnections.setState({ groups, connections, smartGroups, used, history });
  forgetChanges();
  replaceForwards(view.forwards);
  void readTeamFiles();
  useSessions.setState({ ...noSessions(), tabs: view.tabs }, true);
  const { order, active } = tabsBefore();
  arrangeTabs(view.tabs, order, active);
  useProgram.setState({
    mode: view.mode,
    startError: null,
    version: view.version,
    drawing: view.drawing,
    awsConfigPath: view.awsConfigPath,
    profiles: view.profiles,
    settings: view.settings,
  });
  // What cannot be forgotten is told again at the next start, which is no reason to complain now.
  showNotices(view.notices, () => void client.noticesSeen().catch(() => undefined));
}

/** Events that wait for a snapshot that is on its way; null while none is. */
let waiting: AppEvent[] | null = null;

/**
 * Takes a snapshot over. Events that come while it is on its way are applied after it, in their order: it may be
 * older than they are, and what they say twice does no harm.
 */
export async function adoptSnapshot(ask: () => Promise<BootstrapView>): Promise<BootstrapView> {
  waiting = [];
  try {
    const view = await ask();
    applyBootstrap(view);
    return view;
  } finally {
    const events = waiting ?? [];
    waiting = null;
    events.forEach(applyEvent);
  }
}

/** What waited when the world changed was of the one before; the snapshot that comes is of the new one. */
function hold(held: AppEvent[], event: AppEvent) {
  if (event.kind === "world-changed") held.length = 0;
  else held.push(event);
}

export function applyEvent(event: AppEvent) {
  if (waiting !== null) return hold(waiting, event);
  switch (event.kind) {
    case "world-changed":
      return;
    case "fleet-changed":
      return fleetChanged(event.revision, event.pairs);
    case "pairs-changed":
      return changePairs(event.pairs, event.removals);
    case "connections-changed":
      return useConnections.setState({ groups: event.groups, connections: event.connections });
    case "smart-groups-changed":
      return useConnections.setState({ smartGroups: event.smartGroups });
    case "used-changed":
      return useConnections.setState({ used: event.used });
    case "team-files-changed":
      return useTeamFiles.setState({ files: event.files });
    case "settings-changed":
      return useProgram.setState({ settings: event.settings });
    case "profiles-changed":
      return useProgram.setState({ profiles: event.profiles });
    case "own-profiles-changed":
      return keepOwnProfiles(event.own);
    case "history-changed":
      return useConnections.setState({ history: event.history });
    case "tab-changed":
      if (closedTabs.has(event.tab.id)) return;
      announceTab(event);
      return keepTab(event.tab);
    case "login-wanted":
      return logins.wanted(event.login);
    case "login-settled":
      return logins.settled(event.id);
    case "sign-ins-changed":
      return signIns.read(event.signIns);
    case "sign-in-finished":
      return signInFinished(event.key, event.error);
    case "console-sign-in-finished":
      return consoleSignInFinished(event.profile, event.error);
    case "mfa-wanted":
      return mfa.wanted(event.questions);
    case "tab-closed":
      return dropTab(event.id);
    case "forwards-changed":
      event.forwards.forEach(announceForward);
      return changeForwards(event.forwards, event.removals);
    case "forward-traffic":
      return countTraffic(event.traffic);
    case "bulk-run-changed":
      return changeRun(event.run);
    case "power-changed":
      return powerChanged(event.task);
    case "close-requested":
      return void askToCloseWindow();
    case "notice":
      return showFailure(event.error);
  }
}

function announceForward(forward: ForwardView) {
  const before = forwardOf(forward.id);
  if (before === undefined || before.state.kind === forward.state.kind) return;
  const { draft, state } = forward;
  if (state.kind === "up") announce(`The forward ${draft.name} is open.`);
  else if (state.kind === "resuming") announce(`The forward ${draft.name} lost its connection and is resuming.`);
  else if (state.kind === "failed") announce(`The forward ${draft.name} failed: ${state.error.message}`);
}

function announceTab({ tab }: Extract<AppEvent, { kind: "tab-changed" }>) {
  const before = useSessions.getState().tabs.find((other) => other.id === tab.id);
  if (before?.state.kind === tab.state.kind) return;
  switch (tab.state.kind) {
    case "connected":
      return announce(`${tab.title}: connected.`);
    case "resuming":
      return announce(`${tab.title}: connection lost. Resuming, your keys are held.`);
    case "ended":
      return announce([`${tab.title}: ${tab.state.reason}`, exitSentence(tab)].join(" ").trim());
    case "failed":
      return announce(`${tab.title}: ${tab.state.error.message}`);
    case "connecting":
    case "paused":
      return;
  }
}

function exitSentence({ exitStatus }: TabView): string {
  return exitStatus === null ? "" : `${exitWords(exitStatus)}.`;
}
