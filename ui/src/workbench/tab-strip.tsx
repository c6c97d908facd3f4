/** The strip of tabs: one for each session, in the user's order. */
import { ChevronDown, LockKeyhole, PanelRight, Plus, X } from "lucide-react";
import { type KeyboardEvent, type PointerEvent, useLayoutEffect, useRef, useState } from "react";
import { keysOf } from "../actions/keymap";
import { buttonOf } from "../actions/menus";
import { EnvBar, Glyph, tabGlyph } from "../domain/glyphs";
import type { TabView } from "../ipc/contract";
import { IconButton, Tip } from "../kit/button";
import { ContextArea, MenuButton, type MenuEntry } from "../kit/menu";
import { showTab } from "../sessions/actions";
import { closeTab } from "../sessions/closing";
import { isLive, useSessions } from "../sessions/sessions";
import { useShown } from "../window/frame";
import { tabMenu } from "./tab-menu";
import styles from "./tab-strip.module.css";
import { chipOf, factsOf, runWords } from "./tab-words";
import { activateTab, moveTab, tabsNow, useLayout, useTabs } from "./tabs";

export function TabStrip() {
  const tabs = useTabs();
  const active = useLayout((now) => now.active);
  const inspectorOpen = useShown("inspector");
  const list = useRef<HTMLDivElement>(null);
  const hidden = useHiddenTabs(list, tabs, active);
  return (
    <div className={styles.strip} data-keeps-focus data-area="tabs">
      <div ref={list} className={styles.list} role="tablist" aria-label="Sessions">
        {tabs.map((tab, index) => (
          <Tab key={tab.id} tab={tab} index={index} active={tab.id === active} />
        ))}
      </div>
      <div className={styles.tools}>
        <IconButton {...buttonOf("connect")} data-testid="tab-new">
          <Plus size={15} />
        </IconButton>
        {hidden.length > 0 && <HiddenTabs tabs={hidden} />}
      </div>
      <span className={styles.grow} />
      <div className={styles.tools}>
        <IconButton {...buttonOf("toggle-inspector")} on={inspectorOpen}>
          <PanelRight size={15} />
        </IconButton>
      </div>
    </div>
  );
}

/** Tabs that have no room; the active one always has. */
function useHiddenTabs(list: React.RefObject<HTMLDivElement | null>, tabs: readonly TabView[], active: number | null) {
  const [hidden, setHidden] = useState<readonly TabView[]>([]);
  useLayoutEffect(() => {
    const strip = list.current;
    if (strip === null) return;
    const measure = () => {
      const shown = strip.querySelector<HTMLElement>(`[data-tab="${active}"]`);
      if (shown !== null) {
        const right = shown.offsetLeft + shown.offsetWidth - strip.offsetLeft;
        strip.scrollLeft = Math.max(0, right - strip.clientWidth);
      }
      const out = tabs.filter((tab) => {
        const element = strip.querySelector<HTMLElement>(`[data-tab="${tab.id}"]`);
        if (element === null) return false;
        const left = element.offsetLeft - strip.offsetLeft - strip.scrollLeft;
        return left < -1 || left + element.offsetWidth > strip.clientWidth + 1;
      });
      setHidden((before) => (sameTabs(before, out) ? before : out));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(strip);
    return () => observer.disconnect();
  }, [list, tabs, active]);
  return hidden;
}

function sameTabs(a: readonly TabView[], b: readonly TabView[]): boolean {
  return a.length === b.length && a.every((tab, index) => tab === b[index]);
}

function HiddenTabs({ tabs }: { tabs: readonly TabView[] }) {
  const entries: MenuEntry[] = tabs.map((tab) => ({
    label: `${tab.title} (${tab.id})`,
    icon: <Glyph state={tabGlyph(tab.state)} />,
    run: () => showTab(tab.id),
  }));
  return (
    <MenuButton entries={entries} align="end">
      <button type="button" className={styles.more} aria-label={`${tabs.length} more tabs`}>
        {tabs.length}
        <ChevronDown size={12} />
      </button>
    </MenuButton>
  );
}

function Tab({ tab, index, active }: { tab: TabView; index: number; active: boolean }) {
  const unseen = useSessions((now) => now.unseen.has(tab.id));
  const drag = useTabDrag(tab.id, index);
  const chip = chipOf(tab);
  return (
    <ContextArea entries={() => tabMenu(tab)}>
      <Tip text={factsOf(tab).join("\n")}>
        <div
          className={styles.tab}
          role="tab"
          id={`tab-${tab.id}`}
          aria-selected={active}
          aria-controls={`pane-${tab.id}`}
          tabIndex={active ? 0 : -1}
          data-env={tab.environment}
          data-tab={tab.id}
          data-state={tab.state.kind}
          data-over={!isLive(tab) || undefined}
          data-dragged={drag.moving || undefined}
          data-testid="tab"
          data-name={tab.title}
          data-exit={tab.exitStatus ?? undefined}
          {...drag.handlers}
          onAuxClick={(event) => event.button === 1 && closeTab(tab.id)}
          onMouseDown={(event) => event.button === 1 && event.preventDefault()}
          onKeyDown={(event) => onTabKey(event, tab.id)}
        >
          <EnvBar environment={tab.environment} />
          <Glyph state={tabGlyph(tab.state)} />
          <span className={styles.words}>
            <span className={`${styles.title} line`}>{tab.title}</span>
            {tab.document !== null && <span className={`${styles.what} line`}>{runWords(tab)}</span>}
          </span>
          {tab.encryptionKey !== null && (
            <LockKeyhole className={styles.lock} size={12} role="img" aria-label="Encrypted with KMS" />
          )}
          {chip !== null && (
            <span className={styles.chip} data-tone={chip.tone} data-testid="tab-chip">
              {chip.text}
            </span>
          )}
          {unseen && <span className={styles.unseen} role="img" aria-label="New output" />}
          <CloseMark tab={tab} />
        </div>
      </Tip>
    </ContextArea>
  );
}

/** A tab can hold no button: for the keyboard and for screen readers Delete closes it, as its menu does. */
function CloseMark({ tab }: { tab: TabView }) {
  return (
    <Tip text={`Close ${tab.title}`} keys={keysOf("close-tab")}>
      <span
        className={styles.close}
        aria-hidden="true"
        data-testid="tab-close"
        onPointerDown={(event) => event.stopPropagation()}
        onClick={(event) => {
          event.stopPropagation();
          closeTab(tab.id);
        }}
      >
        <X size={13} />
      </span>
    </Tip>
  );
}

function onTabKey(event: KeyboardEvent, id: number) {
  const tabs = tabsNow();
  const at = tabs.findIndex((tab) => tab.id === id);
  const go = (to: number) => {
    const next = tabs[(to + tabs.length) % tabs.length];
    if (next === undefined) return;
    activateTab(next.id);
    requestAnimationFrame(() => document.getElementById(`tab-${next.id}`)?.focus());
  };
  if (event.key === "ArrowRight") go(at + 1);
  else if (event.key === "ArrowLeft") go(at - 1);
  else if (event.key === "Home") go(0);
  else if (event.key === "End") go(tabs.length - 1);
  else if (event.key === "Delete") closeTab(id);
  else if (event.key === "Enter" || event.key === " ") showTab(id);
  else return;
  event.preventDefault();
}

/** A press that moves this far is a drag and no click. */
const DRAG_PX = 5;

/** Tabs move by pointer: the place under the pointer becomes the tab's place. */
function useTabDrag(id: number, index: number) {
  const [from, setFrom] = useState<number | null>(null);
  const [moving, setMoving] = useState(false);
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (from === null || (!moving && Math.abs(event.clientX - from) < DRAG_PX)) return;
    if (!moving) {
      event.currentTarget.setPointerCapture(event.pointerId);
      setMoving(true);
    }
    const to = placeUnder(event.currentTarget, event.clientX, index);
    if (to !== index) moveTab(id, to);
  };
  const end = () => {
    setFrom(null);
    setMoving(false);
  };
  return {
    moving,
    handlers: {
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        if (event.button === 0) setFrom(event.clientX);
      },
      onPointerMove,
      onPointerUp: () => {
        if (from !== null && !moving) showTab(id);
        end();
      },
      onPointerCancel: end,
      onPointerLeave: () => {
        if (!moving) setFrom(null);
      },
    },
  };
}

/** A neighbour gives way once the pointer is past its middle. */
function placeUnder(tab: HTMLElement, x: number, index: number): number {
  const middle = (element: Element | null) => {
    const box = element?.getBoundingClientRect();
    return box === undefined ? null : box.left + box.width / 2;
  };
  const [left, right] = [middle(tab.previousElementSibling), middle(tab.nextElementSibling)];
  if (left !== null && x < left) return index - 1;
  if (right !== null && x > right) return index + 1;
  return index;
}
