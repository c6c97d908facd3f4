/** The host behind the node: what AWS lists there is offered, and any other may be typed. */
import { useEffect, useState } from "react";
import { client, errorView } from "../ipc/client";
import type { ErrorView, ForwardViaView, RemoteHostServiceView, RemoteHostsView } from "../ipc/contract";
import { Tip } from "../kit/button";
import { LabelledSuggest } from "../kit/labelled";
import styles from "./forwards.module.css";

interface RemoteHostFieldProps {
  /** What the forward goes by; null while that is not said. */
  via: ForwardViaView | null;
  value: string;
  onText: (text: string) => void;
  /** One was chosen, with the port that its clients use. */
  onPort: (port: number) => void;
  error: string | null;
}

export function RemoteHostField({ via, value, onText, onPort, error }: RemoteHostFieldProps) {
  const { known, failure } = useRemoteHosts(via);
  const chosen = (text: string) => {
    onText(text);
    const host = known?.hosts.find((one) => one.host === text);
    if (host !== undefined) onPort(host.port);
  };
  return (
    <LabelledSuggest
      label="Remote host"
      mono
      value={value}
      onText={chosen}
      groups={groupsOf(known)}
      placeholder="ledger.cluster-c0ffee.eu-central-1.rds.amazonaws.com"
      error={error}
      hint={hintOf(via, known, failure)}
      data-testid="forward-host"
    />
  );
}

const SERVICES: Record<RemoteHostServiceView, string> = {
  forward: "Used before",
  rds: "RDS",
  elasticache: "ElastiCache",
  eks: "EKS",
  opensearch: "OpenSearch",
};

/** In the order of the program: what was used before comes first. A host stands there once. */
function groupsOf(known: RemoteHostsView | null) {
  const seen = new Set<string>();
  const hosts = (known?.hosts ?? []).filter(({ host }) => !seen.has(host) && seen.add(host));
  const services = [...new Set(hosts.map(({ service }) => service))];
  return services.map((of) => ({
    label: SERVICES[of],
    items: hosts
      .filter(({ service }) => service === of)
      .map(({ host, name, port }) => ({ value: host, hint: `${name}, ${port}` })),
  }));
}

function hintOf(via: ForwardViaView | null, known: RemoteHostsView | null, failure: ErrorView | null) {
  if (via === null) return undefined;
  if (failure !== null) return <Refusals refusals={[failure]} />;
  if (known === null) return "Looking for databases, caches and clusters.";
  return known.refusals.length === 0 ? undefined : <Refusals refusals={known.refusals} />;
}

/** Said once and quietly: none of them is a reason not to go on. */
function Refusals({ refusals }: { refusals: readonly ErrorView[] }) {
  const [first] = refusals;
  const words = refusals.length === 1 ? first?.message : `${first?.message} ${refusals.length - 1} more not listed.`;
  return (
    <Tip text={refusals.map(({ message, nextStep }) => `${message} ${nextStep}`).join("\n")}>
      <span className={`${styles.refusals} line`} data-testid="forward-host-refusals">
        {words}
      </span>
    </Tip>
  );
}

interface Asked {
  /** What it was asked for. */
  of: string;
  known: RemoteHostsView | null;
  failure: ErrorView | null;
}

function useRemoteHosts(via: ForwardViaView | null): Pick<Asked, "known" | "failure"> {
  const [answer, setAnswer] = useState<Asked | null>(null);
  const of = via === null ? null : JSON.stringify(via);
  useEffect(() => {
    if (of === null) return;
    let wanted = true;
    client
      .remoteHosts(JSON.parse(of))
      .then((known) => wanted && setAnswer({ of, known, failure: null }))
      .catch((thrown: unknown) => wanted && setAnswer({ of, known: null, failure: errorView(thrown) }));
    return () => {
      wanted = false;
    };
  }, [of]);
  return answer !== null && answer.of === of ? answer : { known: null, failure: null };
}
