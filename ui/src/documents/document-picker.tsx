/** Chooses a Session document: the account's own, those shared with it and AWS's, or any name that is typed. */
import { ScrollText, Search } from "lucide-react";
import { useMemo, useState } from "react";
import { pairName } from "../domain/words";
import type { DocumentSummaryView } from "../ipc/contract";
import { Button, Tip } from "../kit/button";
import { type Combobox, useCombobox } from "../kit/combobox";
import { Notice } from "../kit/notice";
import { counted, figure } from "../kit/words";
import { Waiting } from "./document-form";
import styles from "./document-picker.module.css";
import { bestDocument, type DocumentGroup, groupedDocuments, type ProfileAndRegion } from "./documents";
import { useDocumentList } from "./use-document";

interface DocumentPickerProps {
  at: ProfileAndRegion;
  onChoose: (name: string) => void;
}

/** More than these of one owner are found by a word of their name. */
const MOST_SHOWN = 100;

export function DocumentPicker({ at, onChoose }: DocumentPickerProps) {
  const [text, setText] = useState("");
  const list = useDocumentList(at, true);
  const found = useFound(list.value, text);
  const { groups, names, typed } = found;
  const hits = useCombobox({
    text,
    // Once the list is there, what was typed before may have become the part of a name.
    since: list.value === null ? "unread" : "read",
    ids: typed === null ? names : [...names, TYPED],
    best: bestDocument(groups, text) ?? (typed === null ? null : TYPED),
    run: (id) => onChoose(id === TYPED ? text.trim() : id),
  });
  return (
    <div className={styles.picker} data-testid="document-picker">
      <SearchLine text={text} onText={setText} hits={hits} found={found} />
      {list.error !== null && (
        <Notice error={list.error}>
          <div>
            <Button look="link" onClick={list.retry} data-testid="documents-retry">
              Retry
            </Button>
          </div>
        </Notice>
      )}
      <div {...hits.list} role="listbox" className={styles.list} aria-label="Session documents">
        <Groups groups={groups} hits={hits} />
        {typed !== null && (
          <div {...hits.item(TYPED)} className={styles.item} data-testid="document-typed">
            <ScrollText size={14} />
            <span className="line">
              Use <b>{typed}</b>
            </span>
          </div>
        )}
      </div>
      <ListNote found={found} at={at} searched={text.trim() !== ""} failed={list.error !== null} />
    </div>
  );
}

/** What the picker finds for its text. */
interface FoundDocuments {
  /** How many documents there are; null while the list is read. */
  known: number | null;
  /** How many of them fit the text. */
  fitting: number;
  /** Those that are shown. */
  groups: readonly DocumentGroup[];
  names: readonly string[];
  /** The text as a name of its own, where no document is called so. */
  typed: string | null;
}

function useFound(known: readonly DocumentSummaryView[] | null, text: string): FoundDocuments {
  const all = useMemo(() => groupedDocuments(known ?? [], text), [known, text]);
  const groups = all.map((group) => ({ ...group, documents: group.documents.slice(0, MOST_SHOWN) }));
  const typed = text.trim();
  const isNew = typed !== "" && !(known?.some(({ name }) => name === typed) ?? false);
  return {
    known: known?.length ?? null,
    fitting: all.reduce((sum, group) => sum + group.documents.length, 0),
    groups,
    names: groups.flatMap(({ documents }) => documents.map(({ name }) => name)),
    typed: isNew ? typed : null,
  };
}

interface SearchLineProps {
  text: string;
  onText: (text: string) => void;
  hits: Combobox;
  found: FoundDocuments;
}

function SearchLine({ text, onText, hits, found: { known, fitting } }: SearchLineProps) {
  return (
    <div className={styles.search}>
      <Search size={14} />
      <input
        {...hits.field}
        value={text}
        onChange={(event) => onText(event.target.value)}
        // biome-ignore lint/a11y/noAutofocus: the dialog is opened to type here
        autoFocus
        placeholder="Search documents, or type the name of one"
        aria-label="Search documents, or type the name of one"
        data-testid="document-search"
      />
      {known !== null && known > 0 && <span aria-live="polite">{`${figure(fitting)} of ${figure(known)}`}</span>}
    </div>
  );
}

interface ListNoteProps {
  found: FoundDocuments;
  at: ProfileAndRegion;
  searched: boolean;
  failed: boolean;
}

/** What is not in the list, in words: more than are shown, not read yet, or none. */
function ListNote({ found: { known, fitting, names }, at, searched, failed }: ListNoteProps) {
  if (known === null) return failed ? null : <Waiting>Reading the documents of {where(at)}</Waiting>;
  if (known === 0)
    return searched ? null : (
      <p className={styles.none} data-testid="documents-none">
        There is no Session document in {where(at)}. Type the name of one.
      </p>
    );
  if (fitting === 0) return <p className={styles.none}>No document has this in its name.</p>;
  const more = fitting - names.length;
  return more > 0 && <p className={styles.none}>{counted(more, "more document")}. Type a part of the name.</p>;
}

function Groups({ groups, hits }: { groups: readonly DocumentGroup[]; hits: Combobox }) {
  return groups.map(({ owner, label, documents }) => (
    <div key={owner} role="group" aria-label={label}>
      <div className={styles.heading} aria-hidden="true">
        {label}
      </div>
      {documents.map(({ name }) => (
        <div
          key={name}
          {...hits.item(name)}
          className={styles.item}
          data-testid="document-row"
          data-name={name}
          data-owner={owner}
        >
          <ScrollText size={14} />
          <Tip text={name}>
            <span className="line">{shortName(name)}</span>
          </Tip>
          <small className="line">{accountOf(name)}</small>
        </div>
      ))}
    </div>
  ));
}

/** The item for a name that is not listed; no document can be called so. */
const TYPED = "\u0000typed";

function where({ profile, region }: ProfileAndRegion): string {
  const name = pairName(profile, region);
  return name === "" ? "the AWS configuration's Region" : name;
}

/** A shared document is named by its ARN; its end is the name, and the account stands beside it. */
function shortName(name: string): string {
  return name.startsWith("arn:") ? name.slice(name.lastIndexOf("/") + 1) : name;
}

function accountOf(name: string): string {
  return name.startsWith("arn:") ? (name.split(":")[4] ?? "") : "";
}
