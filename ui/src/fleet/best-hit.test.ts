import { expect, test } from "vitest";
import { recencies } from "../sessions/recently-used";
import { nodeNamed, PAIRS } from "../typist.test.helper";
import { bestHit } from "./best-hit";
import { parseQuery } from "./query";
import type { Row } from "./row";
import { RowList } from "./row-list";

let made = 0;

/** A row of a node in the pair with this place: 0 is production, 1 and 2 are not. */
function node(name: string, place = 1): Row {
  made += 1;
  const found = nodeNamed(name, place, made);
  return { kind: "node", key: `n:${found.key}`, node: found, pair: PAIRS[place] as (typeof PAIRS)[number] };
}

const other = (kind: string) => ({ kind, key: kind }) as unknown as Row;
const tree = (...rows: Row[]) => ({ rows: RowList.of(rows) });
const recency = recencies({ recent: [], active: null });
const found = (text: string, rows: Row[], chosen: string | null = null) =>
  bestHit(tree(...rows), parseQuery(text), chosen, recency);

test("the only thing found is what Enter means", () => {
  const only = node("bastion-1");
  expect(found("bast", [other("section"), other("pair"), only])).toEqual({ row: only, sure: true });
});

test("of several the one that was selected for this search is meant, else there is a choice to make", () => {
  const [first, second] = [node("bastion-1"), node("bastion-2")];
  expect(found("bast", [first, second], second.key)).toEqual({ row: second, sure: true });
  expect(found("bast", [second, first])).toEqual({ row: first, sure: false });
  expect(found("bast", [first, second], "n:9")).toEqual({ row: first, sure: false });
});

test("the exact name is meant, whatever begins or goes on like it", () => {
  const exact = node("kafka-broker-1");
  const rows = [node("kafka-broker-10"), node("a-kafka-broker-1"), exact, node("kafka-broker-1-old")];
  expect(found("kafka-broker-1", rows)).toEqual({ row: exact, sure: true });
});

test("of one name in several places nothing is sure, and production is not what is offered", () => {
  const [prod, stage] = [node("bastion-1", 0), node("bastion-1", 1)];
  expect(found("bastion-1", [prod, stage])).toEqual({ row: stage, sure: false });
});

test("names are offered in the order of their numbers", () => {
  const two = node("bastion-2");
  expect(found("bastion", [node("bastion-10"), two]).row).toBe(two);
});

test("nothing found means nothing", () => {
  expect(found("x", [other("note")], "n:1").row).toBeNull();
});
