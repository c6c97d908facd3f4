/** The search field of the sidebar: coloured, completed, and with keys that lead to what is found. */
import { Search, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { IconButton } from "../kit/button";
import { useConnections } from "../saved/connections";
import { connectNode, connectSaved } from "../sessions/actions";
import { coloured } from "./coloured";
import { useCompletion } from "./completing";
import { CompletionList } from "./completion-list";
import { useFleet } from "./fleet";
import { loadAround, useFound } from "./found";
import { selection, useSelection } from "./selection";
import styles from "./sidebar.module.css";
import type { Tree } from "./tree";

export function SearchBox({ tree }: { tree: Tree }) {
  const text = useSelection((now) => now.query);
  const [scroll, setScroll] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const onSearchKey = useSearchKeys(tree, text);
  const completion = useCompletion(input);
  const clear = () => {
    selection.search("");
    input.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    if (completion.onKey(event)) return event.preventDefault();
    if (event.key === "Escape" && text !== "") clear();
    else if (event.key === "Enter") onSearchKey("open", event.currentTarget.value);
    else if (event.key === "ArrowDown") onSearchKey("walk", event.currentTarget.value);
    else return;
    event.preventDefault();
  };
  return (
    <div className={styles.search}>
      <div className={styles.field}>
        <Search size={13} />
        <div className={styles.text}>
          <Colours text={text} scroll={scroll} />
          <input
            {...completion.field}
            ref={input}
            data-search
            data-area-focus
            data-testid="search"
            value={text}
            placeholder="Search names, ids and tags"
            aria-label="Search the fleet: words, or tag:key=value"
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => {
              selection.search(event.target.value);
              completion.typed();
            }}
            onBlur={completion.close}
            onScroll={(event) => setScroll(event.currentTarget.scrollLeft)}
            onKeyDown={onKeyDown}
          />
        </div>
        {text !== "" && (
          <IconButton label="Clear the search" onClick={clear}>
            <X size={13} />
          </IconButton>
        )}
        <CompletionList completion={completion} />
      </div>
      <UnknownKeys text={text} />
    </div>
  );
}

/** What a key in the field does with what is found. */
type SearchKey = "open" | "walk";

/** A key waits for the tree of the text it was pressed on: the answer follows the typing by a moment. */
function useSearchKeys(tree: Tree, query: string): (key: SearchKey, text: string) => void {
  const waiting = useRef<{ key: SearchKey; text: string } | null>(null);
  const found = useFound((now) => now.ask.query);
  const isThere = useFound((now) => now.view !== null);
  const go = (key: SearchKey) => {
    waiting.current = null;
    if (key === "walk" || query.trim() === "") walkTree(tree);
    else void openBest(query);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new tree can answer a key that waits
  useEffect(() => {
    if (waiting.current?.text === query && found === query && isThere) go(waiting.current.key);
  }, [tree]);
  return (key, text) => {
    if (text === query && found === query && isThere) return go(key);
    waiting.current = { key, text };
    selection.search(text);
  };
}

/** What was selected since the search says what it says is meant, else what leaves no choice; among several the best is offered. */
async function openBest(query: string) {
  const { selected, selectedIn } = useSelection.getState();
  const best = useFound.getState().view?.best ?? null;
  if (selectedIn === query && selected !== null && isAmongFound(selected)) return open(selected);
  if (best === null) return;
  if (best.place !== null) await loadAround(best.place.pair, best.place.index);
  if (useSelection.getState().query !== query) return;
  if (best.sure) return open(best.key);
  // The next Enter takes it.
  selection.select(best.key);
  requestAnimationFrame(focusTree);
}

function isAmongFound(key: string): boolean {
  const { view, places } = useFound.getState();
  return key.startsWith("n:") ? places.has(key.slice(2)) : (view?.connections ?? []).some((id) => key === `c:${id}`);
}

function open(key: string) {
  const node = key.startsWith("n:") ? useFleet.getState().nodes.get(key.slice(2)) : undefined;
  const saved = useConnections.getState().connections.find(({ id }) => key === `c:${id}`);
  if (node !== undefined) connectNode(node);
  else if (saved !== undefined) void connectSaved(saved);
}

/** To the row that was selected in this search, else to the first: what was selected before is not what is sought. */
function walkTree(tree: Tree) {
  const { selected, selectedIn, query } = useSelection.getState();
  const isShown = selectedIn === query && selected !== null && tree.rows.indexOf(selected) >= 0;
  const first = tree.rows.at(tree.rows.itemFrom(0, 1));
  if (!isShown && first !== undefined) selection.select(first.key);
  requestAnimationFrame(focusTree);
}

function focusTree() {
  document.querySelector<HTMLElement>("[role=treeitem][tabindex='0']")?.focus();
}

function Colours({ text, scroll }: { text: string; scroll: number }) {
  const spans = useFound((now) => now.view?.spans) ?? [];
  return (
    <div className={styles.colours} style={{ transform: `translateX(${-scroll}px)` }} aria-hidden="true">
      {coloured(text, spans).map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts are told apart by their place only
        <span key={index} data-role={part.role}>
          {part.text}
        </span>
      ))}
    </div>
  );
}

/** A key that does not exist counts as a word, which seldom is what was meant. */
function UnknownKeys({ text }: { text: string }) {
  const unknown = useFound((now) => (now.ask.query === text ? now.view?.unknownKeys : undefined));
  const [first] = unknown ?? [];
  if (first === undefined) return null;
  return (
    <p className={styles.unknown} role="status" data-testid="unknown-key">
      There is no key {first.key}.{first.meant !== null && ` Did you mean ${first.meant}?`}
    </p>
  );
}
