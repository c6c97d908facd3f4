/** Questions as the stand-in understands them: words, `key:value`, `tag:key=value` and quotation marks; the program knows more. */
import type { ConnectionView, GroupView, NodeView, PairView, QuerySpanView } from "../contract";

/** What a thing is found by: the texts of each key, and those of plain words. */
interface Found {
  words: string;
  keys: Readonly<Record<string, readonly string[]>>;
}

const WHOLE = ["state", "ping", "platform"];
const KEYS = [...WHOLE, "name", "id", "profile", "region", "type", "ip"];

export const MOCK_KEYS: readonly string[] = [...KEYS, "tag"];

interface Term {
  text: string;
  key: string | null;
  values: readonly string[];
}

export function termsOf(query: string): Term[] {
  return wordsOf(query).flatMap((text): Term[] => {
    const [, key, rest] = /^([a-z]+):(.*)$/i.exec(text) ?? [];
    if (key === undefined || rest === undefined || !(key === "tag" || KEYS.includes(key.toLowerCase())))
      return plain(text) === "" ? [] : [{ text, key: null, values: [plain(text)] }];
    const values = key === "tag" ? [plain(rest)] : rest.split(",").map(plain);
    const given = values.filter((value) => value !== "");
    return given.length === 0 ? [] : [{ text, key: key.toLowerCase(), values: given }];
  });
}

/** The query in parts, as the program would colour it. */
export function spansOf(query: string): QuerySpanView[] {
  return [...query.matchAll(/\s+|(?:"[^"]*"?|[^\s"])+/g)].flatMap(([text]): QuerySpanView[] => {
    if (text.trim() === "") return [{ text, role: "space" }];
    const [, key, rest] = /^([a-z]+):(.*)$/i.exec(text) ?? [];
    if (key === undefined) return [{ text, role: "word" }];
    const isKnown = key === "tag" || KEYS.includes(key.toLowerCase());
    return [
      { text: key, role: isKnown ? "key" : "unknown" },
      { text: ":", role: "operator" },
      { text: rest ?? "", role: "value" },
    ];
  });
}

export function unknownKeysOf(query: string) {
  const keys = spansOf(query).flatMap(({ text, role }) => (role === "unknown" ? [text] : []));
  return keys.map((key) => ({ key, meant: null }));
}

export function matches(terms: readonly Term[], thing: Found): boolean {
  return terms.every((term) => meets(term, thing));
}

export function nodeFound(node: NodeView, pair: PairView | undefined): Found {
  const tags = [...node.tags.map(({ key, value }) => `${key}=${value}`), ...(node.name ? [`name=${node.name}`] : [])];
  return {
    words: [node.name, node.id, node.privateIp, node.publicIp, pair?.profile, pair?.region].join("\n").toLowerCase(),
    keys: {
      tag: tags.flatMap((tag) => [tag, tag.split("=")[0] ?? ""]),
      state: [node.state],
      ping: [node.ping],
      platform: [node.platform ?? ""],
      name: [node.name],
      id: [node.id],
      profile: [pair?.profile ?? ""],
      region: [pair?.region ?? ""],
      type: [node.instanceType ?? ""],
      ip: [node.privateIp ?? "", node.publicIp ?? ""],
    },
  };
}

export function connectionFound(connection: ConnectionView, groups: readonly GroupView[]): Found {
  const { draft } = connection;
  const group = groups.find(({ id }) => id === draft.group)?.draft.name;
  return {
    words: [draft.name, draft.target, ...draft.tags, group].join("\n").toLowerCase(),
    keys: {
      tag: draft.tags.flatMap((tag) => [tag, tag.split("=")[0] ?? ""]),
      name: [draft.name],
      id: [draft.target],
      profile: [connection.effectiveProfile?.value ?? ""],
      region: [connection.effectiveRegion?.value ?? ""],
    },
  };
}

function meets({ key, values }: Term, thing: Found): boolean {
  if (key === null) return values.every((value) => thing.words.includes(value));
  const texts = (thing.keys[key] ?? []).map((text) => text.toLowerCase());
  const isWhole = key === "tag" || WHOLE.includes(key);
  return values.some((value) => texts.some((text) => (isWhole ? text === value : text.includes(value))));
}

function wordsOf(query: string): string[] {
  return query.match(/(?:"[^"]*"?|[^\s"])+/g) ?? [];
}

function plain(text: string): string {
  return text.replaceAll('"', "").toLowerCase();
}
