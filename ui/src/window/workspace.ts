/** What the window shows: page, sidebar, inspector, selection and search. Sizes and folds are remembered by the page. */
import { useSyncExternalStore } from "react";
import { create } from "zustand";

export type Page = "workspace" | "settings";
export type SettingsSection = "accounts" | "sync" | "general" | "terminal" | "about";

export interface Workspace {
  page: Page;
  section: SettingsSection;
  sidebarOpen: boolean;
  sidebarWidth: number;
  inspectorOpen: boolean;
  /** What lies over the work in a narrow window; never remembered. */
  overlay: "sidebar" | "inspector" | null;
  query: string;
  /** The key of the selected row of the tree; it stays over a sync. */
  selected: string | null;
  /** The search that it was selected in. */
  selectedIn: string;
  /** Folded pairs by `profile / region`. */
  foldedPairs: ReadonlySet<string>;
  /** Whether the terminal's search field is open. */
  findOpen: boolean;
}

export const SIDEBAR_WIDTH = { least: 220, usual: 288, most: 420 } as const;

const STORED = "postern.workspace";

export const useWorkspace = create<Workspace>(() => ({
  page: "workspace",
  section: "accounts",
  query: "",
  selected: null,
  selectedIn: "",
  findOpen: false,
  overlay: null,
  ...remembered(),
}));

/** Below these widths sidebar and inspector have no place of their own and lie over the work. */
const NARROW = { sidebar: matchMedia("(max-width: 759px)"), inspector: matchMedia("(max-width: 1279px)") };

type Side = keyof typeof NARROW;

/** Whether the sidebar or the inspector is shown, in its place or over the work. */
export function useShown(side: Side): boolean {
  const narrow = useSyncExternalStore(
    (changed) => {
      NARROW[side].addEventListener("change", changed);
      return () => NARROW[side].removeEventListener("change", changed);
    },
    () => NARROW[side].matches,
  );
  const open = useWorkspace((now) => (side === "sidebar" ? now.sidebarOpen : now.inspectorOpen));
  const over = useWorkspace((now) => now.overlay === side);
  return narrow ? over : open;
}

/** The same at this moment, outside components. */
export function isShown(side: Side): boolean {
  const { sidebarOpen, inspectorOpen, overlay } = useWorkspace.getState();
  if (NARROW[side].matches) return overlay === side;
  return side === "sidebar" ? sidebarOpen : inspectorOpen;
}

function toggle(side: Side) {
  useWorkspace.setState((now) => {
    if (NARROW[side].matches) return { overlay: now.overlay === side ? null : side };
    return side === "sidebar" ? { sidebarOpen: !now.sidebarOpen } : { inspectorOpen: !now.inspectorOpen };
  });
}

export const workspace = {
  show(page: Page, section?: SettingsSection) {
    useWorkspace.setState((now) => ({ page, section: section ?? now.section }));
  },
  toggleSidebar: () => toggle("sidebar"),
  toggleInspector: () => toggle("inspector"),
  /** Brings the sidebar into view. */
  showSidebar() {
    if (!isShown("sidebar")) toggle("sidebar");
  },
  /** The work is what matters now. */
  closeOverlay() {
    useWorkspace.setState({ overlay: null });
  },
  resizeSidebar(width: number) {
    const sidebarWidth = Math.round(Math.min(SIDEBAR_WIDTH.most, Math.max(SIDEBAR_WIDTH.least, width)));
    useWorkspace.setState({ sidebarWidth });
  },
  select(key: string | null) {
    useWorkspace.setState(({ query }) => ({ selected: key, selectedIn: query }));
  },
  search(query: string) {
    useWorkspace.setState({ query });
  },
  foldPair(name: string, folded: boolean) {
    useWorkspace.setState((now) => {
      const foldedPairs = new Set(now.foldedPairs);
      if (folded) foldedPairs.add(name);
      else foldedPairs.delete(name);
      return { foldedPairs };
    });
  },
  find(open: boolean) {
    useWorkspace.setState({ findOpen: open });
  },
};

type Remembered = Pick<Workspace, "sidebarOpen" | "sidebarWidth" | "inspectorOpen" | "foldedPairs">;

useWorkspace.subscribe((now, before) => {
  const kept = [now.sidebarOpen, now.sidebarWidth, now.inspectorOpen, now.foldedPairs];
  const old = [before.sidebarOpen, before.sidebarWidth, before.inspectorOpen, before.foldedPairs];
  if (kept.some((value, index) => value !== old[index])) remember(now);
});

function remember(now: Remembered) {
  const { sidebarOpen, sidebarWidth, inspectorOpen } = now;
  const text = JSON.stringify({ sidebarOpen, sidebarWidth, inspectorOpen, foldedPairs: [...now.foldedPairs] });
  try {
    localStorage.setItem(STORED, text);
  } catch {
    // A full or forbidden storage costs the memory of a width, nothing else.
  }
}

function remembered(): Remembered {
  const stored = readStored();
  const width = Number(stored.sidebarWidth);
  const folded = stored.foldedPairs;
  return {
    sidebarOpen: stored.sidebarOpen !== false,
    sidebarWidth: width >= SIDEBAR_WIDTH.least && width <= SIDEBAR_WIDTH.most ? width : SIDEBAR_WIDTH.usual,
    inspectorOpen: stored.inspectorOpen !== false,
    foldedPairs: new Set(Array.isArray(folded) ? folded.filter((name) => typeof name === "string") : []),
  };
}

function readStored(): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(STORED) ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
