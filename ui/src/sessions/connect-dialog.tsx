/** The connect dialog: any target, with what AWS should know about the session. */
import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { DocumentField } from "../documents/document-field";
import { DocumentFields, refusalOf } from "../documents/document-form";
import { remember } from "../documents/documents";
import { TYPING_MS, useDocumentForm } from "../documents/use-document";
import { EncryptionField } from "../forms/encryption-field";
import { ProfileAndRegionFields, ReasonField, TargetField } from "../forms/fields";
import { FormDialog } from "../forms/form-dialog";
import { focusFirstProblem, optional, useForm } from "../forms/use-form";
import type { EncryptionPolicyView, ParameterView } from "../ipc/contract";
import { useProgram } from "../program/program";
import { closeDialog } from "../window/dialogs";
import { connectOrThrow } from "./actions";
import styles from "./connect-dialog.module.css";

const EMPTY = {
  target: "",
  profile: "",
  region: "",
  document: "",
  reason: "",
  encryption: { kind: "prefer" } as EncryptionPolicyView | null,
};

export function ConnectDialog() {
  const { defaultProfile, defaultRegion } = useProgram((now) => now.settings);
  const [more, setMore] = useState(false);
  const form = useForm(EMPTY, closeDialog, ["parameters"]);
  const { values } = form;
  const at = {
    profile: optional(values.profile) ?? defaultProfile,
    region: optional(values.region) ?? defaultRegion,
  };
  const described = useDocumentForm(at, values.document.trim(), { debounceMs: TYPING_MS });
  const submit = () => {
    const parameters = refusalOf(described) === null ? described.finish() : null;
    if (parameters === null) {
      setMore(true);
      return focusFirstProblem();
    }
    form.submit(async () => {
      await connect(values, parameters);
      if (described.name !== "") remember(described.name, parameters);
    });
  };
  const moreOpen = more || ["document", "parameters", "encryption"].some((field) => form.under(field) !== null);
  return (
    <FormDialog
      title="Connect"
      form={form}
      changed={form.changed || described.changed}
      action="Connect"
      onSubmit={submit}
      testId="connect-dialog"
      submitTestId="connect-submit"
    >
      <TargetField
        {...form.text("target")}
        hint="An instance id, a hybrid node mi-…, or an ECS target."
        autoFocus
        testId="connect-target"
      />
      <ProfileAndRegionFields form={form} testId="connect" />
      <ReasonField {...form.text("reason")} testId="connect-reason" />
      <More open={moreOpen} onToggle={() => setMore(!moreOpen)} />
      {moreOpen && (
        <>
          <DocumentField {...form.text("document")} at={at} testId="connect-document" />
          <DocumentFields form={described} error={form.under("parameters")} />
          <EncryptionField
            value={values.encryption}
            onChange={(encryption) => form.set("encryption", encryption)}
            error={form.under("encryption")}
            testId="connect"
          />
        </>
      )}
    </FormDialog>
  );
}

function connect(values: typeof EMPTY, parameters: readonly ParameterView[]) {
  return connectOrThrow({
    kind: "typed",
    target: values.target.trim(),
    profile: optional(values.profile),
    region: optional(values.region),
    document: optional(values.document),
    parameters: [...parameters],
    reason: optional(values.reason),
    encryption: values.encryption,
  });
}

function More({ open, onToggle }: { open: boolean; onToggle: () => void }) {
  return (
    <button type="button" className={styles.more} aria-expanded={open} onClick={onToggle} data-testid="connect-more">
      {open ? <ChevronDown size={13} /> : <ChevronRight size={13} />}
      Document and encryption
    </button>
  );
}
