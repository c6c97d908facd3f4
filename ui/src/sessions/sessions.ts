/** Open tabs: their order, which one is shown, which were used last, and what the terminals report. */
import { create } from "zustand";
import type { TabView } from "../ipc/contract";

export interface Sessions {
  tabs: readonly TabView[];
  active: number | null;
  /** Tab ids, the one used last first. */
  recent: readonly number[];
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
    active: null,
    recent: [],
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

/** After a tab is gone, the one used before it is shown. */
export function withoutTab(sessions: Sessions, id: number): Sessions {
  const tabs = sessions.tabs.filter((tab) => tab.id !== id);
  const recent = sessions.recent.filter((other) => other !== id);
  const next = recent[0] ?? tabs.at(-1)?.id ?? null;
  const titles = new Map(sessions.titles);
  titles.delete(id);
  const marks = { unseen: without(sessions.unseen, id), used: without(sessions.used, id) };
  const cleared = renewed({ ...sessions, tabs, recent, titles, ...marks }, id);
  return sessions.active === id ? activated({ ...cleared, active: null }, next) : cleared;
}

export function activated(sessions: Sessions, id: number | null): Sessions {
  if (id === null) return { ...sessions, active: null };
  if (!sessions.tabs.some((tab) => tab.id === id)) return sessions;
  const recent = [id, ...sessions.recent.filter((other) => other !== id)];
  return { ...sessions, active: id, recent, unseen: without(sessions.unseen, id) };
}

/** Moves a tab to another place in the strip. */
export function moved(sessions: Sessions, id: number, to: number): Sessions {
  const tab = sessions.tabs.find((other) => other.id === id);
  if (tab === undefined) return sessions;
  const rest = sessions.tabs.filter((other) => other.id !== id);
  const place = Math.max(0, Math.min(to, rest.length));
  return { ...sessions, tabs: [...rest.slice(0, place), tab, ...rest.slice(place)] };
}

/** Output reached a tab; it is marked only when it is news, and only while another one is shown. */
export function withOutput(sessions: Sessions, id: number, isNews: boolean): Sessions {
  const marks = isNews && sessions.active !== id && !sessions.unseen.has(id);
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
