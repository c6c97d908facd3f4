/** What the palette finds: everything that has a name, ranked, few of each kind. */

import type { BestView } from "../ipc/contract";
import { wordsOf } from "../kit/fit";
import { type BestOf, bestOf, type KindChoice, ranked } from "./best";
import {
  actionSource,
  type Everything,
  forwardSource,
  type Hit,
  type HitKind,
  nodeSource,
  pairSource,
  savedSource,
  tabSource,
} from "./sources";

export type { Everything, Hit, HitKind } from "./sources";

export interface HitGroup {
  kind: HitKind;
  hits: readonly Hit[];
}

export interface SearchResult {
  /** What was searched for, and in what. */
  text: string;
  all: Everything;
  groups: readonly HitGroup[];
  /** Of all hits, in their order. */
  ids: readonly string[];
  /** What Enter takes without a look at the list; null if nothing is meant. */
  best: string | null;
  /** How many there are, also of what is not listed. */
  matches: number;
  words: readonly string[];
}

export type Scope = ">" | "#" | "@" | ":" | null;

/** What the program is asked for a text; null where it is not needed. */
export function questionOf(text: string): string | null {
  const scope = scopeOf(text);
  const rest = (scope === null ? text : text.slice(1)).trim();
  if (rest === "" || (scope !== null && scope !== "#")) return null;
  return scope === "#" ? rest.split(/\s+/).map(tagQuestion).join(" ") : rest;
}

/** `team=check` finds what is tagged `team=checkout`, and `team` all that has such a tag. */
function tagQuestion(word: string): string {
  if (/[":]/.test(word)) return word;
  return word.includes("=") ? `tag:${word.replace(/\*?$/, "*")}` : `(tag:${word} or ${word})`;
}

/** More than a screen of one kind hides the other kinds. */
const FEW = 8;
export const MANY = 60;

export function scopeOf(text: string): Scope {
  const first = text.charAt(0);
  return first === ">" || first === "#" || first === "@" || first === ":" ? first : null;
}

/**
 * What the text finds; `answer` is what the program finds for it. `before` is what is on the screen: while the text is the same its hits keep their places, so
 * that nothing moves under the eyes of somebody who is about to press Enter.
 */
export function find(
  text: string,
  all: Everything,
  answer: BestView,
  before: SearchResult | null = null,
): SearchResult {
  const scope = scopeOf(text);
  const words = wordsOf(scope === null ? text : text.slice(1));
  const shown = before?.text === text ? before : null;
  const keep = new Map(shown?.ids.map((id, place) => [id, place]));
  const lists = listed(scope, words).map(({ kind, most }) => listOf(kind, all, answer, { words, most, keep }));
  const groups = inOrder(lists, shown, words);
  const hits = groups.flatMap((group) => group.hits);
  return {
    text,
    all,
    groups,
    ids: hits.map(({ id }) => id),
    best: meant(hits, words),
    matches: lists.reduce((sum, list) => sum + list.count, 0),
    words,
  };
}

interface Listed {
  kind: HitKind;
  most: number;
}

/** Which kinds are asked for, and how many of each are listed. */
function listed(scope: Scope, words: readonly string[]): readonly Listed[] {
  switch (scope) {
    case ">":
      return [{ kind: "action", most: MANY }];
    case "#":
      return words.length === 0 ? [] : [{ kind: "node", most: MANY }];
    case "@":
      return [{ kind: "pair", most: MANY }];
    case ":":
      return [{ kind: "forward", most: MANY }];
    case null:
      return words.length === 0 ? WITHOUT_WORDS : WITH_WORDS;
  }
}

const WITH_WORDS: readonly Listed[] = [
  { kind: "tab", most: FEW },
  { kind: "node", most: FEW },
  { kind: "saved", most: FEW },
  { kind: "forward", most: FEW },
  { kind: "action", most: FEW },
];

const WITHOUT_WORDS: readonly Listed[] = [
  { kind: "tab", most: FEW },
  { kind: "saved", most: 5 },
  { kind: "action", most: 12 },
];

type List = BestOf<Hit> & { kind: HitKind };

function listOf(kind: HitKind, all: Everything, answer: BestView, options: KindChoice): List {
  switch (kind) {
    case "tab":
      return { kind, ...bestOf(all.tabs, tabSource(all), options) };
    case "node":
      return { kind, ...ranked(answer.nodes, answer.matchingNodes, nodeSource(all), options) };
    case "saved":
      return { kind, ...savedList(all, answer, options) };
    case "forward":
      return { kind, ...bestOf(all.forwards, forwardSource, options) };
    case "pair":
      return { kind, ...bestOf(all.pairs.values(), pairSource, options) };
    case "action":
      return { kind, ...bestOf(all.actions, actionSource, options) };
  }
}

/** Without a word the program is not asked. */
function savedList(all: Everything, answer: BestView, options: KindChoice): BestOf<Hit> {
  if (options.words.length === 0) return bestOf(all.connections, savedSource(all), options);
  const byId = new Map(all.connections.map((connection) => [connection.id, connection]));
  const found = answer.connections.flatMap((id) => byId.get(id) ?? []);
  return ranked(found, answer.matchingConnections, savedSource(all), options);
}

/** The kind with the best hit comes first, and nothing of production before what fits as well; else the usual order. */
function inOrder(lists: readonly List[], shown: SearchResult | null, words: readonly string[]): HitGroup[] {
  const filled = lists.filter(({ hits }) => hits.length > 0);
  const places = new Map(shown?.groups.map(({ kind }, place) => [kind, place]));
  const place = ({ kind }: List) => places.get(kind) ?? places.size;
  return filled
    .sort((a, b) => place(a) - place(b) || (words.length === 0 ? 0 : compareFirst(a, b)))
    .map(({ kind, hits }) => ({ kind, hits }));
}

function compareFirst({ first: a }: List, { first: b }: List): number {
  if (a === null || b === null) return 0;
  return a.fit - b.fit || Number(a.standing.production) - Number(b.standing.production);
}

/** Without a word nothing is meant that would open a session. */
function meant(hits: readonly Hit[], words: readonly string[]): string | null {
  const safe = words.length > 0 ? hits : hits.filter(({ kind }) => kind !== "saved");
  return safe[0]?.id ?? null;
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
