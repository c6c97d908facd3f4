/** Runs a Session document: which one, with which parameters, and why. */
import { useEffect, useRef, useState } from "react";
import { caps } from "../actions/keymap";
import { EnvChip } from "../domain/glyphs";
import { pairName } from "../domain/words";
import { optional } from "../forms/suggestions";
import { focusFirstProblem, useForm } from "../forms/use-form";
import { Button, Keys } from "../kit/button";
import { Dialog } from "../kit/dialog";
import { LabelledText } from "../kit/labelled";
import { Notice } from "../kit/notice";
import { placeOf, run } from "../sessions/run";
import { closeDialog, type RunTarget } from "../window/dialogs";
import { isMac } from "../window/platform";
import { DocumentFields, refusalOf } from "./document-form";
import { DocumentPicker } from "./document-picker";
import styles from "./run-dialog.module.css";
import { type DocumentForm, useDocumentForm } from "./use-document";

const FIELDS = ["parameters", "reason"];
const NOWHERE = { profile: null, region: null };

export default function RunDialog({ on }: { on: RunTarget }) {
  const [place] = useState(() => placeOf(on));
  const [name, setName] = useState("");
  const [reason, setReason] = useState("");
  const scope = place?.scope ?? NOWHERE;
  const document = useDocumentForm(scope, name, { settleMs: 0 });
  const form = useForm(FIELDS, closeDialog);
  const ready = name !== "" && !document.waiting && refusalOf(document) === null;
  const submit = () => {
    const parameters = ready ? document.finish() : null;
    if (parameters === null) return focusFirstProblem();
    form.submit(() => run(on, { document: name, parameters: [...parameters], reason: optional(reason) }));
  };
  return (
    <Dialog
      title="Run document"
      text={<Where on={on} />}
      width={600}
      onClose={closeDialog}
      changed={reason !== "" || document.changed}
      onRun={submit}
      testId="run-dialog"
      actions={
        <>
          <Button look="ghost" size="lg" onClick={closeDialog}>
            Cancel
          </Button>
          <Button look="primary" size="lg" busy={form.busy} disabled={!ready} onClick={submit} data-testid="run-submit">
            Run <Keys keys={caps("Mod+Enter", isMac)} />
          </Button>
        </>
      }
    >
      {place?.warning != null && <p className={styles.warning}>{place.warning}</p>}
      {name === "" ? (
        <DocumentPicker scope={scope} onChoose={setName} />
      ) : (
        <Chosen document={document} onChange={() => setName("")} error={form.under("parameters")}>
          <LabelledText
            label="Reason"
            aside="optional"
            error={form.under("reason")}
            maxLength={256}
            value={reason}
            onText={setReason}
            placeholder="Recorded by AWS with the session"
            data-testid="run-reason"
          />
        </Chosen>
      )}
      {form.failure !== null && (
        <div ref={(element) => element?.scrollIntoView({ block: "nearest" })}>
          <Notice error={form.failure} />
        </div>
      )}
    </Dialog>
  );
}

function Where({ on }: { on: RunTarget }) {
  const [place] = useState(() => placeOf(on));
  if (place === null) return "The node is no longer there.";
  const { profile, region } = place.scope;
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
