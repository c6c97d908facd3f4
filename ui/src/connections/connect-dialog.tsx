/** The connect dialog: any target, with what AWS should know about the session. */
import { ChevronDown, ChevronRight } from "lucide-react";
import { useState } from "react";
import { remember } from "../documents/documents";
import { optional, profileSuggestions, regionSuggestions, targetSuggestions } from "../forms/suggestions";
import { focusFirstProblem, useForm } from "../forms/use-form";
import type { EncryptionPolicyView } from "../ipc/contract";
import { Button, Keys } from "../kit/button";
import { Dialog, useChanged } from "../kit/dialog";
import { LabelledSuggest, LabelledText } from "../kit/labelled";
import { Notice } from "../kit/notice";
import { useProgram } from "../program/program";
import { useConnections } from "../saved/connections";
import { connectOrThrow } from "../sessions/actions";
import { closeDialog } from "../window/dialogs";
import styles from "./dialogs.module.css";
import { DocumentField } from "./document-field";
import { DocumentFields, refusalOf } from "./document-form";
import { EncryptionField } from "./encryption-field";
import { TYPING_MS, useDocumentForm } from "./use-document";

const FIELDS = ["target", "profile", "region", "document", "parameters", "reason", "encryption"];

export function ConnectDialog() {
  const history = useConnections((now) => now.history);
  const profiles = useProgram((now) => now.profiles);
  const settings = useProgram((now) => now.settings);
  const [target, setTarget] = useState("");
  const [profile, setProfile] = useState("");
  const [region, setRegion] = useState("");
  const [document, setDocument] = useState("");
  const [reason, setReason] = useState("");
  const [encryption, setEncryption] = useState<EncryptionPolicyView | null>({ kind: "prefer" });
  const [more, setMore] = useState(false);
  const form = useForm(FIELDS, closeDialog);
  const scope = {
    profile: optional(profile) ?? settings.defaultProfile,
    region: optional(region) ?? settings.defaultRegion,
  };
  const described = useDocumentForm(scope, document.trim(), { settleMs: TYPING_MS });
  const typed = useChanged([target, profile, region, document, reason, encryption]);
  const changed = typed || described.changed;
  const submit = () => {
    const parameters = refusalOf(described) === null ? described.finish() : null;
    if (parameters === null) {
      setMore(true);
      return focusFirstProblem();
    }
    form.submit(async () => {
      await connectOrThrow({
        kind: "typed",
        target: target.trim(),
        profile: optional(profile),
        region: optional(region),
        document: optional(document),
        parameters: [...parameters],
        reason: optional(reason),
        encryption,
      });
      if (described.name !== "") remember(described.name, parameters);
    });
  };
  const moreOpen = more || ["document", "parameters", "encryption"].some((field) => form.under(field) !== null);
  return (
    <Dialog
      title="Connect"
      onClose={closeDialog}
      changed={changed}
      onSubmit={submit}
      testId="connect-dialog"
      actions={
        <>
          <Button look="ghost" size="lg" onClick={closeDialog}>
            Cancel
          </Button>
          <Button look="primary" size="lg" type="submit" busy={form.busy} data-testid="connect-submit">
            Connect <Keys keys={["Enter"]} />
          </Button>
        </>
      }
    >
      <LabelledSuggest
        label="Target"
        error={form.under("target")}
        hint="An instance id, a hybrid node mi-…, or an ECS target."
        mono
        autoFocus
        value={target}
        onText={setTarget}
        groups={targetSuggestions(history)}
        placeholder="i-0123456789abcdef0"
        data-testid="connect-target"
      />
      <div className={styles.pairOfFields}>
        <LabelledSuggest
          label="AWS profile"
          error={form.under("profile")}
          value={profile}
          onText={setProfile}
          groups={profileSuggestions(profiles, history.profiles)}
          placeholder={settings.defaultProfile ?? "AWS default"}
          data-testid="connect-profile"
        />
        <LabelledSuggest
          label="Region"
          error={form.under("region")}
          value={region}
          onText={setRegion}
          groups={regionSuggestions(history.regions)}
          placeholder={settings.defaultRegion ?? "The profile's own"}
          data-testid="connect-region"
        />
      </div>
      <LabelledText
        label="Reason"
        aside="optional"
        error={form.under("reason")}
        maxLength={256}
        value={reason}
        onText={setReason}
        placeholder="Recorded by AWS with the session"
        data-testid="connect-reason"
      />
      <button
        type="button"
        className={styles.more}
        aria-expanded={moreOpen}
        onClick={() => setMore(!moreOpen)}
        data-testid="connect-more"
      >
        {moreOpen ? <ChevronDown size={13} /> : <ChevronRight size={13} />}
        Document and encryption
      </button>
      {moreOpen && (
        <>
          <DocumentField
            scope={scope}
            value={document}
            onText={setDocument}
            error={form.under("document")}
            testId="connect-document"
          />
          <DocumentFields form={described} error={form.under("parameters")} />
          <EncryptionField
            value={encryption}
            onChange={setEncryption}
            error={form.under("encryption")}
            testId="connect"
          />
        </>
      )}
      {form.failure !== null && <Notice error={form.failure} />}
    </Dialog>
  );
}
