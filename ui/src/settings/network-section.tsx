/** How AWS is reached: the proxy, and the certificates to trust. */
import { Pencil } from "lucide-react";
import { useEffect, useState } from "react";
import { optional } from "../forms/use-form";
import { client } from "../ipc/client";
import type { ProxyModeChoice, ProxyView, SecretStateView } from "../ipc/contract";
import { Button } from "../kit/button";
import { TextField } from "../kit/controls";
import { Section } from "../kit/section";
import { openDialog } from "../window/dialogs";
import { ChoiceRow, SettingRow, SettingRows, useSetting } from "./setting";
import styles from "./settings.module.css";

export function NetworkSection() {
  return (
    <Section title="Network">
      <SettingRows>
        <ProxySetting />
      </SettingRows>
      <SettingRows>
        <CaBundleSetting />
      </SettingRows>
    </Section>
  );
}

const MODES = [
  { value: "environment", label: "Environment" },
  { value: "none", label: "None" },
  { value: "own", label: "This one" },
] as const;

const MEANINGS: Record<ProxyModeChoice, string> = {
  environment: "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY decide, as they were when Postern started.",
  none: "AWS is reached directly, whatever the environment says.",
  own: "Calls and sessions go through this proxy, whatever the environment says.",
};

function ProxySetting() {
  const { value: proxy, failure, keep } = useSetting("proxy");
  const password = usePassword(proxy);
  const choose = (mode: ProxyModeChoice) =>
    mode === "own" && proxy.host === "" ? openDialog({ kind: "proxy" }) : keep({ ...proxy, mode });
  return (
    <>
      <ChoiceRow
        label="Proxy"
        text={MEANINGS[proxy.mode]}
        failure={failure}
        value={proxy.mode}
        choices={MODES}
        testId="setting-proxy"
        onChange={choose}
      />
      {proxy.host !== "" && (
        <SettingRow label={proxyName(proxy)} text={<span data-testid="proxy-details">{details(proxy, password)}</span>}>
          {() => (
            <Button icon={<Pencil size={13} />} onClick={() => openDialog({ kind: "proxy" })} data-testid="proxy-edit">
              Change…
            </Button>
          )}
        </SettingRow>
      )}
    </>
  );
}

function proxyName({ host, port, encrypted }: ProxyView): string {
  const place = host.includes(":") ? `[${host}]` : host;
  return `${encrypted ? "https" : "http"}://${place}:${port}`;
}

/** How the password stands, once the keyring has said; it may take its time. */
function usePassword(proxy: ProxyView): SecretStateView | null {
  const [state, setState] = useState<SecretStateView | null>(null);
  useEffect(() => {
    let left = false;
    const read = async () => {
      const known = proxy.user === "" ? null : await client.proxyPassword().catch(() => "unknown" as const);
      if (!left) setState(known);
    };
    void read();
    return () => {
      left = true;
    };
  }, [proxy]);
  return state;
}

const PASSWORDS: Record<SecretStateView, string> = {
  stored: ", password in the keyring",
  "this-run": ", password for this run only",
  locked: ", password in the keyring, which is locked",
  absent: ", without a password",
  unknown: "; the keyring does not say whether it has the password",
};

function details({ user, exceptions }: ProxyView, password: SecretStateView | null): string {
  const login = user === "" ? "Without a login." : `Login as ${user}${password === null ? "" : PASSWORDS[password]}.`;
  return exceptions === "" ? login : `${login} Not for ${exceptions}.`;
}

/** Kept on Enter and when the field is left. */
function CaBundleSetting() {
  const { value, failure, keep } = useSetting("caBundle");
  const [typed, setTyped] = useState<string | null>(null);
  const commit = () => {
    if (typed !== null && optional(typed) !== value) keep(optional(typed));
    setTyped(null);
  };
  return (
    <SettingRow
      label="Certificates"
      text="A PEM file that replaces the system's certificates, where neither AWS_CA_BUNDLE nor the profile's ca_bundle names one."
      failure={failure}
    >
      {(labelledBy) => (
        <div className={styles.wide}>
          <TextField
            value={typed ?? value ?? ""}
            onText={setTyped}
            onBlur={commit}
            onKeyDown={(event) => event.key === "Enter" && commit()}
            placeholder="The system's"
            invalid={failure !== null}
            aria-labelledby={labelledBy}
            data-testid="setting-ca-bundle"
          />
        </div>
      )}
    </SettingRow>
  );
}
