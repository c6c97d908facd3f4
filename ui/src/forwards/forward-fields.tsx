/** The fields of the dialog of a forward. */
import { Database, Globe, Server } from "lucide-react";
import { useId } from "react";
import type { Form } from "../forms/use-form";
import type { ForwardViaView } from "../ipc/contract";
import { CheckBox, Segments } from "../kit/controls";
import { LabelledText } from "../kit/labelled";
import { SuggestField } from "../kit/suggest-field";
import type { FilledWay, ForwardValues, Problems } from "./form";
import { groupNames, useForwards } from "./forwards";
import styles from "./forwards.module.css";
import { RemoteHostField } from "./remote-host-field";
import { hostProblem } from "./words";

type ForwardForm = Form<ForwardValues>;

export function KindField({ form }: { form: ForwardForm }) {
  return (
    <div className={styles.kind}>
      <Segments
        label="Where it leads"
        value={form.values.kind}
        choices={[
          { value: "node", label: "Port on the node", icon: <Server size={14} /> },
          { value: "host", label: "Host behind the node", icon: <Database size={14} /> },
          { value: "socks", label: "SOCKS proxy", icon: <Globe size={14} /> },
        ]}
        onChange={(kind) => form.set("kind", kind)}
        data-testid="forward-kind"
      />
    </div>
  );
}

interface DestinationFieldsProps {
  form: ForwardForm;
  problems: Problems;
  via: ForwardViaView | null;
  /** Whether several ports make several forwards. */
  several: boolean;
}

export function DestinationFields({ form, problems, via, several }: DestinationFieldsProps) {
  const { kind, host, by } = form.values;
  if (kind === "socks") return <AllowedField form={form} />;
  const port = (
    <LabelledText
      {...form.text("port")}
      error={problems.port ?? form.under("port")}
      label={kind === "host" ? "Remote port" : "Port on the node"}
      mono
      placeholder={several && kind === "node" ? "5432, or several: 5432, 6379" : "5432"}
      autoFocus={kind === "node" && by === "one" && form.values.via !== ""}
      data-testid="forward-port"
    />
  );
  if (kind === "node") return port;
  return (
    <div className={styles.withPort}>
      <RemoteHostField
        via={via}
        value={host}
        onText={(text) => form.set("host", text)}
        onPort={(known) => form.set("port", String(known))}
        error={problems.host ?? hostProblem(host) ?? form.under("host")}
      />
      {port}
    </div>
  );
}

function AllowedField({ form }: { form: ForwardForm }) {
  return (
    <LabelledText
      {...form.text("allowed")}
      label="Programs may reach"
      mono
      placeholder="any host the node can reach"
      hint="Networks such as 10.88.0.0/16, names, and *.internal for all names below. Empty is any."
      data-testid="forward-allowed"
    />
  );
}

interface NameAndPortProps {
  form: ForwardForm;
  problems: Problems;
  ways: readonly FilledWay[];
}

export function NameAndPort({ form, problems, ways }: NameAndPortProps) {
  const [first] = ways;
  const several = ways.length > 1;
  const { typedPort } = form.values;
  return (
    <div className={styles.withPort}>
      <LabelledText
        {...form.text("name")}
        label="Name"
        placeholder={several ? ways.map(({ name }) => name).join(", ") : (first?.name ?? "")}
        data-testid="forward-name"
      />
      <LabelledText
        {...form.text("localPort")}
        value={several ? "" : form.values.localPort}
        disabled={several}
        error={several ? null : (problems.localPort ?? form.under("localPort"))}
        label="Local port"
        mono
        inputMode="numeric"
        placeholder={several ? "one for each" : typedPort ? "any free" : (first?.localPort ?? "")}
        onText={(text) => {
          form.set("localPort", text);
          form.set("typedPort", true);
        }}
        data-testid="forward-local-port"
      />
    </div>
  );
}

export function Checks({ form }: { form: ForwardForm }) {
  return (
    <div className={styles.checks}>
      <Check form={form} name="startsWithPostern" label="Start with Postern" />
      {form.values.kind !== "socks" && <Check form={form} name="isWeb" label="A web page: open it in the browser" />}
      <Check form={form} name="exposed" label="Let others reach it" />
    </div>
  );
}

interface CheckProps {
  form: ForwardForm;
  name: "startsWithPostern" | "isWeb" | "exposed";
  label: string;
}

function Check({ form, name, label }: CheckProps) {
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

export function GroupField({ form }: { form: ForwardForm }) {
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
