/** Forwards in words: where they listen, what they go by, where they lead, and how they stand. */

import { nodeTitle } from "../domain/node";
import { pairName } from "../domain/words";
import { type Fleet, nodeOfTarget } from "../fleet/fleet";
import type {
  ConnectionView,
  Environment,
  ForwardDestinationView,
  ForwardViaView,
  ForwardView,
  NodeView,
  ProfilesView,
} from "../ipc/contract";
import { counted, lasting } from "../kit/words";
import { environmentOf } from "../program/program";
import { isOn } from "./forwards";
import { tagWords } from "./tags";

/** What a forward goes by, as it is called now. */
export interface Via {
  title: string;
  /** "acme-prod / eu-central-1". */
  scope: string;
  environment: Environment;
  profile: string | null;
  node: NodeView | undefined;
  /** The saved connection that was deleted. */
  gone: boolean;
}

/** Where things are looked up. */
export interface Lookup {
  fleet: Fleet;
  connections: readonly ConnectionView[];
  profiles: ProfilesView;
}

export function viaOf(via: ForwardViaView, { fleet, connections, profiles }: Lookup): Via {
  if (via.kind === "node") {
    const node = nodeOfTarget(fleet, via.node, via.profile, via.region);
    return {
      title: node === undefined ? via.node : nodeTitle(node),
      scope: pairName(via.profile, via.region),
      environment: environmentOf(via.profile, profiles),
      profile: via.profile,
      node,
      gone: false,
    };
  }
  if (via.kind === "tags") {
    return {
      title: via.tags.map(tagWords).join(" "),
      scope: pairName(via.profile, via.region),
      environment: environmentOf(via.profile, profiles),
      profile: via.profile,
      node: undefined,
      gone: false,
    };
  }
  const saved = connections.find(({ id }) => id === via.id);
  const [profile, region] = [saved?.effectiveProfile?.value ?? null, saved?.effectiveRegion?.value ?? null];
  return {
    title: saved?.draft.name ?? "A deleted connection",
    scope: pairName(profile, region),
    environment: environmentOf(profile, profiles),
    profile,
    node: saved === undefined ? undefined : nodeOfTarget(fleet, saved.draft.target, profile, region),
    gone: saved === undefined,
  };
}

/** The port that it listens on, or will: "15432", "any free port". */
export function localPort({ draft, port }: ForwardView): number | null {
  if (port !== null) return port;
  return draft.localPort === 0 ? null : draft.localPort;
}

/** Where it listens: "localhost", or the address that others reach it at. */
export function localHost({ draft: { bindAddress } }: ForwardView): string {
  if (bindAddress === null) return "localhost";
  return bindAddress.includes(":") ? `[${bindAddress}]` : bindAddress;
}

/** "localhost:15432"; null while nobody knows the port. */
export function localAddress(forward: ForwardView): string | null {
  const port = localPort(forward);
  return port === null ? null : `${localHost(forward)}:${port}`;
}

/** What a program of this computer dials: every address is dialled by none of them. */
export function dialledAddress(forward: ForwardView): string | null {
  const port = localPort(forward);
  if (port === null) return null;
  return ["0.0.0.0", "[::]"].includes(localHost(forward)) ? `localhost:${port}` : `${localHost(forward)}:${port}`;
}

/** The node that one by tags goes by now; null for the others, and while nobody knows. */
export function throughOf({ draft, through }: ForwardView, { fleet }: Lookup): string | null {
  if (draft.via.kind !== "tags" || through === null) return null;
  const node = nodeOfTarget(fleet, through.node, draft.via.profile, draft.via.region);
  return node === undefined ? (through.name ?? through.node) : nodeTitle(node);
}

/** For `/etc/hosts`: programs that check the host's certificate then find it under its own name. Null where it has none. */
export function hostsLine({ draft: { destination, bindAddress } }: ForwardView): string | null {
  if (destination.kind !== "port" || destination.host === null || isAddress(destination.host)) return null;
  const address = bindAddress === null || bindAddress === "0.0.0.0" ? "127.0.0.1" : bindAddress;
  return `${address} ${destination.host}`;
}

/** For the cluster of a kubeconfig; null where it leads to no API server. */
export function kubeconfigLines(forward: ForwardView): string | null {
  const { destination } = forward.draft;
  const address = dialledAddress(forward);
  if (destination.kind !== "port" || destination.host === null || address === null) return null;
  const serves = destination.host.includes(".eks.") || [443, 6443].includes(destination.port);
  if (!serves || isAddress(destination.host)) return null;
  return `server: https://${address}\ntls-server-name: ${destination.host}\n`;
}

/** The host of the destination and its port apart, so that the port never gets lost: ["db.internal", ":5432"]. */
export function destinationParts(destination: ForwardDestinationView): readonly [string, string] {
  if (destination.kind === "socks") return [socksWords(destination.allowed), ""];
  const { host, port } = destination;
  if (host === null) return ["node port ", String(port)];
  return [host.includes(":") ? `[${host}]` : host, `:${port}`];
}

export function destination(destination: ForwardDestinationView): string {
  return destinationParts(destination).join("");
}

/** What a SOCKS proxy lets programs reach. */
function socksWords(allowed: readonly string[]): string {
  return allowed.length === 0 ? "any host the node can reach" : `${allowed.join(", ")} only`;
}

/** How it stands, in as few words as a column has: "Up 3 h 12 m", "Port in use". */
export function stateWords({ state }: ForwardView, nowMs: number): string {
  switch (state.kind) {
    case "off":
      return "Off";
    case "starting":
      return state.waitsForLogin ? "Waits for sign-in" : "Starting";
    case "up":
      return `Up ${upFor(nowMs - state.sinceMs)}`;
    case "resuming":
      return state.waitsForLogin ? "Waits for sign-in" : `Resuming, ${lasting(nowMs - state.sinceMs)}`;
    case "asleep":
      return "Idle";
    case "stopping":
      return "Stopping";
    case "failed":
      return FAILURES[state.error.code] ?? "Not started";
  }
}

/** In one unit within the first hour: there is something to draw once a minute, and not each second. */
function upFor(ms: number): string {
  const inMinutes = ms >= 60_000 && ms < 3_600_000;
  return inMinutes ? `${Math.floor(ms / 60_000)} m` : lasting(ms);
}

const FAILURES: Record<string, string> = {
  "port-taken": "Port in use",
  "port-privileged": "Port not allowed",
  "no-node": "No healthy node",
  "host-denied": "Host not allowed",
  denied: "Not allowed",
};

/** "1 open", "none". */
export function openWords({ traffic }: ForwardView): string {
  return traffic.open === 0 ? "none" : `${traffic.open} open`;
}

/** Of a group: "3 forwards", "2 proxies". */
export function memberWords(forwards: readonly ForwardView[]): string {
  const proxies = forwards.every(({ draft }) => draft.destination.kind === "socks");
  return proxies ? counted(forwards.length, "proxy", "proxies") : counted(forwards.length, "forward");
}

/** "7 of 10 on, 13 open connections". */
export function summary(forwards: readonly ForwardView[]): string {
  const on = forwards.filter(isOn).length;
  const open = forwards.reduce((sum, { traffic }) => sum + traffic.open, 0);
  const connections = open === 0 ? [] : [counted(open, "open connection")];
  return [`${on} of ${counted(forwards.length, "forward")} on`, ...connections].join(", ");
}

/** All that a forward is found by, in lower case. */
export function wordsToFind(forward: ForwardView, via: Via, through: string | null): string {
  const { name, group, destination: to } = forward.draft;
  const local = `${to.kind === "socks" ? "socks5 " : ""}${localAddress(forward) ?? ""}`;
  return [name, group, local, via.title, via.scope, through ?? "", destination(to)].join(" ").toLowerCase();
}

const HOST = /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?$/i;
const IPV6 = /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i;

/** What is wrong with the text as a host; the program has the last word. */
export function hostProblem(text: string): string | null {
  const host = text.trim();
  if (host === "" || (host.length <= 253 && (HOST.test(host) || IPV6.test(host)))) return null;
  if (host.includes("://")) return "A host has no scheme: leave out what stands before and behind its name.";
  if (/:\d+$/.test(host)) return "The port has a field of its own.";
  return "A host looks like db.internal, 10.0.0.7 or fd00::7.";
}

/** Whether it is an address and not a name; the program has the last word. */
export function isAddress(text: string): boolean {
  const parts = text.trim().split(".");
  const isIpv4 = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
  return isIpv4 || IPV6.test(text.trim());
}

/** A port from 1 to 65535; null if the text is none. */
export function portOf(text: string): number | null {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}
