/** The panes of the open tabs. Hidden ones stay, so that their terminals go on reading. */
import { Ellipsis, Search, SquareTerminal } from "lucide-react";
import { useEffect, useRef } from "react";
import { keysOf } from "../actions/keymap";
import { EnvBar, Glyph, tabGlyph } from "../domain/glyphs";
import type { TabView } from "../ipc/contract";
import { Button, IconButton, Keys, Tip } from "../kit/button";
import { ContextArea, MenuButton } from "../kit/menu";
import { useSessions } from "../sessions/sessions";
import { startTerminals, terminalOf } from "../terminal/terminals";
import { focusTerminal } from "../window/focus";
import { frame, useFrame, useShown } from "../window/frame";
import { FindBar } from "./find-bar";
import { showFind, useFind } from "./find-store";
import { useLink } from "./link-store";
import { PaneCover, PaneStatus, useHasStatus } from "./pane-state";
import styles from "./panes.module.css";
import { tabMenu, terminalMenu } from "./tab-menu";
import { useLayout, useTabs } from "./tabs";

startTerminals();

export function Panes() {
  const tabs = useTabs();
  const active = useLayout((now) => now.active);
  // A page that is loaded anew begins where the user was: in the terminal that is shown.
  useEffect(() => {
    const { active: shown } = useLayout.getState();
    if (shown !== null) focusTerminal(shown);
  }, []);
  return (
    <div className={styles.area} tabIndex={-1} data-area="pane" data-terminal-place>
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
  const finding = useFind((now) => now.open) && active;
  return (
    <ContextArea entries={() => tabMenu(tab)}>
      <header className={styles.head} data-finding={finding || undefined} data-keeps-focus>
        <Glyph state={tabGlyph(tab.state)} />
        <span className={`${styles.name} line`}>{tab.title}</span>
        <EnvBar environment={tab.environment} small />
        <span className={`${styles.env} line`} data-env={tab.environment}>
          {tab.profile ?? "AWS default"}
        </span>
        <DocumentName tab={tab} />
        <StatusOrFacts tab={tab} />
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
    <IconButton label="Find in the terminal" keys={keysOf("find")} onClick={() => showFind(true)}>
      <Search size={13} />
    </IconButton>
  );
}

/** The link under the pointer, else what is to be said of the session, else where it is. */
function StatusOrFacts({ tab }: { tab: TabView }) {
  const link = useLink((now) => (now.tab === tab.id ? now.words : null));
  const speaks = useHasStatus(tab);
  if (link !== null)
    return (
      <span className={`${styles.link} line`} data-testid="pane-link">
        {link}
      </span>
    );
  return speaks ? <PaneStatus tab={tab} /> : <Facts tab={tab} />;
}

/** The document and its command, also once the session is over: what an exit status belongs to. */
function DocumentName({ tab: { document, command } }: { tab: TabView }) {
  if (document === null) return null;
  const name = document.slice(document.lastIndexOf("/") + 1);
  return (
    <Tip text={document}>
      <span className={`${styles.what} mono line`} data-testid="pane-document">
        {[name, command].filter(Boolean).join(": ")}
      </span>
    </Tip>
  );
}

function Facts({ tab }: { tab: TabView }) {
  const title = useSessions((now) => now.titles.get(tab.id));
  return (
    <div className={styles.facts}>
      <span>{tab.region}</span>
      {tab.target !== tab.title && <span className={`${styles.target} mono`}>{tab.target}</span>}
      {title !== undefined && title !== "" && <span className="line">{title}</span>}
    </div>
  );
}

/** Adopts the terminal's element and keeps it at the size of this place. */
function TerminalPlace({ tab, active }: { tab: TabView; active: boolean }) {
  const { id } = tab;
  const place = useRef<HTMLDivElement>(null);
  const page = useFrame((now) => now.page);
  const shown = active && page === "workbench";
  useEffect(() => {
    const terminal = terminalOf(id);
    if (place.current === null || terminal === undefined) return;
    place.current.append(terminal.element);
    const observer = new ResizeObserver(() => terminal.fit());
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [id]);
  useEffect(() => {
    if (shown) void terminalOf(id)?.open();
  }, [id, shown]);
  return (
    <ContextArea entries={() => terminalMenu(tab)}>
      <div ref={place} className={styles.place} data-testid="terminal" />
    </ContextArea>
  );
}

function NoSession() {
  const fleetShown = useShown("sidebar");
  return (
    <div className={styles.empty} data-testid="no-session">
      <SquareTerminal size={28} strokeWidth={1.25} />
      <h2>No session open</h2>
      <p>Double-click a node, or press Enter on it.</p>
      {!fleetShown && <Button onClick={() => frame.showSidebar()}>Show the fleet</Button>}
      <div className={styles.hints}>
        <Keys keys={keysOf("palette")} />
        <span>Go to a node, connection or action</span>
        <Keys keys={keysOf("connect")} />
        <span>Connect to any target</span>
        <Keys keys={keysOf("search")} />
        <span>Search the fleet</span>
      </div>
    </div>
  );
}
