/** The sessions of the open tabs, as the program tells them, and what their terminals report. */
import { create } from "zustand";
import type { TabView } from "../ipc/contract";

export interface Sessions {
  tabs: readonly TabView[];
  /** Tabs that are hidden and received output since they were last shown. */
  unseen: ReadonlySet<number>;
  /** Tabs that ever showed output: their terminal stays readable whatever comes. */
  used: ReadonlySet<number>;
  /** What was done so far on the way to a prompt, by tab. */
  steps: ReadonlyMap<number, readonly string[]>;
  /** The title that the node set, already stripped of controls. */
  titles: ReadonlyMap<number, string>;
}

export const useSessions = create<Sessions>(() => noSessions());

export function noSessions(): Sessions {
  return {
    tabs: [],
    unseen: new Set(),
    used: new Set(),
    steps: new Map(),
    titles: new Map(),
  };
}

export function withTab(sessions: Sessions, tab: TabView): Sessions {
  const known = sessions.tabs.some((other) => other.id === tab.id);
  const tabs = known ? sessions.tabs.map((other) => (other.id === tab.id ? tab : other)) : [...sessions.tabs, tab];
  return { ...sessions, tabs, steps: withSteps(sessions.steps, tab) };
}

function withSteps(steps: Sessions["steps"], tab: TabView): Sessions["steps"] {
  const { state } = tab;
  if (state.kind === "failed") return steps;
  const next = new Map(steps);
  if (state.kind !== "connecting") next.delete(tab.id);
  else if (next.get(tab.id)?.at(-1) !== state.step) next.set(tab.id, [...(next.get(tab.id) ?? []), state.step]);
  return next;
}

/** A new session in the same tab begins its steps anew. */
export function renewed(sessions: Sessions, id: number): Sessions {
  const steps = new Map(sessions.steps);
  steps.delete(id);
  return { ...sessions, steps };
}

/** Without the tab and all that was known of it. */
export function withoutTab(sessions: Sessions, id: number): Sessions {
  const tabs = sessions.tabs.filter((tab) => tab.id !== id);
  const titles = new Map(sessions.titles);
  titles.delete(id);
  const marks = { unseen: without(sessions.unseen, id), used: without(sessions.used, id) };
  return renewed({ ...sessions, tabs, titles, ...marks }, id);
}

/** The tab is in view: what it shows is no news any more. */
export function withSeen(sessions: Sessions, id: number | null): Sessions {
  return id === null || !sessions.unseen.has(id) ? sessions : { ...sessions, unseen: without(sessions.unseen, id) };
}

/** Output reached a tab; `isNews` if nobody has seen it, because another tab is in view. */
export function withOutput(sessions: Sessions, id: number, isNews: boolean): Sessions {
  const marks = isNews && !sessions.unseen.has(id);
  const used = sessions.used.has(id) ? sessions.used : new Set(sessions.used).add(id);
  if (!marks && used === sessions.used) return sessions;
  return { ...sessions, used, unseen: marks ? new Set(sessions.unseen).add(id) : sessions.unseen };
}

export function withTitle(sessions: Sessions, id: number, title: string): Sessions {
  if (sessions.titles.get(id) === title) return sessions;
  return { ...sessions, titles: new Map(sessions.titles).set(id, title) };
}

/** Whether the tab has a session that can take keys, now or after a resume. */
export function isLive(tab: TabView): boolean {
  return tab.state.kind !== "ended" && tab.state.kind !== "failed";
}

function without(set: ReadonlySet<number>, id: number): ReadonlySet<number> {
  if (!set.has(id)) return set;
  const rest = new Set(set);
  rest.delete(id);
  return rest;
}
