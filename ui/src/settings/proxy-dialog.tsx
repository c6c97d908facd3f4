/** The user's own proxy. */
import { useId } from "react";
import { FieldPair } from "../forms/fields";
import { FormDialog } from "../forms/form-dialog";
import { useForm } from "../forms/use-form";
import { client } from "../ipc/client";
import type { ProxyView } from "../ipc/contract";
import { Switch } from "../kit/controls";
import { LabelledText } from "../kit/labelled";
import { useProgram } from "../program/program";
import { closeDialog } from "../window/dialogs";
import { changeSettings } from "./actions";
import styles from "./settings.module.css";

export function ProxyDialog() {
  const proxy = useProgram((now) => now.settings.proxy);
  const { host, encrypted, user, exceptions } = proxy;
  const port = proxy.port === 0 ? "" : String(proxy.port);
  const form = useForm({ host, port, encrypted, user, exceptions, password: "", thisRun: false }, closeDialog, [
    "proxy",
  ]);
  const { values } = form;
  const wrong = form.under("proxy");
  // The rule is one for both; the focus goes to the one that breaks it.
  const isPort = values.host.trim() !== "" && portOf(values.port) === 0;
  const save = async () => {
    const written: ProxyView = {
      mode: "own",
      host: values.host.trim(),
      port: portOf(values.port),
      encrypted: values.encrypted,
      user: values.user.trim(),
      exceptions: values.exceptions.trim(),
    };
    const { password, thisRun } = values;
    // First: the settings send the user to the proxy at once.
    if (password !== "") await client.saveProxyPassword({ proxy: written, password, thisRun });
    await changeSettings({ proxy: written });
  };
  return (
    <FormDialog
      title="Proxy"
      text="Calls to AWS and sessions go through it, except those to this computer."
      form={form}
      action="Use this proxy"
      onSubmit={() => form.submit(save)}
      testId="proxy-dialog"
      submitTestId="proxy-save"
    >
      <FieldPair>
        <LabelledText
          {...form.text("host")}
          error={isPort ? null : wrong}
          label="Host"
          placeholder="proxy.example.com"
          autoFocus
          data-testid="proxy-host"
        />
        <LabelledText
          {...form.text("port")}
          error={isPort ? wrong : null}
          label="Port"
          placeholder="8080"
          inputMode="numeric"
          data-testid="proxy-port"
        />
      </FieldPair>
      <LoginFields form={form} isKnown={user !== ""} />
      <SwitchField
        label="Keep the password for this run only, not in the keyring"
        value={values.thisRun}
        onChange={(on) => form.set("thisRun", on)}
      />
      <LabelledText
        {...form.text("exceptions")}
        label="Not for"
        aside="optional"
        hint="Hosts that are reached directly: names with all below them, addresses, networks; as in NO_PROXY."
        placeholder="vpce.amazonaws.com, 10.0.0.0/8"
        data-testid="proxy-exceptions"
      />
      <SwitchField
        label="The proxy itself speaks TLS (https)"
        value={values.encrypted}
        onChange={(on) => form.set("encrypted", on)}
      />
    </FormDialog>
  );
}

/** Who one is to the proxy; the password that is kept is never shown. */
function LoginFields({ form, isKnown }: { form: LoginForm; isKnown: boolean }) {
  return (
    <FieldPair>
      <LabelledText {...form.text("user")} label="User" aside="optional" data-testid="proxy-user" />
      <LabelledText
        {...form.text("password")}
        label="Password"
        aside={isKnown ? "left empty, the one that is kept stays" : undefined}
        type="password"
        autoComplete="new-password"
        data-testid="proxy-password"
      />
    </FieldPair>
  );
}

interface LoginForm {
  text: ReturnType<typeof useForm<{ user: string; password: string }>>["text"];
}

/** What is no port is 0, which the program refuses. */
function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return port <= 65_535 ? port : 0;
}

interface SwitchFieldProps {
  label: string;
  value: boolean;
  onChange: (on: boolean) => void;
}

function SwitchField({ label, value, onChange }: SwitchFieldProps) {
  const id = useId();
  return (
    <div className={styles.switchLine}>
      <Switch label={label} labelledBy={id} checked={value} onChange={onChange} />
      <span id={id}>{label}</span>
    </div>
  );
}
