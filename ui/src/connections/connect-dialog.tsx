/** The connect dialog: any target, with what AWS should know about the session. */
import { ChevronDown, ChevronRight, Plus, X } from "lucide-react";
import { useState } from "react";
import type { ParameterView } from "../ipc/contract";
import { optional, profileSuggestions, regionSuggestions, targetSuggestions } from "../kit/aws";
import { Button, IconButton, Keys } from "../kit/button";
import { Labelled, TextField } from "../kit/controls";
import { Dialog } from "../kit/dialog";
import { useForm } from "../kit/form";
import { LabelledSuggest, LabelledText } from "../kit/labelled";
import { Notice } from "../kit/notice";
import { connectTyped } from "../state/actions";
import { useConnections } from "../state/connections";
import { closeDialog } from "../state/dialogs";
import { useProgram } from "../state/settings";
import styles from "./dialogs.module.css";

const FIELDS = ["target", "profile", "region", "document", "parameters", "reason"];

export function ConnectDialog() {
  const history = useConnections((now) => now.history);
  const profiles = useProgram((now) => now.profiles);
  const settings = useProgram((now) => now.settings);
  const [target, setTarget] = useState("");
  const [profile, setProfile] = useState("");
  const [region, setRegion] = useState("");
  const [document, setDocument] = useState("");
  const [reason, setReason] = useState("");
  const [parameters, setParameters] = useState<readonly Parameter[]>([]);
  const [more, setMore] = useState(false);
  const form = useForm(FIELDS, closeDialog);
  const submit = () =>
    form.submit(() =>
      connectTyped({
        kind: "typed",
        target: target.trim(),
        profile: optional(profile),
        region: optional(region),
        document: optional(document),
        parameters: toViews(parameters),
        reason: optional(reason),
        encryption: null,
      }),
    );
  const moreOpen = more || form.under("document") !== null || form.under("parameters") !== null;
  return (
    <Dialog
      title="Connect"
      onClose={closeDialog}
      onSubmit={submit}
      testId="connect-dialog"
      actions={
        <>
          <Button look="ghost" size="lg" onClick={closeDialog}>
            Cancel
          </Button>
          <Button
            look="primary"
            size="lg"
            type="submit"
            busy={form.busy}
            disabled={target.trim() === ""}
            data-testid="connect-submit"
          >
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
      <button type="button" className={styles.more} aria-expanded={moreOpen} onClick={() => setMore(!moreOpen)}>
        {moreOpen ? <ChevronDown size={13} /> : <ChevronRight size={13} />}
        Document and parameters
      </button>
      {moreOpen && (
        <>
          <LabelledText
            label="Session document"
            aside="optional"
            error={form.under("document")}
            value={document}
            onText={setDocument}
            placeholder="The Region's shell"
            data-testid="connect-document"
          />
          <Parameters parameters={parameters} onChange={setParameters} error={form.under("parameters")} />
        </>
      )}
      {form.failure !== null && <Notice error={form.failure} />}
    </Dialog>
  );
}

interface Parameter {
  row: number;
  name: string;
  value: string;
}

/** The same name in several rows is a list of values. */
function toViews(parameters: readonly Parameter[]): ParameterView[] {
  const values = new Map<string, string[]>();
  for (const { name, value } of parameters) {
    if (name.trim() === "" && value === "") continue;
    values.set(name.trim(), [...(values.get(name.trim()) ?? []), value]);
  }
  return [...values].map(([name, list]) => ({ name, values: list }));
}

function Parameters(props: {
  parameters: readonly Parameter[];
  onChange: (parameters: readonly Parameter[]) => void;
  error: string | null;
}) {
  const { parameters, onChange, error } = props;
  const change = (row: number, part: Partial<Parameter>) =>
    onChange(parameters.map((parameter) => (parameter.row === row ? { ...parameter, ...part } : parameter)));
  const add = () => onChange([...parameters, { row: (parameters.at(-1)?.row ?? 0) + 1, name: "", value: "" }]);
  return (
    <Labelled label="Parameters" aside="optional" error={error}>
      {({ id }) => (
        <div className={styles.parameters} id={id}>
          {parameters.map(({ row, name, value }) => (
            <div key={row} className={styles.parameter}>
              <TextField
                mono
                value={name}
                onText={(text) => change(row, { name: text })}
                placeholder="name"
                aria-label="Parameter name"
              />
              <TextField
                mono
                value={value}
                onText={(text) => change(row, { value: text })}
                placeholder="value"
                aria-label="Parameter value"
              />
              <IconButton
                label="Remove the parameter"
                onClick={() => onChange(parameters.filter((other) => other.row !== row))}
              >
                <X size={13} />
              </IconButton>
            </div>
          ))}
          <div>
            <Button size="sm" icon={<Plus size={13} />} onClick={add}>
              Add parameter
            </Button>
          </div>
        </div>
      )}
    </Labelled>
  );
}
