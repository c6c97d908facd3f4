/** From this computer through the node to the destination, as it will be. */
import { ArrowRight, Database, Globe, Monitor, Server } from "lucide-react";
import { EnvBar } from "../domain/glyphs";
import type { ForwardViaView } from "../ipc/contract";
import type { FilledWay } from "./form";
import styles from "./forwards.module.css";
import { useLookup } from "./use-lookup";
import { destinationParts, viaOf } from "./words";

interface WayProps {
  via: ForwardViaView | null;
  ways: readonly FilledWay[];
  /** Where it listens. */
  host: string;
  /** What is shown while there is no way. */
  kind: "node" | "host" | "socks";
  unfinished: string;
}

export function Way({ via, ways, host, kind, unfinished }: WayProps) {
  const lookup = useLookup();
  const found = via === null ? null : viaOf(via, lookup);
  const [first, ...others] = ways;
  const more = others.length === 0 ? "" : `\u00a0+${others.length}`;
  const [place, atPort] = first === undefined ? [unfinished, ""] : destinationParts(first.destination);
  const socks = kind === "socks" ? "socks5 " : "";
  const Icon = { node: Server, host: Database, socks: Globe }[kind];
  return (
    <div className={styles.way} aria-hidden="true">
      <div className={styles.stop}>
        <span>
          <Monitor size={12} /> This computer
        </span>
        <b className={`${styles.destination} mono`}>
          <span>{`${socks}${host}`}</span>
          <span>{first === undefined || first.localPort === "" ? "" : `:${first.localPort}${more}`}</span>
        </b>
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
        <span>
          <Icon size={12} /> Reaches
        </span>
        <b className={`${styles.destination} mono`}>
          <span>{place}</span>
          <span>{`${atPort}${more}`}</span>
        </b>
      </div>
    </div>
  );
}
