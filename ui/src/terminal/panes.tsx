/** The panes of the open tabs. Hidden ones stay, so that their terminals go on reading. */
import { Ellipsis, Search, SquareTerminal } from "lucide-react";
import { useEffect, useRef } from "react";
import type { TabView } from "../ipc/contract";
import { Button, IconButton, Keys, Tip } from "../kit/button";
import { EnvBar, Glyph, tabGlyph } from "../kit/glyphs";
import { ContextArea, MenuButton } from "../kit/menu";
import { isCovered } from "../state/dialogs";
import { keysOf } from "../state/keymap";
import { isMac } from "../state/platform";
import { useSessions } from "../state/sessions";
import { useShown, useWorkspace, workspace } from "../state/workspace";
import { FindBar } from "./find-bar";
import { useLink } from "./link-store";
import { PaneCover, PaneStrip, useSpeaks } from "./pane-state";
import styles from "./panes.module.css";
import { tabMenu, terminalMenu } from "./tab-menu";
import { startTerminals, terminalOf } from "./terminals";

startTerminals();

export function Panes() {
  const tabs = useSessions((now) => now.tabs);
  const active = useSessions((now) => now.active);
  return (
    <div className={styles.area} tabIndex={-1} data-region="pane" data-terminal-place>
      {tabs.length === 0 && <NoSession />}
      {tabs.map((tab) => (
        <Pane key={tab.id} tab={tab} active={tab.id === active} />
      ))}
    </div>
  );
}

function Pane({ tab, active }: { tab: TabView; active: boolean }) {
  return (
    <section
      className={styles.pane}
      id={`pane-${tab.id}`}
      role="tabpanel"
      aria-labelledby={`tab-${tab.id}`}
      hidden={!active}
      data-testid="pane"
      data-tab={tab.id}
      data-state={tab.state.kind}
    >
      <Head tab={tab} active={active} />
      <TerminalPlace tab={tab} active={active} />
      <PaneCover tab={tab} />
    </section>
  );
}

/** All that is said and asked beside the terminal has its place here, so that nothing of the terminal is ever covered. */
function Head({ tab, active }: { tab: TabView; active: boolean }) {
  const finding = useWorkspace((now) => now.findOpen) && active;
  return (
    <ContextArea entries={() => tabMenu(tab)}>
      <header className={styles.head} data-finding={finding || undefined} data-keeps-focus>
        <Glyph state={tabGlyph(tab.state)} />
        <span className={`${styles.name} line`}>{tab.title}</span>
        <EnvBar environment={tab.environment} small />
        <span className={`${styles.env} line`} data-env={tab.environment}>
          {tab.profile ?? "AWS default"}
        </span>
        <Said tab={tab} />
        {finding ? <FindBar tab={tab.id} /> : <FindButton />}
        <MenuButton entries={tabMenu(tab)} align="end">
          <IconButton label="Session menu" data-testid="pane-menu">
            <Ellipsis size={14} />
          </IconButton>
        </MenuButton>
      </header>
    </ContextArea>
  );
}

function FindButton() {
  return (
    <IconButton label="Find in the terminal" action="find" onClick={() => workspace.find(true)}>
      <Search size={13} />
    </IconButton>
  );
}

/** The link under the pointer, else what is to be said of the session, else where it is. */
function Said({ tab }: { tab: TabView }) {
  const link = useLink((now) => (now.tab === tab.id ? now.words : null));
  const speaks = useSpeaks(tab);
  if (link !== null)
    return (
      <span className={`${styles.link} line`} data-testid="pane-link">
        {link}
      </span>
    );
  return speaks ? <PaneStrip tab={tab} /> : <Facts tab={tab} />;
}

function Facts({ tab }: { tab: TabView }) {
  const title = useSessions((now) => now.titles.get(tab.id));
  return (
    <div className={styles.facts}>
      <span>{tab.region}</span>
      {tab.target !== tab.title && <span className={`${styles.target} mono`}>{tab.target}</span>}
      {tab.document !== null && (
        <Tip text={tab.document}>
          <span className={`${styles.what} mono line`} data-testid="pane-document">
            {[tab.document.slice(tab.document.lastIndexOf("/") + 1), tab.command].filter(Boolean).join(": ")}
          </span>
        </Tip>
      )}
      {title !== undefined && title !== "" && <span className="line">{title}</span>}
    </div>
  );
}

/** Adopts the terminal's element and keeps it at the size of this place. */
function TerminalPlace({ tab, active }: { tab: TabView; active: boolean }) {
  const { id } = tab;
  const place = useRef<HTMLDivElement>(null);
  const page = useWorkspace((now) => now.page);
  const shown = active && page === "workspace";
  useEffect(() => {
    const terminal = terminalOf(id);
    if (place.current === null || terminal === undefined) return;
    place.current.append(terminal.element);
    const observer = new ResizeObserver(() => terminal.fit());
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [id]);
  useEffect(() => {
    if (shown) void showTerminal(id);
  }, [id, shown]);
  return (
    <ContextArea entries={() => terminalMenu(tab)}>
      <div ref={place} className={styles.place} data-testid="terminal" />
    </ContextArea>
  );
}

/** Nobody has the keys after the page was loaded anew: then the terminal that is shown gets them. */
async function showTerminal(tab: number) {
  const terminal = terminalOf(tab);
  await terminal?.open();
  const isInFront = useSessions.getState().active === tab && !isCovered();
  if (isInFront && document.activeElement === document.body) terminal?.focus();
}

function NoSession() {
  const fleetShown = useShown("sidebar");
  return (
    <div className={styles.empty} data-testid="no-session">
      <SquareTerminal size={28} strokeWidth={1.25} />
      <h2>No session open</h2>
      <p>Double-click a node, or press Enter on it.</p>
      {!fleetShown && <Button onClick={() => workspace.showSidebar()}>Show the fleet</Button>}
      <div className={styles.hints}>
        <Keys keys={keysOf("palette", isMac)} />
        <span>Go to a node, connection or action</span>
        <Keys keys={keysOf("connect", isMac)} />
        <span>Connect to any target</span>
        <Keys keys={keysOf("search", isMac)} />
        <span>Search the fleet</span>
      </div>
    </div>
  );
}
