/**
 * The search of the fleet sidebar, in the language of `postern nodes` (crates/fleet/src/query.rs). Words are separated
 * by spaces, all of them must match, and case does not count:
 *
 * - a plain word is part of the name, the id or an address; of a saved connection also of its tags and its group;
 * - `id:`, `name:`, `profile:`, `region:` are parts of those;
 * - `state:` and `platform:` are the whole state or family;
 * - `tag:KEY` asks for the tag, `tag:KEY=VALUE` for its whole value; `tag:Name` means the name that is shown;
 * - after a key, values separated by commas are alternatives;
 * - quotation marks keep spaces, commas and colons together.
 */
import type { ConnectionView, GroupView, NodeView, PairView } from "../ipc/contract";

export interface Query {
  terms: readonly Term[];
  /** The text cut into parts for colouring; joined they are the text. */
  parts: readonly Part[];
}

export interface Part {
  text: string;
  role: "plain" | "operator" | "key" | "value" | "unknown";
}

type Term = { text: string } & (
  | { kind: "word"; word: string }
  | { kind: "tag"; key: string; values: readonly string[] }
  | { kind: "field"; field: Field; values: readonly string[] }
);

type Field = (typeof FIELDS)[number];

const FIELDS = ["id", "name", "state", "profile", "region", "platform"] as const;
/** White space, or a word in which quotation marks hold white space together; an open one reaches to the end. */
const TOKEN = /(\s+)|((?:"[^"]*"?|[^\s"])+)/g;

export function parseQuery(text: string): Query {
  const terms: Term[] = [];
  const parts: Part[] = [];
  for (const [token, space] of text.matchAll(TOKEN)) {
    if (space === undefined) readWord(token, terms, parts);
    else parts.push({ text: token, role: "plain" });
  }
  return { terms, parts };
}

/** Whether the query lets everything pass. */
export function isEmpty(query: Query): boolean {
  return query.terms.length === 0;
}

export function nodeMatches(query: Query, node: NodeView, pair: PairView | undefined): boolean {
  return query.terms.every((term) => nodeHas(term, node, pair));
}

export function connectionMatches(query: Query, connection: ConnectionView, group: GroupView | undefined): boolean {
  return query.terms.every((term) => connectionHas(term, connection, group));
}

/** The first term that on its own matches nothing, for "No node matches tag:team=x". */
export function emptyTerm(
  query: Query,
  nodes: Iterable<NodeView>,
  pairs: ReadonlyMap<number, PairView>,
): string | null {
  const open = new Set(query.terms);
  for (const node of nodes) {
    for (const term of open) if (nodeHas(term, node, pairs.get(node.pair))) open.delete(term);
    if (open.size === 0) return null;
  }
  return query.terms.find((term) => open.has(term))?.text ?? null;
}

function readWord(text: string, terms: Term[], parts: Part[]) {
  const [key, rest] = splitBare(text, ":");
  const name = /^[a-z]+$/i.test(key) && rest !== null ? key.toLowerCase() : null;
  if (name === "tag") return readTag(text, rest ?? "", terms, parts);
  if (name !== null && isField(name)) {
    parts.push({ text: key, role: "key" }, { text: ":", role: "operator" }, { text: rest ?? "", role: "value" });
    const values = alternatives(rest ?? "");
    if (values.length > 0) terms.push({ kind: "field", field: name, values, text });
    return;
  }
  if (name === null) parts.push({ text, role: "value" });
  else parts.push({ text: key, role: "unknown" }, { text: text.slice(key.length), role: "value" });
  const word = plain(text);
  if (word !== "") terms.push({ kind: "word", word, text });
}

function readTag(text: string, rest: string, terms: Term[], parts: Part[]) {
  const [key, value] = splitBare(rest, "=");
  parts.push({ text: text.slice(0, 4), role: "operator" }, { text: key, role: "key" });
  if (value !== null) parts.push({ text: "=", role: "operator" }, { text: value, role: "value" });
  if (plain(key) !== "") terms.push({ kind: "tag", key: plain(key), values: alternatives(value ?? ""), text });
}

function isField(name: string): name is Field {
  return FIELDS.some((field) => field === name);
}

function alternatives(text: string): string[] {
  const [head, tail] = splitBare(text, ",");
  const value = plain(head);
  return [...(value === "" ? [] : [value]), ...(tail === null ? [] : alternatives(tail))];
}

/** Cuts at the first separator that stands outside quotation marks; null if there is none. */
function splitBare(text: string, separator: string): [string, string | null] {
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === '"') quoted = !quoted;
    else if (letter === separator && !quoted) return [text.slice(0, at), text.slice(at + 1)];
  }
  return [text, null];
}

/** Without quotation marks, in lower case. */
function plain(text: string): string {
  return text.replaceAll('"', "").toLowerCase();
}

function nodeHas(term: Term, node: NodeView, pair: PairView | undefined): boolean {
  switch (term.kind) {
    case "word":
      return nodeText(node).includes(term.word);
    case "tag":
      return tagsOf(node, term.key).some((value) => isOneOf(term.values, value));
    case "field":
      return nodeField(term.field, term.values, node, pair);
  }
}

function nodeField(field: Field, values: readonly string[], node: NodeView, pair: PairView | undefined): boolean {
  switch (field) {
    case "id":
      return isPart(values, node.id);
    case "name":
      return isPart(values, node.name);
    case "state":
      return isOneOf(values, node.state);
    case "platform":
      return isOneOf(values, node.platform ?? "");
    case "profile":
      return isPart(values, pair?.profile ?? "");
    case "region":
      return isPart(values, pair?.region ?? "");
  }
}

/** Values of a tag; a node's name is a tag too, though the program hands it over apart. */
function tagsOf(node: NodeView, key: string): string[] {
  const tags = node.tags.filter((tag) => tag.key.toLowerCase() === key).map((tag) => tag.value);
  return key === "name" && node.name !== "" ? [node.name, ...tags] : tags;
}

function isOneOf(values: readonly string[], text: string): boolean {
  return values.length === 0 || values.includes(text.toLowerCase());
}

function isPart(values: readonly string[], text: string): boolean {
  return values.some((value) => text.toLowerCase().includes(value));
}

const texts = new WeakMap<NodeView, string>();

/** Everything a word is looked for in; made once for each node. */
function nodeText(node: NodeView): string {
  let text = texts.get(node);
  if (text === undefined) {
    text = [node.name, node.id, node.privateIp ?? "", node.publicIp ?? ""].join("\n").toLowerCase();
    texts.set(node, text);
  }
  return text;
}

function connectionHas(term: Term, connection: ConnectionView, group: GroupView | undefined): boolean {
  const { draft } = connection;
  switch (term.kind) {
    case "word":
      return isPart([term.word], [draft.name, draft.target, ...draft.tags, group?.draft.name ?? ""].join("\n"));
    case "tag":
      return draft.tags.some((label) => labelMatches(label, term.key, term.values));
    case "field":
      return connectionField(term.field, term.values, connection);
  }
}

/** Labels of saved connections are plain words, or `key=value` by habit. */
function labelMatches(label: string, key: string, values: readonly string[]): boolean {
  const [name = "", value = ""] = label.toLowerCase().split("=", 2);
  return name === key && isOneOf(values, value);
}

function connectionField(field: Field, values: readonly string[], connection: ConnectionView): boolean {
  switch (field) {
    case "id":
      return isPart(values, connection.draft.target);
    case "name":
      return isPart(values, connection.draft.name);
    case "profile":
      return isPart(values, connection.effectiveProfile?.value ?? "");
    case "region":
      return isPart(values, connection.effectiveRegion?.value ?? "");
    case "state":
    case "platform":
      return false;
  }
}
