/** How sessions end: asked about where a program may be running or production is meant, and undone where nothing is lost. */
import { isLive as isForwarding, useForwards } from "../forwards/forwards";
import { client } from "../ipc/client";
import type { TabView } from "../ipc/contract";
import { counted } from "../kit/words";
import { useProgram } from "../program/program";
import { attempt } from "../window/attempt";
import { askQuestion, openDialog } from "../window/dialogs";
import { focusTerminal, useFocusPlace } from "../window/focus";
import { SHOWN_MS, showMessage } from "../window/toasts";
import { activateTab, dropTab, keepTab, moveTab, tabsNow, useLayout } from "../workbench/tabs";
import { closedTabs } from "./closed-tabs";
import { isLive, useSessions } from "./sessions";
import { terminals } from "./terminal-access";

/** What the end of a session stops. */
export type Stake = "program" | "maybe" | "idle" | "nothing";

/** A session that nobody got into yet, or that is over, has nothing to lose. */
export function stakeOf(tab: TabView): Stake {
  return isLive(tab) && tab.state.kind !== "connecting" ? terminals().activity(tab.id) : "nothing";
}

/** Whether nobody may end it without a question, whatever was chosen once. */
export function isAlwaysAsked(tab: TabView): boolean {
  const stake = stakeOf(tab);
  return stake !== "nothing" && (stake !== "idle" || tab.environment === "prod");
}

function isAsked(tab: TabView): boolean {
  if (isAlwaysAsked(tab)) return true;
  return stakeOf(tab) === "idle" && useProgram.getState().settings.askBeforeTerminatingIdle;
}

/** Closes a tab; a live session is terminated, after a question where something may be lost. */
export function closeTab(id: number) {
  const tab = tabOf(id);
  if (tab === undefined) return;
  if (!isLive(tab)) closeOver([tab]);
  else if (isAsked(tab)) openDialog({ kind: "terminate", tabs: [id], run: () => terminate(id) });
  else terminate(id);
}

/** What is over keeps its text in the program until it cannot be brought back any more. */
export function closeEndedTabs() {
  closeOver(tabsNow().filter((tab) => !isLive(tab)));
}

/** Somebody closes the window. The program waits for the answer once it knows that the page asks. */
export async function askToCloseWindow() {
  await attempt(() => client.closeRequestSeen());
  const live = tabsNow().filter((tab) => stakeOf(tab) !== "nothing");
  const close = () => void attempt(() => client.closeWindow());
  const forwards = runningForwards();
  if (!live.some(isAsked) && forwards === 0) return close();
  askQuestion({ kind: "terminate", tabs: live.map(({ id }) => id), forwards, leaving: "window", run: close });
}

/** Runs what ends all sessions and forwards, such as another mode; asks first where one would be lost. */
export function leavingSessions(what: "demo" | "aws", run: () => void) {
  const live = tabsNow().filter((tab) => stakeOf(tab) !== "nothing");
  const forwards = runningForwards();
  if (live.length === 0 && forwards === 0) return run();
  openDialog({ kind: "terminate", tabs: live.map(({ id }) => id), forwards, leaving: what, run });
}

/** Programs of this computer may be using them, whether or not a connection is open now. */
function runningForwards(): number {
  return useForwards.getState().forwards.filter(isForwarding).length;
}

function terminate(id: number) {
  hide(id);
  void attempt(() => client.closeTab(id));
}

interface Closed {
  tab: TabView;
  place: number;
  timer: ReturnType<typeof setTimeout>;
}

function closeOver(tabs: readonly TabView[]) {
  if (tabs.length === 0) return;
  const order = tabsNow();
  const closed: Closed[] = tabs.map((tab) => ({
    tab,
    place: order.indexOf(tab),
    timer: setTimeout(() => forget(tab.id), SHOWN_MS),
  }));
  for (const { tab } of closed) hide(tab.id);
  const [first] = closed;
  const what = closed.length === 1 && first !== undefined ? first.tab.title : counted(closed.length, "ended tab");
  showMessage(`Closed ${what}.`, { label: "Reopen", run: () => reopen(closed) });
}

/** The tab may have gone by itself with the demo or the profiles that it was of. */
function forget(id: number) {
  client.closeTab(id).catch(() => {});
}

function reopen(closed: readonly Closed[]) {
  for (const { tab, place, timer } of closed) {
    clearTimeout(timer);
    closedTabs.delete(tab.id);
    keepTab(tab);
    moveTab(tab.id, place);
  }
  const last = closed.at(-1);
  if (last === undefined) return;
  activateTab(last.tab.id);
  focusTerminal(last.tab.id);
}

/** Who types in a terminal goes on in the next one; who works in the tab strip stays there. */
function hide(id: number) {
  const { active: before } = useLayout.getState();
  closedTabs.add(id);
  dropTab(id);
  const { active } = useLayout.getState();
  if (before === id && active !== null && useFocusPlace.getState().area !== "tabs") focusTerminal(active);
}

function tabOf(id: number): TabView | undefined {
  return useSessions.getState().tabs.find((tab) => tab.id === id);
}
