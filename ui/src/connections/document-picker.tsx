/** Chooses a Session document: the account's own, those shared with it and AWS's, or any name that is typed. */
import { Command } from "cmdk";
import { ScrollText, Search } from "lucide-react";
import { useLayoutEffect, useMemo, useState } from "react";
import { Button } from "../kit/button";
import { Notice } from "../kit/notice";
import { figure, pairName } from "../kit/words";
import { groupedDocuments, type Scope } from "../state/documents";
import { Waiting } from "./document-form";
import styles from "./document-picker.module.css";
import { useDocumentList } from "./use-document";

interface DocumentPickerProps {
  scope: Scope;
  onChoose: (name: string) => void;
}

export function DocumentPicker({ scope, onChoose }: DocumentPickerProps) {
  const [text, setText] = useState("");
  const [selected, setSelected] = useState("");
  const list = useDocumentList(scope, true);
  const groups = useMemo(() => groupedDocuments(list.value ?? [], text), [list.value, text]);
  const typed = text.trim();
  const isListed = list.value?.some(({ name }) => name === typed) ?? false;
  const count = groups.reduce((sum, group) => sum + group.documents.length, 0);
  // The best of every new search is selected.
  const first = groups[0]?.documents[0]?.name ?? TYPED;
  useLayoutEffect(() => setSelected(first), [first]);
  return (
    <Command
      className={styles.picker}
      shouldFilter={false}
      vimBindings={false}
      loop
      value={selected}
      onValueChange={setSelected}
      label="Session documents"
      data-testid="document-picker"
    >
      <div className={styles.search}>
        <Search size={14} />
        <Command.Input
          value={text}
          onValueChange={setText}
          autoFocus
          placeholder="Search documents, or type the name of one"
          spellCheck={false}
          data-testid="document-search"
        />
        {list.value !== null && list.value.length > 0 && (
          <span aria-live="polite">{`${figure(count)} of ${figure(list.value.length)}`}</span>
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
      <Command.List className={styles.list} label="Session documents">
        {groups.map((group) => (
          <Command.Group key={group.owner} heading={group.label}>
            {group.documents.map(({ name }) => (
              <Command.Item
                key={name}
                value={name}
                className={styles.item}
                onSelect={() => onChoose(name)}
                data-testid="document-row"
                data-name={name}
                data-owner={group.owner}
              >
                <ScrollText size={14} />
                <span className="line" title={name}>
                  {shortName(name)}
                </span>
                <small className="line">{accountOf(name)}</small>
              </Command.Item>
            ))}
          </Command.Group>
        ))}
        {typed !== "" && !isListed && (
          <Command.Item
            value={TYPED}
            className={styles.item}
            onSelect={() => onChoose(typed)}
            data-testid="document-typed"
          >
            <ScrollText size={14} />
            <span className="line">
              Use <b>{typed}</b>
            </span>
          </Command.Item>
        )}
      </Command.List>
      {list.value === null && list.error === null && <Waiting>Reading the documents of {where(scope)}</Waiting>}
      {list.value?.length === 0 && typed === "" && (
        <p className={styles.none} data-testid="documents-none">
          There is no Session document in {where(scope)}. Type the name of one.
        </p>
      )}
      {list.value !== null && list.value.length > 0 && count === 0 && (
        <p className={styles.none}>No document has this in its name.</p>
      )}
    </Command>
  );
}

/** What cmdk calls the item for a name that is not listed; no document can be called so. */
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
