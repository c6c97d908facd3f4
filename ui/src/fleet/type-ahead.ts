/** Letters typed in the tree lead to the next row that begins with them. */
import { client } from "../ipc/client";
import type { NodePlaceView } from "../ipc/contract";
import { useFound } from "./found";
import { isItem, isProduction, type Row, rowTitle } from "./row";
import type { RowList } from "./row-list";

/** Letters that follow each other faster belong to one word. */
const WORD_MS = 600;

let word = "";
let lastAt = Number.NEGATIVE_INFINITY;
let missed = false;
let looking: Promise<unknown> | null = null;

/** Where letters lead: the key of a row, and its place if it is a node. */
export interface TypedHit {
  key: string;
  place: NodePlaceView | null;
}

interface Candidate extends TypedHit {
  index: number;
}

/** Goes to the row that the letters typed so far lead to; not if none begins with them, or if more were typed meanwhile. */
export function typedAhead(
  letter: string,
  rows: RowList,
  from: number,
  go: (hit: TypedHit) => Promise<void>,
  nowMs = performance.now(),
) {
  word = nowMs - lastAt > WORD_MS ? letter.toLowerCase() : word + letter.toLowerCase();
  lastAt = nowMs;
  const found = rowOf(word, rows, from).then((hit) => (hit === null ? undefined : go(hit)));
  looking = found;
  void found.finally(() => {
    if (looking === found) looking = null;
  });
}

/** The letters that are still looked up; null once they led somewhere, or nowhere. */
export function lookingUp(): Promise<unknown> | null {
  return looking;
}

/** Whether the word that is being typed leads nowhere: the selected row is then not what is meant. */
export function leadsNowhere(nowMs = performance.now()): boolean {
  return missed && nowMs - lastAt <= WORD_MS;
}

/** A whole name before one that goes on, and production not before its equal; else the next one. */
async function rowOf(typed: string, rows: RowList, from: number): Promise<TypedHit | null> {
  // A longer word may still be the row that is selected; a first letter leads on to the next one.
  const start = Math.max(0, typed.length > 1 ? from : from + 1);
  const others = [...rows.others()].filter(([row]) => isItem(row) && begins(row, typed));
  const nodes = await nodesOf(typed, rows, start);
  if (typed !== word) return null;
  const nearest = (list: readonly (Candidate | null)[]) => {
    const distance = ({ index }: Candidate) => (index >= start ? index - start : index - start + rows.length);
    const known = list.filter((one) => one !== null);
    return known.sort((a, b) => distance(a) - distance(b))[0] ?? null;
  };
  const local = (test: (row: Row) => boolean) => others.filter(([row]) => test(row)).map(candidate);
  const isWhole = (row: Row) => rowTitle(row).toLowerCase() === typed;
  const found =
    typed.length === 1
      ? nearest([...local(() => true), nodes.begins])
      : (nearest([...local((row) => isWhole(row) && !isProduction(row)), nodes.wholeElsewhere]) ??
        nearest([...local(isWhole), nodes.whole]) ??
        nearest([...local(() => true), nodes.begins]));
  missed = found === null;
  return found;
}

function candidate([row, index]: readonly [Row, number]): Candidate {
  return { key: row.key, place: null, index };
}

async function nodesOf(typed: string, rows: RowList, start: number) {
  const none = { wholeElsewhere: null, whole: null, begins: null };
  const from = rows.nodePlace(start) ?? rows.nodePlace(0);
  if (from === null) return none;
  const { ask } = useFound.getState();
  const found = await client.fleetTyped({ ask, folded: rows.folded(), word: typed, from }).catch(() => null);
  const hit = (node: { key: string; place: NodePlaceView } | null | undefined): Candidate | null => {
    const index = node == null ? -1 : rows.indexOfPlace(node.place);
    return node == null || index < 0 ? null : { key: `n:${node.key}`, place: node.place, index };
  };
  return { wholeElsewhere: hit(found?.wholeElsewhere), whole: hit(found?.whole), begins: hit(found?.begins) };
}

function begins(row: Row, word: string): boolean {
  return rowTitle(row).toLowerCase().startsWith(word);
}
