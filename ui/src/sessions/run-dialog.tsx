/** Runs a Session document: which one, with which parameters, and why. */
import { useEffect, useRef, useState } from "react";
import { DocumentFields, refusalOf } from "../documents/document-form";
import { DocumentPicker } from "../documents/document-picker";
import { type DocumentForm, useDocumentForm } from "../documents/use-document";
import { EnvChip } from "../domain/glyphs";
import { pairName } from "../domain/words";
import { ReasonField } from "../forms/fields";
import { FormDialog } from "../forms/form-dialog";
import { focusFirstProblem, optional, useForm } from "../forms/use-form";
import { Button } from "../kit/button";
import { closeDialog, type RunTarget } from "../window/dialogs";
import { placeOf, run } from "./run";
import styles from "./run-dialog.module.css";

const NOWHERE = { profile: null, region: null };

export default function RunDialog({ on }: { on: RunTarget }) {
  const [place] = useState(() => placeOf(on));
  const [name, setName] = useState("");
  const at = place?.at ?? NOWHERE;
  const document = useDocumentForm(at, name, { debounceMs: 0 });
  const form = useForm({ reason: "" }, closeDialog, ["parameters"]);
  const ready = name !== "" && !document.waiting && refusalOf(document) === null;
  const submit = () => {
    const parameters = ready ? document.finish() : null;
    if (parameters === null) return focusFirstProblem();
    form.submit(() => run(on, { document: name, parameters: [...parameters], reason: optional(form.values.reason) }));
  };
  return (
    <FormDialog
      title="Run document"
      text={<Where on={on} />}
      width={600}
      form={form}
      changed={form.changed || document.changed}
      action="Run"
      runs
      disabled={!ready}
      onSubmit={submit}
      testId="run-dialog"
      submitTestId="run-submit"
    >
      {place?.warning != null && <p className={styles.warning}>{place.warning}</p>}
      {name === "" ? (
        <DocumentPicker at={at} onChoose={setName} />
      ) : (
        <Chosen document={document} onChange={() => setName("")} error={form.under("parameters")}>
          <ReasonField {...form.text("reason")} testId="run-reason" />
        </Chosen>
      )}
    </FormDialog>
  );
}

function Where({ on }: { on: RunTarget }) {
  const [place] = useState(() => placeOf(on));
  if (place === null) return "The node is no longer there.";
  const { profile, region } = place.at;
  return (
    <span className={styles.where}>
      <span className="line">{place.title}</span>
      <EnvChip environment={place.environment}>{pairName(profile ?? "AWS default", region)}</EnvChip>
    </span>
  );
}

interface ChosenProps {
  document: DocumentForm;
  onChange: () => void;
  error: string | null;
  children: React.ReactNode;
}

/** The first field gets the focus once it is there, so that a document is run without the mouse. */
function Chosen({ document, onChange, error, children }: ChosenProps) {
  const fields = useRef<HTMLDivElement>(null);
  const { waiting } = document;
  useEffect(() => {
    if (waiting) return;
    const first = fields.current?.querySelector<HTMLElement>(FIRST_CONTROL);
    first?.focus();
    // What was given last time is there to be replaced.
    if (first instanceof HTMLInputElement) first.select();
  }, [waiting]);
  return (
    <>
      <div className={styles.chosen}>
        <span className="mono line" data-testid="document-chosen" data-selectable>
          {document.name}
        </span>
        <Button size="sm" onClick={onChange} data-testid="document-change">
          Change
        </Button>
      </div>
      <div ref={fields} className={styles.fields}>
        <DocumentFields form={document} error={error} />
        {children}
      </div>
    </>
  );
}

const FIRST_CONTROL =
  'input:not([type="hidden"]):not([aria-hidden]), [role="radio"][tabindex="0"], [role="checkbox"], [role="combobox"]';
