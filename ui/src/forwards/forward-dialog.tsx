/** A forward: what it goes by, where it leads, and where it listens here. */
import { ArrowRight, Database, Monitor, Server } from "lucide-react";
import { useId, useState } from "react";
import { EnvBar } from "../domain/glyphs";
import { FormDialog } from "../forms/form-dialog";
import { type Form, focusFirstProblem, optional, useForm } from "../forms/use-form";
import type { ForwardDraftView } from "../ipc/contract";
import { CheckBox, Segments } from "../kit/controls";
import { LabelledText } from "../kit/labelled";
import { SuggestField } from "../kit/suggest-field";
import { closeDialog, type NewForward } from "../window/dialogs";
import { revealForward, saveForward, switchForwards } from "./actions";
import { groupNames, useForwards } from "./forwards";
import styles from "./forwards.module.css";
import { LocalPortCheck } from "./local-port-check";
import { proposedName, proposedPort } from "./proposals";
import { useLookup } from "./use-lookup";
import { useViaChoices, type ViaChoices, ViaField } from "./via-field";
import { destinationParts, hostProblem, portOf, viaOf } from "./words";

export function ForwardDialog({ id, draft }: { id: number | null; draft: NewForward }) {
  const choices = useViaChoices(draft.via);
  const [start] = useState(() => valuesOf(draft, choices));
  const form = useForm(start, closeDialog, ["via", "host", "port", "localPort"]);
  const [tried, setTried] = useState(false);
  const filled = withProposals(form.values, id);
  const written = writtenOf(filled, choices);
  const problems = tried ? problemsOf(filled, choices) : {};
  const submit = () => {
    setTried(true);
    if (written === null) return focusFirstProblem();
    form.submit(async () => {
      const saved = await saveForward(id, written);
      if (id === null) await switchForwards([saved], true);
      if (id === null && document.querySelector('[data-testid="forwards-page"]') !== null) revealForward(saved);
    });
  };
  return (
    <FormDialog
      title={id === null ? "Add forward" : `Edit ${draft.name}`}
      width={560}
      form={form}
      action={id === null ? "Add and turn on" : "Save"}
      runs={id === null}
      onSubmit={submit}
      aside={<GroupField form={form} />}
      testId="forward-dialog"
      submitTestId="forward-save"
    >
      <KindField form={form} />
      <ViaField
        text={form.values.via}
        onText={(via) => form.set("via", via)}
        choices={choices}
        error={problems.via ?? form.under("via")}
        autoFocus={form.values.via === ""}
      />
      <DestinationFields form={form} problems={problems} />
      <div className={styles.withPort}>
        <LabelledText {...form.text("name")} label="Name" placeholder={filled.name} data-testid="forward-name" />
        <LabelledText
          {...form.text("localPort")}
          error={problems.localPort ?? form.under("localPort")}
          label="Local port"
          mono
          inputMode="numeric"
          placeholder={form.values.typedPort ? "any free" : filled.localPort}
          onText={(text) => {
            form.set("localPort", text);
            form.set("typedPort", true);
          }}
          data-testid="forward-local-port"
        />
      </div>
      <LocalPortCheck
        id={id}
        text={filled.localPort}
        isProposed={!filled.typedPort}
        onUse={(port) => {
          form.set("localPort", port);
          form.set("typedPort", true);
        }}
      />
      <Way values={filled} choices={choices} />
      <div className={styles.checks}>
        <Check form={form} name="startsWithPostern" label="Start with Postern" />
        <Check form={form} name="isWeb" label="A web page: open it in the browser" />
      </div>
    </FormDialog>
  );
}

type ForwardValues = ReturnType<typeof valuesOf>;
type ForwardForm = Form<ForwardValues>;

function valuesOf(draft: NewForward, choices: ViaChoices) {
  const to = draft.destination?.kind === "port" ? draft.destination : null;
  const host = to?.host ?? null;
  return {
    kind: (host === null ? "node" : "host") as "node" | "host",
    via: choices.first,
    host: host ?? "",
    port: to === null ? "" : String(to.port),
    name: draft.name,
    group: draft.group,
    localPort: draft.localPort === null || draft.localPort === 0 ? "" : String(draft.localPort),
    /** Whether the local port is the user's own word; an empty one is then any that is free. */
    typedPort: draft.localPort !== null,
    startsWithPostern: draft.startsWithPostern,
    isWeb: draft.isWeb,
    bindAddress: draft.bindAddress,
  };
}

/** What is left empty takes what is proposed for it. */
function withProposals(values: ForwardValues, id: number | null): ForwardValues {
  const host = values.kind === "host" ? values.host.trim() : "";
  const port = portOf(values.port);
  const name = values.name.trim() === "" ? proposedName(values.via, host, port) : values.name;
  const localPort = values.typedPort ? values.localPort : proposedPort(port, useForwards.getState().forwards, id);
  return { ...values, host, name, localPort };
}

type Problems = Partial<Record<"via" | "host" | "port" | "localPort", string>>;

function problemsOf(values: ForwardValues, choices: ViaChoices): Problems {
  const problems: Problems = {};
  if (!choices.byLabel.has(values.via.trim())) problems.via = "Choose a node or a saved connection from the list.";
  const host = values.kind === "host" ? hostProblem(values.host) : null;
  if (values.kind === "host" && values.host === "") problems.host = "Write the host as the node knows it.";
  else if (host !== null) problems.host = host;
  if (portOf(values.port) === null) problems.port = "From 1 to 65535.";
  if (values.localPort.trim() !== "" && portOf(values.localPort) === null) problems.localPort = "From 1 to 65535.";
  return problems;
}

/** What is saved; null while something is missing or wrong. */
function writtenOf(values: ForwardValues, choices: ViaChoices): ForwardDraftView | null {
  const via = choices.byLabel.get(values.via.trim());
  const port = portOf(values.port);
  if (Object.keys(problemsOf(values, choices)).length > 0 || via === undefined || port === null) return null;
  return {
    name: values.name,
    group: values.group.trim(),
    via,
    localPort: portOf(values.localPort) ?? 0,
    bindAddress: values.bindAddress,
    destination: { kind: "port", host: values.kind === "host" ? optional(values.host) : null, port },
    startsWithPostern: values.startsWithPostern,
    isWeb: values.isWeb,
  };
}

function KindField({ form }: { form: ForwardForm }) {
  return (
    <div className={styles.kind}>
      <Segments
        label="Where it leads"
        value={form.values.kind}
        choices={[
          { value: "node", label: "Port on the node", icon: <Server size={14} /> },
          { value: "host", label: "Host behind the node", icon: <Database size={14} /> },
        ]}
        onChange={(kind) => form.set("kind", kind)}
        data-testid="forward-kind"
      />
    </div>
  );
}

function DestinationFields({ form, problems }: { form: ForwardForm; problems: Problems }) {
  const port = (
    <LabelledText
      {...form.text("port")}
      error={problems.port ?? form.under("port")}
      label={form.values.kind === "host" ? "Remote port" : "Port on the node"}
      mono
      inputMode="numeric"
      placeholder="5432"
      autoFocus={form.values.kind === "node" && form.values.via !== ""}
      data-testid="forward-port"
    />
  );
  if (form.values.kind === "node") return port;
  return (
    <div className={styles.withPort}>
      <LabelledText
        {...form.text("host")}
        error={problems.host ?? hostProblem(form.values.host) ?? form.under("host")}
        label="Remote host"
        mono
        placeholder="ledger.cluster-c0ffee.eu-central-1.rds.amazonaws.com"
        data-testid="forward-host"
      />
      {port}
    </div>
  );
}

/** From this computer through the node to the destination, as it will be. */
function Way({ values, choices }: { values: ForwardValues; choices: ViaChoices }) {
  const lookup = useLookup();
  const via = choices.byLabel.get(values.via.trim());
  const found = via === undefined ? null : viaOf(via, lookup);
  const port = portOf(values.port);
  const host = values.kind === "host" ? optional(values.host) : null;
  const [place, atPort] = port === null ? [host ?? "…", ""] : destinationParts({ kind: "port", host, port });
  return (
    <div className={styles.way} aria-hidden="true">
      <div className={styles.stop}>
        <span>
          <Monitor size={12} /> This computer
        </span>
        <b className="mono line">{values.localPort.trim() === "" ? "localhost" : `localhost:${values.localPort}`}</b>
      </div>
      <ArrowRight size={14} />
      <div className={styles.stop}>
        <span>
          {found !== null && <EnvBar environment={found.environment} small />}
          Through
        </span>
        <b className="mono line">{found?.title ?? "…"}</b>
      </div>
      <ArrowRight size={14} />
      <div className={styles.stop}>
        <span>{host === null ? <Server size={12} /> : <Database size={12} />} Reaches</span>
        <b className={`${styles.destination} mono`}>
          <span>{place}</span>
          <span>{atPort}</span>
        </b>
      </div>
    </div>
  );
}

function Check({ form, name, label }: { form: ForwardForm; name: "startsWithPostern" | "isWeb"; label: string }) {
  const id = useId();
  return (
    <div className={styles.check}>
      <CheckBox
        label={label}
        labelledBy={id}
        checked={form.values[name]}
        onChange={(on) => form.set(name, on)}
        data-testid={`forward-${name}`}
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a wider target for the check box beside it */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the check box itself takes the keys */}
      <span id={id} onClick={() => form.set(name, !form.values[name])}>
        {label}
      </span>
    </div>
  );
}

function GroupField({ form }: { form: ForwardForm }) {
  const forwards = useForwards((now) => now.forwards);
  const names = groupNames(forwards).map((value) => ({ value }));
  return (
    <div className={styles.into}>
      <span>Group</span>
      <div>
        <SuggestField
          label="Group"
          value={form.values.group}
          onText={(group) => form.set("group", group)}
          groups={[{ label: "Groups", items: names }]}
          placeholder="None"
          data-testid="forward-group-name"
        />
      </div>
    </div>
  );
}
