/** Chooses a Session document: the account's own, those shared with it and AWS's, or any name that is typed. */
import { ScrollText, Search } from "lucide-react";
import { useMemo, useState } from "react";
import { pairName } from "../domain/words";
import { Button, Tip } from "../kit/button";
import { type Hits, useHits } from "../kit/hits";
import { Notice } from "../kit/notice";
import { counted, figure } from "../kit/words";
import { Waiting } from "./document-form";
import styles from "./document-picker.module.css";
import { bestDocument, type DocumentGroup, groupedDocuments, type Scope } from "./documents";
import { useDocumentList } from "./use-document";

interface DocumentPickerProps {
  scope: Scope;
  onChoose: (name: string) => void;
}

/** More than these of one owner are found by a word of their name. */
const MOST_SHOWN = 100;

export function DocumentPicker({ scope, onChoose }: DocumentPickerProps) {
  const [text, setText] = useState("");
  const list = useDocumentList(scope, true);
  const known = list.value;
  const all = useMemo(() => groupedDocuments(known ?? [], text), [known, text]);
  const groups = all.map((group) => ({ ...group, documents: group.documents.slice(0, MOST_SHOWN) }));
  const typed = text.trim();
  const offersTyped = typed !== "" && !(known?.some(({ name }) => name === typed) ?? false);
  const names = groups.flatMap(({ documents }) => documents.map(({ name }) => name));
  const count = all.reduce((sum, group) => sum + group.documents.length, 0);
  const hits = useHits({
    text,
    // Once the list is there, what was typed before may have become the part of a name.
    since: known === null ? "unread" : "read",
    ids: offersTyped ? [...names, TYPED] : names,
    best: bestDocument(groups, text) ?? (offersTyped ? TYPED : null),
    run: (id) => onChoose(id === TYPED ? typed : id),
  });
  return (
    <div className={styles.picker} data-testid="document-picker">
      <div className={styles.search}>
        <Search size={14} />
        <input
          {...hits.field}
          value={text}
          onChange={(event) => setText(event.target.value)}
          // biome-ignore lint/a11y/noAutofocus: the dialog is opened to type here
          autoFocus
          placeholder="Search documents, or type the name of one"
          aria-label="Search documents, or type the name of one"
          data-testid="document-search"
        />
        {known !== null && known.length > 0 && (
          <span aria-live="polite">{`${figure(count)} of ${figure(known.length)}`}</span>
        )}
      </div>
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
        {offersTyped && (
          <div {...hits.item(TYPED)} className={styles.item} data-testid="document-typed">
            <ScrollText size={14} />
            <span className="line">
              Use <b>{typed}</b>
            </span>
          </div>
        )}
      </div>
      {count > names.length && (
        <p className={styles.none}>{counted(count - names.length, "more document")}. Type a part of the name.</p>
      )}
      {known === null && list.error === null && <Waiting>Reading the documents of {where(scope)}</Waiting>}
      {known?.length === 0 && typed === "" && (
        <p className={styles.none} data-testid="documents-none">
          There is no Session document in {where(scope)}. Type the name of one.
        </p>
      )}
      {known !== null && known.length > 0 && count === 0 && (
        <p className={styles.none}>No document has this in its name.</p>
      )}
    </div>
  );
}

function Groups({ groups, hits }: { groups: readonly DocumentGroup[]; hits: Hits }) {
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

function where({ profile, region }: Scope): string {
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
