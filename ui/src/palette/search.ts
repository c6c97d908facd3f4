/** What the palette finds: everything that has a name, ranked, few of each kind. */
import type { ConnectionView, NodeView, PairView, TabView } from "../ipc/contract";
import { pairName } from "../kit/words";
import type { Command } from "../state/commands";
import { nodeTitle } from "../state/fleet";

export interface Everything {
  commands: readonly Command[];
  nodes: readonly NodeView[];
  pairs: ReadonlyMap<number, PairView>;
  connections: readonly ConnectionView[];
  groupNames: ReadonlyMap<number, string>;
  tabs: readonly TabView[];
}

export interface Found {
  tabs: readonly TabView[];
  nodes: readonly NodeView[];
  connections: readonly ConnectionView[];
  commands: readonly Command[];
  pairs: readonly PairView[];
  /** How many there are, also of what is not listed. */
  matches: number;
  words: readonly string[];
}

export type Scope = ">" | "#" | "@" | null;

/** More than a screen of one kind hides the other kinds. */
const FEW = 8;
const MANY = 60;

export function scopeOf(text: string): Scope {
  const first = text.charAt(0);
  return first === ">" || first === "#" || first === "@" ? first : null;
}

export function findAll(text: string, all: Everything): Found {
  const scope = scopeOf(text);
  const words = wordsOf(scope === null ? text : text.slice(1));
  const none: Found = { tabs: [], nodes: [], connections: [], commands: [], pairs: [], matches: 0, words };
  switch (scope) {
    case ">":
      return { ...none, ...only("commands", best(all.commands, words, commandText, MANY)) };
    case "#":
      return { ...none, ...only("nodes", words.length === 0 ? NOTHING : best(all.nodes, words, tagText, MANY)) };
    case "@":
      return { ...none, ...only("pairs", best(all.pairs.values(), words, pairText, MANY)) };
    case null:
      return findAny(words, all, none);
  }
}

function findAny(words: readonly string[], all: Everything, none: Found): Found {
  const idle = words.length === 0;
  const tabs = best(all.tabs, words, tabText, FEW);
  const nodes = idle ? NOTHING : best(all.nodes, words, (node: NodeView) => nodeText(node, all.pairs), FEW);
  const connections = best(all.connections, words, (saved) => connectionText(saved, all.groupNames), idle ? 5 : FEW);
  const commands = best(all.commands, words, commandText, idle ? 12 : FEW);
  const matches = tabs.count + nodes.count + connections.count + commands.count;
  return {
    ...none,
    tabs: tabs.items,
    nodes: nodes.items,
    connections: connections.items,
    commands: commands.items,
    matches,
  };
}

const NOTHING = { items: [], count: 0 };

function only<Kind extends keyof Found>(kind: Kind, { items, count }: { items: Found[Kind]; count: number }) {
  return { [kind]: items, matches: count } as Pick<Found, Kind | "matches">;
}

export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
}

/** A name, and what else an item is found by; the name counts more. */
interface Text {
  name: string;
  more: string;
}

interface Best<Item> {
  items: Item[];
  count: number;
}

/** The items that hold every word, the best first. */
function best<Item>(
  items: Iterable<Item>,
  words: readonly string[],
  textOf: (item: Item) => Text,
  most: number,
): Best<Item> {
  if (words.length === 0) {
    const all = [...items];
    return { items: all.slice(0, most), count: all.length };
  }
  const found: { item: Item; score: number }[] = [];
  let count = 0;
  for (const item of items) {
    const score = scoreOf(textOf(item), words);
    if (score === 0) continue;
    count += 1;
    // Only the best are kept, so that fifty thousand matches cost no sorting.
    if (found.length < most || score > (found.at(-1)?.score ?? 0)) insert(found, { item, score }, most);
  }
  return { items: found.map(({ item }) => item), count };
}

function insert<Item>(found: { item: Item; score: number }[], one: { item: Item; score: number }, most: number) {
  const at = found.findIndex((other) => other.score < one.score);
  if (at < 0) found.push(one);
  else found.splice(at, 0, one);
  if (found.length > most) found.pop();
}

/** 0 if a word is missing. A word at the start of the name counts most, then at the start of a part, then anywhere. */
function scoreOf({ name, more }: Text, words: readonly string[]): number {
  let score = 1;
  for (const word of words) {
    const at = name.indexOf(word);
    if (at === 0) score += 8;
    else if (at > 0) score += /[a-z0-9]/.test(name.charAt(at - 1)) ? 2 : 5;
    else if (more.includes(word)) score += 1;
    else return 0;
  }
  return score + 1 / (1 + name.length);
}

const nodeTexts = new WeakMap<NodeView, Text>();

function nodeText(node: NodeView, pairs: ReadonlyMap<number, PairView>): Text {
  let text = nodeTexts.get(node);
  if (text === undefined) {
    const pair = pairs.get(node.pair);
    const scope = pair === undefined ? "" : pairName(pair.profile, pair.region);
    text = { name: nodeTitle(node).toLowerCase(), more: `${node.id} ${node.privateIp ?? ""} ${scope}`.toLowerCase() };
    nodeTexts.set(node, text);
  }
  return text;
}

function tagText(node: NodeView): Text {
  return {
    name: node.tags
      .map((tag) => `${tag.key}=${tag.value}`)
      .join(" ")
      .toLowerCase(),
    more: "",
  };
}

function tabText(tab: TabView): Text {
  return { name: tab.title.toLowerCase(), more: `${tab.target} ${pairName(tab.profile, tab.region)}`.toLowerCase() };
}

function connectionText(
  { draft, effectiveProfile, effectiveRegion }: ConnectionView,
  groups: ReadonlyMap<number, string>,
): Text {
  const group = draft.group === null ? "" : (groups.get(draft.group) ?? "");
  const more = [draft.target, group, effectiveProfile?.value, effectiveRegion?.value, ...draft.tags].join(" ");
  return { name: draft.name.toLowerCase(), more: more.toLowerCase() };
}

function commandText(command: Command): Text {
  return { name: command.title.toLowerCase(), more: command.also ?? "" };
}

function pairText(pair: PairView): Text {
  return { name: pairName(pair.profile, pair.region).toLowerCase(), more: "" };
}

/** The text cut where words match, for marking. */
export function marked(text: string, words: readonly string[]): { text: string; hit: boolean }[] {
  const lower = text.toLowerCase();
  const hits = new Array<boolean>(text.length).fill(false);
  for (const word of words) {
    const at = lower.indexOf(word);
    if (at >= 0) hits.fill(true, at, at + word.length);
  }
  const parts: { text: string; hit: boolean }[] = [];
  for (const [index, hit] of hits.entries()) {
    const last = parts.at(-1);
    const letter = text.charAt(index);
    if (last?.hit === hit) last.text += letter;
    else parts.push({ text: letter, hit });
  }
  return parts;
}
