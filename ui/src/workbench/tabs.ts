/** The tabs of the window: the sessions, in the order in which the layout has them. */
import { useMemo } from "react";
import { create } from "zustand";
import type { TabView } from "../ipc/contract";
import { useSessions, withoutTab, withSeen, withTab } from "../sessions/sessions";
import { emptyLayout, focus, insert, type Layout, layoutOf, move, remove, tabsOf } from "./layout";

export const useLayout = create<Layout>(() => emptyLayout());

/** Every tab, in the user's order. */
export function useTabs(): readonly TabView[] {
  const known = useSessions((now) => now.tabs);
  const root = useLayout((now) => now.root);
  return useMemo(() => inOrder(known, tabsOf(root)), [known, root]);
}

/** The same at this moment, outside components. */
export function tabsNow(): readonly TabView[] {
  return inOrder(useSessions.getState().tabs, tabsOf(useLayout.getState().root));
}

/** The tab that the user works in. */
export function useActiveTab(): TabView | undefined {
  const active = useLayout((now) => now.active);
  return useSessions((now) => now.tabs.find((tab) => tab.id === active));
}

/** The same at this moment, outside components. */
export function activeTab(): TabView | undefined {
  const { active } = useLayout.getState();
  return useSessions.getState().tabs.find((tab) => tab.id === active);
}

/** Takes over what the program says of a tab; a new one stands last and is not in view yet. */
export function keepTab(tab: TabView) {
  useSessions.setState((now) => withTab(now, tab));
  useLayout.setState((now) => insert(now, tab.id));
}

/** The tab is gone; the one used before it is in view. */
export function dropTab(id: number) {
  useLayout.setState((now) => remove(now, id));
  useSessions.setState((now) => withSeen(withoutTab(now, id), useLayout.getState().active));
}

/** Brings a tab into view. */
export function activateTab(id: number) {
  useLayout.setState((now) => focus(now, id));
  useSessions.setState((now) => withSeen(now, id));
}

export function moveTab(id: number, to: number) {
  useLayout.setState((now) => move(now, id, to));
}

/** All tabs anew, those first that the order names; the first one is in view if none is named. */
export function arrangeTabs(tabs: readonly TabView[], order: readonly number[] = [], active: number | null = null) {
  const layout = layoutOf(
    tabs.map(({ id }) => id),
    order,
  );
  const all = tabsOf(layout.root);
  const shown = active !== null && all.includes(active) ? active : (all[0] ?? null);
  useLayout.setState(focus(layout, shown), true);
}

function inOrder(tabs: readonly TabView[], order: readonly number[]): readonly TabView[] {
  const known = new Map(tabs.map((tab) => [tab.id, tab]));
  return order.flatMap((id) => known.get(id) ?? []);
}
