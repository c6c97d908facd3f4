/** The palette: go to a node, connection, tab or action by typing a part of its name. */
import { Dialog } from "@base-ui/react/dialog";
import { Command } from "cmdk";
import { ArrowRight, Cloud, FolderClosed, Search, SquareTerminal } from "lucide-react";
import { type ReactNode, useDeferredValue, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Keys } from "../kit/button";
import { EnvBar, Glyph, nodeGlyph, tabGlyph } from "../kit/glyphs";
import { figure, pairName, shortId } from "../kit/words";
import { connectNode, connectSaved, reveal, showTab } from "../state/actions";
import { availableCommands } from "../state/commands";
import { useConnections } from "../state/connections";
import { closePalette, mayTakeFocusBack, useDialogs } from "../state/dialogs";
import { nodeTitle, useFleet } from "../state/fleet";
import { keysOf } from "../state/keymap";
import { isMac } from "../state/platform";
import { useSessions } from "../state/sessions";
import { environmentOf, useProgram } from "../state/settings";
import styles from "./palette.module.css";
import { type Everything, type Found, findAll, marked } from "./search";

export default function Palette() {
  const opened = useDialogs((now) => now.palette) ?? "";
  const [text, setText] = useState(opened);
  const input = useRef<HTMLInputElement>(null);
  const everything = useEverything();
  const sought = useDeferredValue(text);
  const found = useMemo(() => findAll(sought, everything), [sought, everything]);
  const [selected, setSelected] = useState("");
  // The best of every new search is selected, and stays at the top of the list.
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    setSelected(firstOf(found));
    if (list.current !== null) list.current.scrollTop = 0;
  }, [found]);
  const scope = (sign: string) => {
    setText(sign);
    input.current?.focus();
  };
  return (
    <Dialog.Root open onOpenChange={(open) => !open && closePalette()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.scrim ?? ""} />
        <Dialog.Viewport className={styles.place ?? ""}>
          <Dialog.Popup
            className={styles.palette ?? ""}
            initialFocus={input}
            finalFocus={mayTakeFocusBack}
            aria-label="Palette"
            data-testid="palette"
          >
            <Command
              shouldFilter={false}
              vimBindings={false}
              loop
              value={selected}
              onValueChange={setSelected}
              label="Go to a node, connection or action"
            >
              <div className={styles.in}>
                <Search size={17} />
                <Command.Input
                  ref={input}
                  value={text}
                  onValueChange={setText}
                  placeholder="Go to a node, connection or action"
                  data-testid="palette-input"
                  spellCheck={false}
                />
                <span aria-live="polite">{`${figure(found.matches)} of ${figure(sizeOf(everything))}`}</span>
                <Keys keys={["Esc"]} />
              </div>
              <Command.List ref={list} className={styles.list ?? ""}>
                <Command.Empty className={styles.none ?? ""}>{emptyText(sought)}</Command.Empty>
                <Results found={found} everything={everything} />
              </Command.List>
              <div className={styles.foot}>
                <span>
                  <Keys keys={["↑", "↓"]} /> Move
                </span>
                <span>
                  <Keys keys={["Enter"]} /> Open
                </span>
                <span className={styles.grow} />
                <button type="button" onClick={() => scope(">")}>
                  <Keys keys={[">"]} /> Actions
                </button>
                <button type="button" onClick={() => scope("#")}>
                  <Keys keys={["#"]} /> Tags
                </button>
                <button type="button" onClick={() => scope("@")}>
                  <Keys keys={["@"]} /> Accounts
                </button>
              </div>
            </Command>
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function useEverything(): Everything {
  const { nodes, pairs } = useFleet();
  const { connections, groups } = useConnections();
  const tabs = useSessions((now) => now.tabs);
  return useMemo(
    () => ({
      commands: availableCommands(),
      nodes: [...nodes.values()],
      pairs: new Map(pairs.map((pair) => [pair.id, pair])),
      connections,
      groupNames: new Map(groups.map((group) => [group.id, group.draft.name])),
      tabs,
    }),
    [nodes, pairs, connections, groups, tabs],
  );
}

function sizeOf(all: Everything): number {
  return all.nodes.length + all.connections.length + all.commands.length + all.tabs.length;
}

/** The name of the first item, in the order of the groups. */
function firstOf({ tabs, nodes, connections, pairs, commands }: Found): string {
  if (tabs[0] !== undefined) return `tab:${tabs[0].id}`;
  if (nodes[0] !== undefined) return `node:${nodes[0].key}`;
  if (connections[0] !== undefined) return `saved:${connections[0].id}`;
  if (pairs[0] !== undefined) return `pair:${pairs[0].id}`;
  return commands[0] === undefined ? "" : `command:${commands[0].id}`;
}

function emptyText(text: string): string {
  if (text === "#") return "Type a tag, such as team=checkout.";
  return "Nothing matches.";
}

function Results({ found, everything }: { found: Found; everything: Everything }) {
  const { words } = found;
  const profiles = useProgram((now) => now.profiles);
  return (
    <>
      <Group heading="Open tabs" show={found.tabs.length > 0}>
        {found.tabs.map((tab) => (
          <Item key={tab.id} id={`tab:${tab.id}`} run={() => showTab(tab.id)}>
            <Glyph state={tabGlyph(tab.state)} />
            <Name text={tab.title} words={words} />
            <ScopeOf environment={tab.environment} text={pairName(tab.profile, tab.region)} />
            <End go="Show" text={shortId(tab.target)} mono />
          </Item>
        ))}
      </Group>
      <Group heading="Nodes" show={found.nodes.length > 0}>
        {found.nodes.map((node) => {
          const pair = everything.pairs.get(node.pair);
          return (
            <Item key={node.key} id={`node:${node.key}`} run={() => connectNode(node)}>
              <Glyph state={nodeGlyph(node)} hybrid={node.kind === "hybrid"} />
              <Name text={nodeTitle(node)} words={words} />
              {pair !== undefined && (
                <ScopeOf environment={pair.environment} text={pairName(pair.profile, pair.region)} />
              )}
              <End go="Connect" text={shortId(node.id)} mono />
            </Item>
          );
        })}
      </Group>
      <Group heading="Saved connections" show={found.connections.length > 0}>
        {found.connections.map((saved) => {
          const profile = saved.effectiveProfile?.value ?? null;
          const scope = pairName(profile, saved.effectiveRegion?.value ?? null);
          const group = everything.groupNames.get(saved.draft.group ?? -1);
          return (
            <Item key={saved.id} id={`saved:${saved.id}`} run={() => void connectSaved(saved)}>
              <FolderClosed size={15} />
              <Name text={saved.draft.name} words={words} />
              <ScopeOf
                environment={environmentOf(profile, profiles)}
                text={[group, scope].filter(Boolean).join(", ")}
              />
              <End go="Connect" text={shortId(saved.draft.target)} mono />
            </Item>
          );
        })}
      </Group>
      <Group heading="Accounts" show={found.pairs.length > 0}>
        {found.pairs.map((pair) => (
          <Item key={pair.id} id={`pair:${pair.id}`} run={() => reveal("pair", pair.id)}>
            <Cloud size={15} />
            <EnvBar environment={pair.environment} />
            <Name text={pairName(pair.profile, pair.region)} words={words} />
            <End go="Show" text={pair.enabled ? "" : "off"} />
          </Item>
        ))}
      </Group>
      <Group heading="Actions" show={found.commands.length > 0}>
        {found.commands.map((command) => (
          <Item key={command.id} id={`command:${command.id}`} run={command.run}>
            {command.id.startsWith("connect") ? <SquareTerminal size={15} /> : <ArrowRight size={15} />}
            <Name text={command.title} words={words} />
            <span className={styles.grow} />
            <Keys keys={keysOf(command.id, isMac)} />
          </Item>
        ))}
      </Group>
    </>
  );
}

function Group({ heading, show, children }: { heading: string; show: boolean; children: ReactNode }) {
  return show ? <Command.Group heading={heading}>{children}</Command.Group> : null;
}

/** Closes the palette first, so that what runs may open a dialog or move the focus. */
function Item({ id, run, children }: { id: string; run: () => void; children: ReactNode }) {
  const choose = () => {
    closePalette();
    run();
  };
  return (
    <Command.Item className={styles.item ?? ""} value={id} onSelect={choose} data-testid="palette-item">
      {children}
    </Command.Item>
  );
}

function Name({ text, words }: { text: string; words: readonly string[] }) {
  return (
    <span className={`${styles.name} line`}>
      {marked(text, words).map((part, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: parts are told apart by their place only
        part.hit ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>,
      )}
    </span>
  );
}

function ScopeOf({ environment, text }: { environment: Parameters<typeof EnvBar>[0]["environment"]; text: string }) {
  if (text === "") return null;
  return (
    <span className={styles.scope}>
      <EnvBar environment={environment} />
      <span className="line">{text}</span>
    </span>
  );
}

function End({ go, text, mono = false }: { go: string; text: string; mono?: boolean }) {
  return (
    <>
      <span className={styles.grow} />
      <span className={styles.go}>
        {go} <Keys keys={["Enter"]} />
      </span>
      <span className={`${styles.end} ${mono ? "mono" : ""}`}>{text}</span>
    </>
  );
}
