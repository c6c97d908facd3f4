/** The Session documents of a profile and Region, kept for the run of the page, and what was last given to them. */
import { create } from "zustand";
import { naturalKey } from "../domain/rank";
import { client, errorView } from "../ipc/client";
import type {
  DocumentOwnerView,
  DocumentSummaryView,
  ErrorView,
  ParameterView,
  SessionDocumentView,
} from "../ipc/contract";
import { fitOf, moreOf, NO_FIT, wordsOf } from "../kit/fit";

/** Where documents are looked for; what is null is left to the AWS configuration. */
export interface ProfileAndRegion {
  profile: string | null;
  region: string | null;
}

/** Something asked of AWS: what is known stays while it is asked again, and stays beside a failure. */
export interface Asked<T> {
  value: T | null;
  error: ErrorView | null;
  busy: boolean;
}

export const NOT_ASKED: Asked<never> = { value: null, error: null, busy: false };

interface Documents {
  /** By profile and Region. */
  lists: ReadonlyMap<string, Asked<readonly DocumentSummaryView[]>>;
  /** By profile, Region and name. */
  described: ReadonlyMap<string, Asked<SessionDocumentView>>;
}

export const useDocuments = create<Documents>(() => ({ lists: new Map(), described: new Map() }));

export function listKey({ profile, region }: ProfileAndRegion): string {
  return JSON.stringify([profile, region]);
}

export function documentKey({ profile, region }: ProfileAndRegion, name: string): string {
  return JSON.stringify([profile, region, name]);
}

/** Another account or the demo: nothing of what was asked before is true there. */
export function forgetDocuments() {
  useDocuments.setState({ lists: new Map(), described: new Map() });
  given.clear();
}

/** Asks for the list, unless it is being asked for. */
export function askDocuments(at: ProfileAndRegion) {
  return ask("lists", listKey(at), () => client.sessionDocuments(at.profile, at.region));
}

/** Asks what a document is, unless it is being asked for. */
export function askDocument(at: ProfileAndRegion, name: string) {
  return ask("described", documentKey(at, name), () => client.sessionDocument(at.profile, at.region, name));
}

type Store = { lists: readonly DocumentSummaryView[]; described: SessionDocumentView };

async function ask<Kind extends keyof Documents>(kind: Kind, key: string, asking: () => Promise<Store[Kind]>) {
  const before = useDocuments.getState()[kind].get(key) ?? NOT_ASKED;
  if (before.busy) return;
  const keep = (now: Asked<Store[Kind]>) =>
    useDocuments.setState((all) => ({ [kind]: new Map<string, Asked<unknown>>(all[kind]).set(key, now) }) as never);
  keep({ ...before, error: null, busy: true } as Asked<Store[Kind]>);
  try {
    keep({ value: await asking(), error: null, busy: false });
  } catch (thrown) {
    keep({ value: before.value, error: errorView(thrown), busy: false } as Asked<Store[Kind]>);
  }
}

export interface DocumentGroup {
  owner: DocumentOwnerView;
  label: string;
  documents: readonly DocumentSummaryView[];
}

const OWNERS: readonly [DocumentOwnerView, string][] = [
  ["own", "Of this account"],
  ["shared", "Shared with this account"],
  ["amazon", "Of AWS"],
];

/** The documents whose name holds every word, by owner: the account's own first, in each the best fit first. */
export function groupedDocuments(documents: readonly DocumentSummaryView[], sought = ""): DocumentGroup[] {
  const words = wordsOf(sought);
  const ranked = documents
    .map((document) => ({ document, fit: fitOfName(document.name, words), order: naturalKey(document.name) }))
    .filter(({ fit }) => fit !== NO_FIT)
    .sort((a, b) => a.fit - b.fit || (a.order < b.order ? -1 : 1));
  return OWNERS.map(([owner, label]) => ({
    owner,
    label,
    documents: ranked.flatMap(({ document }) => (document.owner === owner ? [document] : [])),
  })).filter((group) => group.documents.length > 0);
}

/** What Enter means: the best of all groups, the account's own among equals; null if nothing fits. */
export function bestDocument(groups: readonly DocumentGroup[], sought: string): string | null {
  const words = wordsOf(sought);
  let best: { name: string; fit: number } | null = null;
  for (const { documents } of groups) {
    const [first] = documents;
    if (first === undefined) continue;
    const fit = fitOfName(first.name, words);
    if (best === null || fit < best.fit) best = { name: first.name, fit };
  }
  return best?.name ?? null;
}

/** A shared document is named by its ARN, whose end is the name that is shown. */
function fitOfName(name: string, words: readonly string[]): number {
  return fitOf({ name: name.slice(name.lastIndexOf("/") + 1).toLowerCase(), more: moreOf(name) }, words);
}

const given = new Map<string, readonly ParameterView[]>();

/** Keeps what a document was run with, until the program ends; it may hold secrets, so it is written nowhere. */
export function remember(document: string, parameters: readonly ParameterView[]) {
  given.set(document, parameters);
}

/** What a document was last run with. */
export function recall(document: string): readonly ParameterView[] {
  return given.get(document) ?? [];
}
