/** The field for a Session document: any name may be typed, those of the account are suggested. */
import { useState } from "react";
import { Button } from "../kit/button";
import { LabelledSuggest } from "../kit/labelled";
import { groupedDocuments, type ProfileAndRegion } from "./documents";
import { type DocumentList, useDocumentList } from "./use-document";

interface DocumentFieldProps {
  at: ProfileAndRegion;
  value: string;
  onText: (text: string) => void;
  error: string | null;
  testId: string;
}

/** The list is asked for when somebody goes to the field, and not for every dialog that has one. */
export function DocumentField({ at, value, onText, error, testId }: DocumentFieldProps) {
  const [wanted, setWanted] = useState(false);
  const list = useDocumentList(at, wanted);
  const groups = groupedDocuments(list.value ?? []).map(({ label, documents }) => ({
    label,
    items: documents.map(({ name }) => ({ value: name })),
  }));
  return (
    <LabelledSuggest
      label="Session document"
      aside="optional"
      error={error}
      hint={wanted ? hintOf(list) : undefined}
      mono={value !== ""}
      value={value}
      onText={onText}
      groups={groups}
      placeholder="The Region's shell"
      onFocus={() => setWanted(true)}
      data-testid={testId}
    />
  );
}

function hintOf(list: DocumentList) {
  if (list.value !== null)
    return list.value.length === 0 ? "No Session documents here. A name can be typed." : undefined;
  if (list.busy) return "Reading the documents…";
  if (list.error === null) return undefined;
  return (
    <>
      {list.error.message} A name can be typed.{" "}
      <Button look="link" onClick={list.retry}>
        Retry
      </Button>
    </>
  );
}
