/** The entries of an import, each with how it stands to what is there, and which of them are taken. */
import { useMemo, useState } from "react";
import type { ImportEntryView, ImportReviewView } from "../ipc/contract";
import { CheckBox, Chip, Segments } from "../kit/controls";
import { LongList } from "../kit/long-list";
import { figure } from "../kit/words";
import type { Chosen } from "./actions";
import styles from "./imports.module.css";
import { changeWords } from "./review-words";

const ROW_HEIGHT = 44;

type Shown = "all" | "new" | "changed" | "same" | "unusable";

/** An entry with its place in the review, or something that cannot be used. */
export type ReviewRow =
  | { kind: "group" | "connection"; key: string; at: number; entry: ImportEntryView }
  | { kind: "unusable"; key: string; name: string; place: string; reason: string };

export function chosenAtFirst(review: ImportReviewView): Chosen {
  return { groups: chosenOf(review.groups), connections: chosenOf(review.connections) };
}

function chosenOf(entries: readonly ImportEntryView[]): ReadonlySet<number> {
  return new Set(entries.flatMap((entry, at) => (entry.chosen ? [at] : [])));
}

interface ReviewListProps {
  review: ImportReviewView;
  chosen: Chosen;
  onChoose: (chosen: Chosen) => void;
}

export function ReviewList({ review, chosen, onChoose }: ReviewListProps) {
  const [shown, setShown] = useState<Shown>("all");
  const rows = useMemo(() => rowsOf(review), [review]);
  const visible = useMemo(() => rows.filter((row) => shown === "all" || stateOf(row) === shown), [rows, shown]);
  const pickable = visible.filter(isPickable);
  const picked = pickable.filter((row) => isChosen(chosen, row)).length;
  const pick = (some: readonly ReviewRow[], on: boolean) => onChoose(withRows(chosen, some, on));
  return (
    <div className={styles.review}>
      <div className={styles.bar}>
        <CheckBox
          label="All that are shown"
          checked={pickable.length > 0 && picked === pickable.length}
          mixed={picked > 0 && picked < pickable.length}
          disabled={pickable.length === 0}
          onChange={(on) => pick(pickable, on)}
          data-testid="import-all"
        />
        <Segments label="Which entries are shown" value={shown} choices={choicesOf(rows)} onChange={setShown} />
      </div>
      <LongList
        items={visible}
        keyOf={(row) => row.key}
        rowHeight={ROW_HEIGHT}
        label="What is in the file"
        className={styles.list}
        focusOn="[role=checkbox]"
      >
        {(row) => <Entry row={row} isChosen={isChosen(chosen, row)} choose={(on) => pick([row], on)} />}
      </LongList>
    </div>
  );
}

function rowsOf(review: ImportReviewView): ReviewRow[] {
  const entries = (kind: "group" | "connection", of: readonly ImportEntryView[]): ReviewRow[] =>
    of.map((entry, at) => ({ kind, key: `${kind}:${at}`, at, entry }));
  const groups = entries("group", review.groups).filter((row) => stateOf(row) !== "same");
  const unusable = review.unusable.map((one, at): ReviewRow => ({ kind: "unusable", key: `unusable:${at}`, ...one }));
  return [...groups, ...entries("connection", review.connections), ...unusable];
}

function stateOf(row: ReviewRow): Exclude<Shown, "all"> {
  return row.kind === "unusable" ? "unusable" : row.entry.state;
}

function isPickable(row: ReviewRow): boolean {
  return row.kind !== "unusable" && row.entry.state !== "same";
}

function isChosen(chosen: Chosen, row: ReviewRow): boolean {
  if (row.kind === "unusable") return false;
  return (row.kind === "group" ? chosen.groups : chosen.connections).has(row.at);
}

function withRows(chosen: Chosen, rows: readonly ReviewRow[], on: boolean): Chosen {
  const groups = new Set(chosen.groups);
  const connections = new Set(chosen.connections);
  for (const row of rows) {
    if (row.kind === "unusable") continue;
    const set = row.kind === "group" ? groups : connections;
    if (on) set.add(row.at);
    else set.delete(row.at);
  }
  return { groups, connections };
}

const WORDS: Record<Shown, string> = {
  all: "All",
  new: "New",
  changed: "Changed",
  same: "Already there",
  unusable: "Not usable",
};

/** Only states that occur. */
function choicesOf(rows: readonly ReviewRow[]): { value: Shown; label: string }[] {
  const count = (state: Shown) => rows.filter((row) => stateOf(row) === state).length;
  const states = (["new", "changed", "same", "unusable"] as const).filter((state) => count(state) > 0);
  const choices = states.map((state) => ({ value: state as Shown, label: `${WORDS[state]} ${figure(count(state))}` }));
  return [{ value: "all", label: WORDS.all }, ...choices];
}

const TONES = { new: "ok", changed: "warn", same: "neutral", unusable: "neutral" } as const;

function Entry({ row, isChosen, choose }: { row: ReviewRow; isChosen: boolean; choose: (on: boolean) => void }) {
  const state = stateOf(row);
  const name = row.kind === "unusable" ? row.name : row.entry.name;
  return (
    <div className={styles.entry} data-state={state} data-testid="import-entry">
      {isPickable(row) ? (
        <CheckBox label={`Import ${name}`} checked={isChosen} onChange={choose} data-testid="import-pick" />
      ) : (
        <span className={styles.nothing} />
      )}
      <div className={styles.words}>
        <div className={styles.name}>
          {row.kind !== "unusable" && row.entry.group !== "" && (
            <span className={styles.group}>{row.entry.group} / </span>
          )}
          {name === "" ? "(no name)" : name}
          {row.kind === "group" && <span className={styles.group}> group</span>}
        </div>
        <div className={styles.says}>
          {row.kind === "unusable" ? `${row.reason} (${row.place})` : saysOf(row.entry)}
        </div>
      </div>
      <Chip tone={TONES[state]} small>
        {WORDS[state]}
      </Chip>
    </div>
  );
}

/** Where an entry leads or what changes, and what to look at before it is taken. */
function saysOf(entry: ImportEntryView): string {
  const scope = [entry.target, entry.profile, entry.region].filter(Boolean).join(" · ");
  const says = entry.changes.length > 0 ? changeWords(entry) : scope;
  return [says, entry.caution].filter(Boolean).join(" — ");
}
