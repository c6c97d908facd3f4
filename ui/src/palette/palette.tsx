/** The palette: go to a node, connection, tab or action by typing a part of its name. */
import { Dialog } from "@base-ui/react/dialog";
import { ArrowLeftRight, ArrowRight, Cloud, FolderClosed, Search, SquareTerminal } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useKeysOf } from "../actions/keymap";
import { offeredActions } from "../actions/offered";
import type { ActionId } from "../actions/table";
import { EnvBar, Glyph, nodeGlyph, tabGlyph } from "../domain/glyphs";
import { nodeTitle } from "../domain/node";
import { pairName, shortId } from "../domain/words";
import { totalOf, useFleet } from "../fleet/fleet";
import { revealForward } from "../forwards/actions";
import { useForwards } from "../forwards/forwards";
import { destination, viaOf } from "../forwards/words";
import type { ConnectionView, NodeView, PairView } from "../ipc/contract";
import { Keys } from "../kit/button";
import { type Combobox, useCombobox } from "../kit/combobox";
import { figure } from "../kit/words";
import { environmentOf, useProgram } from "../program/program";
import { reveal } from "../saved/actions";
import { useConnections } from "../saved/connections";
import { connectNode, connectSaved, showTab } from "../sessions/actions";
import { recencies } from "../sessions/recently-used";
import { closePalette, useDialogs } from "../window/dialogs";
import { useLayout, useTabs } from "../workbench/tabs";
import styles from "./palette.module.css";
import { useEnterLater, useResult } from "./result";
import { type Everything, type Hit, type HitKind, marked, type SearchResult } from "./search";

export default function Palette() {
  const opened = useDialogs((now) => now.palette) ?? "";
  const [text, setText] = useState(opened);
  const input = useRef<HTMLInputElement>(null);
  const everything = useEverything();
  const found = useResult(text, everything);
  const run = (id: string) => {
    const hit = hitsOf(found).find((other) => other.id === id);
    // First, so that what runs may open a dialog or move the focus.
    closePalette();
    if (hit !== undefined) runHit(hit);
  };
  const hits = useCombobox({ text: found.text, ids: found.ids, best: found.best, run });
  const enterLater = useEnterLater(found, run);
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
            finalFocus={false}
            aria-label="Palette"
            data-testid="palette"
          >
            <div className={styles.in}>
              <Search size={17} />
              <input
                {...hits.field}
                onKeyDown={(event) => {
                  if (!enterLater(event)) hits.field.onKeyDown(event);
                }}
                ref={input}
                value={text}
                onChange={(event) => setText(event.target.value)}
                placeholder="Go to a node, connection or action"
                aria-label="Go to a node, connection or action"
                data-testid="palette-input"
              />
              <span aria-live="polite">{`${figure(found.matches)} of ${figure(sizeOf(everything))}`}</span>
              <Keys keys={["Esc"]} />
            </div>
            <div
              {...hits.list}
              role="listbox"
              className={styles.list}
              aria-label="What was found"
              aria-busy={found.text !== text}
            >
              {found.ids.length === 0 && <p className={styles.none}>{emptyText(text)}</p>}
              <Results found={found} hits={hits} />
            </div>
            <Foot scope={scope} />
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function hitsOf(found: SearchResult): Hit[] {
  return found.groups.flatMap((group) => group.hits);
}

function runHit(hit: Hit) {
  switch (hit.kind) {
    case "tab":
      return showTab(hit.tab.id);
    case "node":
      return connectNode(hit.node);
    case "saved":
      return void connectSaved(hit.saved);
    case "forward":
      return revealForward(hit.forward);
    case "pair":
      return reveal("pair", hit.pair.id);
    case "action":
      return hit.action.run();
  }
}

function useEverything(): Everything {
  const fleet = useFleet();
  const forwards = useForwards((now) => now.forwards);
  const { pairs } = fleet;
  const nodes = totalOf(fleet);
  const { connections, groups } = useConnections();
  const tabs = useTabs();
  const profiles = useProgram((now) => now.profiles);
  return useMemo(
    () => ({
      actions: offeredActions(),
      nodes,
      pairs: new Map(pairs.map((pair) => [pair.id, pair])),
      connections,
      groupNames: new Map(groups.map((group) => [group.id, group.draft.name])),
      profiles,
      tabs,
      forwards: forwards.map((forward) => ({
        forward,
        via: viaOf(forward.draft.via, { fleet, connections, profiles }),
      })),
      recency: recencies(useLayout.getState()),
    }),
    [fleet, nodes, pairs, connections, groups, profiles, tabs, forwards],
  );
}

function sizeOf(all: Everything): number {
  return all.nodes + all.connections.length + all.actions.length + all.tabs.length + all.forwards.length;
}

function emptyText(text: string): string {
  if (text === "#") return "Type a tag, such as team=checkout.";
  return "Nothing matches.";
}

function Foot({ scope }: { scope: (sign: string) => void }) {
  return (
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
      <button type="button" onClick={() => scope(":")}>
        <Keys keys={[":"]} /> Forwards
      </button>
    </div>
  );
}

const HEADINGS: Record<HitKind, string> = {
  tab: "Open tabs",
  node: "Nodes",
  saved: "Saved connections",
  forward: "Port forwards",
  pair: "Accounts",
  action: "Actions",
};

function Results({ found, hits }: { found: SearchResult; hits: Combobox }) {
  return found.groups.map(({ kind, hits: listed }) => (
    <div key={kind} role="group" aria-label={HEADINGS[kind]}>
      <div className={styles.heading} aria-hidden="true">
        {HEADINGS[kind]}
      </div>
      {listed.map((hit) => (
        <div key={hit.id} {...hits.item(hit.id)} className={styles.item} data-testid="palette-item">
          <HitRow hit={hit} found={found} />
        </div>
      ))}
    </div>
  ));
}

function HitRow({ hit, found: { words, all } }: { hit: Hit; found: SearchResult }) {
  switch (hit.kind) {
    case "tab":
      return (
        <>
          <Glyph state={tabGlyph(hit.tab.state)} />
          <Name text={hit.tab.title} words={words} />
          <ScopeOf environment={hit.tab.environment} text={pairName(hit.tab.profile, hit.tab.region)} />
          <End go="Show" text={shortId(hit.tab.target)} mono />
        </>
      );
    case "node":
      return <NodeRow node={hit.node} pair={all.pairs.get(hit.node.pair)} words={words} />;
    case "saved":
      return <SavedRow saved={hit.saved} all={all} words={words} />;
    case "forward":
      return (
        <>
          <ArrowLeftRight size={15} />
          <Name text={hit.forward.draft.name} words={words} />
          <ScopeOf environment={hit.via.environment} text={hit.via.title} />
          <End go="Show" text={destination(hit.forward.draft.destination)} mono />
        </>
      );
    case "pair":
      return (
        <>
          <Cloud size={15} />
          <EnvBar environment={hit.pair.environment} />
          <Name text={pairName(hit.pair.profile, hit.pair.region)} words={words} />
          <End go="Show" text={hit.pair.enabled ? "" : "off"} />
        </>
      );
    case "action":
      return (
        <>
          {hit.action.id.startsWith("connect") ? <SquareTerminal size={15} /> : <ArrowRight size={15} />}
          <Name text={hit.action.title} words={words} />
          <span className={styles.grow} />
          <ActionKeys action={hit.action.id} />
        </>
      );
  }
}

function ActionKeys({ action }: { action: ActionId }) {
  return <Keys keys={useKeysOf(action)} />;
}

function NodeRow({ node, pair, words }: { node: NodeView; pair: PairView | undefined; words: readonly string[] }) {
  return (
    <>
      <Glyph state={nodeGlyph(node)} hybrid={node.kind === "hybrid"} />
      <Name text={nodeTitle(node)} words={words} />
      {pair !== undefined && <ScopeOf environment={pair.environment} text={pairName(pair.profile, pair.region)} />}
      <End go="Connect" text={shortId(node.id)} mono />
    </>
  );
}

function SavedRow({ saved, all, words }: { saved: ConnectionView; all: Everything; words: readonly string[] }) {
  const profile = saved.effectiveProfile?.value ?? null;
  const scope = pairName(profile, saved.effectiveRegion?.value ?? null);
  const group = all.groupNames.get(saved.draft.group ?? -1);
  return (
    <>
      <FolderClosed size={15} />
      <Name text={saved.draft.name} words={words} />
      <ScopeOf environment={environmentOf(profile, all.profiles)} text={[group, scope].filter(Boolean).join(", ")} />
      <End go="Connect" text={shortId(saved.draft.target)} mono />
    </>
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
