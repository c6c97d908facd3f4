/** What the window shows: page, sidebar and inspector. The page remembers what is open, and how wide. */
import { useSyncExternalStore } from "react";
import { create } from "zustand";
import { recall, remember } from "./remembered";

export type Page = "workbench" | "fleet" | "forwards" | "settings";
export type SettingsSection = "accounts" | "sync" | "network" | "general" | "terminal" | "about";

export interface Frame {
  page: Page;
  section: SettingsSection;
  sidebarOpen: boolean;
  sidebarWidth: number;
  inspectorOpen: boolean;
  /** What lies over the work in a narrow window; never remembered. */
  overlay: "sidebar" | "inspector" | null;
}

export const SIDEBAR_WIDTH = { least: 220, usual: 288, most: 420 } as const;

const STORED = "postern.frame";

export const useFrame = create<Frame>(() => ({
  page: "workbench",
  section: "accounts",
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
  const open = useFrame((now) => (side === "sidebar" ? now.sidebarOpen : now.inspectorOpen));
  const over = useFrame((now) => now.overlay === side);
  return narrow ? over : open;
}

/** The same at this moment, outside components. */
export function isShown(side: Side): boolean {
  const { sidebarOpen, inspectorOpen, overlay } = useFrame.getState();
  if (NARROW[side].matches) return overlay === side;
  return side === "sidebar" ? sidebarOpen : inspectorOpen;
}

function toggle(side: Side) {
  useFrame.setState((now) => {
    if (NARROW[side].matches) return { overlay: now.overlay === side ? null : side };
    return side === "sidebar" ? { sidebarOpen: !now.sidebarOpen } : { inspectorOpen: !now.inspectorOpen };
  });
}

export const frame = {
  show(page: Page, section?: SettingsSection) {
    useFrame.setState((now) => ({ page, section: section ?? now.section }));
  },
  toggleSidebar: () => toggle("sidebar"),
  toggleInspector: () => toggle("inspector"),
  /** Brings the sidebar into view. */
  showSidebar() {
    if (!isShown("sidebar")) toggle("sidebar");
  },
  /** The work is what matters now. */
  closeOverlay() {
    useFrame.setState({ overlay: null });
  },
  resizeSidebar(width: number) {
    const sidebarWidth = Math.round(Math.min(SIDEBAR_WIDTH.most, Math.max(SIDEBAR_WIDTH.least, width)));
    useFrame.setState({ sidebarWidth });
  },
};

type Remembered = Pick<Frame, "sidebarOpen" | "sidebarWidth" | "inspectorOpen">;

useFrame.subscribe(({ sidebarOpen, sidebarWidth, inspectorOpen }, before) => {
  const now: Remembered = { sidebarOpen, sidebarWidth, inspectorOpen };
  const names = ["sidebarOpen", "sidebarWidth", "inspectorOpen"] as const;
  if (names.some((name) => now[name] !== before[name])) remember(STORED, now);
});

function remembered(): Remembered {
  const stored = recall(STORED);
  const width = Number(stored.sidebarWidth);
  return {
    sidebarOpen: stored.sidebarOpen !== false,
    sidebarWidth: width >= SIDEBAR_WIDTH.least && width <= SIDEBAR_WIDTH.most ? width : SIDEBAR_WIDTH.usual,
    inspectorOpen: stored.inspectorOpen !== false,
  };
}
