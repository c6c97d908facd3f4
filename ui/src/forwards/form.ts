/** What is filled into the dialog of a forward: what is wrong with it, and the forwards that it makes. */
import { pairName } from "../domain/words";
import { optional } from "../forms/use-form";
import type { ForwardDestinationView, ForwardDraftView, ForwardViaView, ForwardView, PairView } from "../ipc/contract";
import type { NewForward } from "../window/dialogs";
import { proposedName, proposedPort } from "./proposals";
import { tagsOf, tagText } from "./tags";
import { hostProblem, isAddress, portOf } from "./words";

/** What somebody types before other computers are let in. */
export const CONFIRMATION = "expose";

/** What a SOCKS proxy usually listens on; its proposed port is told by it. */
const SOCKS_PORT = 1080;

export interface ForwardValues {
  kind: "node" | "host" | "socks";
  /** One node or connection, or any node with tags. */
  by: "one" | "tags";
  via: string;
  /** The pair whose tags are meant, by its name. */
  pair: string;
  tags: string;
  host: string;
  /** One port, or for a new forward several with commas between. */
  port: string;
  allowed: string;
  name: string;
  group: string;
  localPort: string;
  /** Whether the local port is the user's own word; an empty one is then any that is free. */
  typedPort: boolean;
  exposed: boolean;
  bindAddress: string;
  confirmation: string;
  startsWithPostern: boolean;
  isWeb: boolean;
}

/** What can be gone by, by its label, and the label of what was chosen at first. */
export interface Ways {
  byLabel: ReadonlyMap<string, ForwardViaView>;
  first: string;
}

/** What the values are judged by. */
export interface Around {
  id: number | null;
  choices: Ways;
  pairs: readonly PairView[];
  forwards: readonly ForwardView[];
  /** The address that was confirmed before. */
  confirmed: string | null;
}

export function valuesOf(draft: NewForward, choices: Ways, pairs: readonly PairView[]): ForwardValues {
  const { destination: to, via } = draft;
  const tags = via?.kind === "tags" ? via : null;
  const [only] = pairs;
  return {
    kind: to?.kind === "socks" ? "socks" : to === null || to.host === null ? "node" : "host",
    by: tags === null ? "one" : "tags",
    via: tags === null ? choices.first : "",
    pair: tags !== null ? pairName(tags.profile, tags.region) : pairs.length === 1 && only ? pairLabel(only) : "",
    tags: tags === null ? "" : tagText(tags.tags),
    host: to?.kind === "port" ? (to.host ?? "") : "",
    port: to?.kind === "port" ? String(to.port) : "",
    allowed: to?.kind === "socks" ? to.allowed.join(", ") : "",
    name: draft.name,
    group: draft.group,
    localPort: draft.localPort === null || draft.localPort === 0 ? "" : String(draft.localPort),
    typedPort: draft.localPort !== null,
    exposed: draft.bindAddress !== null,
    bindAddress: draft.bindAddress ?? "",
    confirmation: "",
    startsWithPostern: draft.startsWithPostern,
    isWeb: draft.isWeb,
  };
}

export function pairLabel({ profile, region }: { profile: string; region: string }): string {
  return pairName(profile, region);
}

/** The ports of a text; null if one of them is none or is there twice. */
export function portsOf(text: string): readonly number[] | null {
  const ports = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map(portOf);
  const known = ports.filter((port) => port !== null);
  return known.length > 0 && known.length === ports.length && new Set(known).size === known.length ? known : null;
}

/** What it goes by; null while that is not said. */
export function viaOfValues({ by, via, pair, tags }: ForwardValues, { choices, pairs }: Around): ForwardViaView | null {
  if (by === "one") return choices.byLabel.get(via.trim()) ?? null;
  const found = pairs.find((one) => pairLabel(one) === pair.trim());
  const filters = tagsOf(tags);
  if (found === undefined || filters.length === 0) return null;
  return { kind: "tags", profile: found.profile, region: found.region, tags: filters };
}

/** One way from this computer, with what is left empty as it is proposed. */
export interface FilledWay {
  name: string;
  /** As it is typed or proposed; empty is any that is free. */
  localPort: string;
  destination: ForwardDestinationView;
}

/** Each forward that the values make; none while its ports or its host are not said. */
export function waysOf(values: ForwardValues, { id, forwards }: Around): readonly FilledWay[] {
  const destinations = destinationsOf(values);
  const several = destinations.length > 1;
  const taken: number[] = [];
  return destinations.map((destination) => {
    const proposed = proposedPort(portToward(destination), forwards, id, taken);
    const localPort = values.typedPort && !several ? values.localPort : proposed;
    taken.push(Number(localPort));
    return { name: nameOf(values, destination, several), localPort, destination };
  });
}

function destinationsOf({ kind, host, port, allowed }: ForwardValues): readonly ForwardDestinationView[] {
  if (kind === "socks") return [{ kind: "socks", allowed: allowed.split(/[\s,]+/).filter(Boolean) }];
  const to = kind === "host" ? optional(host) : null;
  return (portsOf(port) ?? []).map((port) => ({ kind: "port", host: to, port }));
}

function portToward(destination: ForwardDestinationView): number {
  return destination.kind === "socks" ? SOCKS_PORT : destination.port;
}

/** A name that was typed is that of the one forward, or begins those of several. */
function nameOf({ name, ...values }: ForwardValues, destination: ForwardDestinationView, several: boolean): string {
  const by = values.by === "one" ? values.via : values.tags;
  if (destination.kind === "socks") return name.trim() === "" ? `${by.trim()} SOCKS`.trim() : name;
  const { port } = destination;
  if (name.trim() === "") return proposedName(by, destination.host ?? "", port);
  return several ? `${name.trim()} ${port}` : name;
}

export type Problems = Partial<
  Record<"via" | "pair" | "tags" | "host" | "port" | "localPort" | "bindAddress" | "confirmation", string>
>;

export function problemsOf(values: ForwardValues, around: Around): Problems {
  return { ...viaProblems(values, around), ...placeProblems(values, around), ...localProblems(values, around) };
}

function viaProblems({ by, via, pair, tags }: ForwardValues, { choices, pairs }: Around): Problems {
  if (by === "one")
    return choices.byLabel.has(via.trim()) ? {} : { via: "Choose a node or a saved connection from the list." };
  const problems: Problems = {};
  if (!pairs.some((one) => pairLabel(one) === pair.trim())) problems.pair = "Choose a pair from the list.";
  if (tagsOf(tags).length === 0) problems.tags = "Name at least one tag, such as role=bastion.";
  return problems;
}

function placeProblems({ kind, host, port }: ForwardValues, { id }: Around): Problems {
  if (kind === "socks") return {};
  const problems: Problems = {};
  const wrong = kind === "host" ? hostProblem(host) : null;
  if (kind === "host" && host.trim() === "") problems.host = "Write the host as the node knows it.";
  else if (wrong !== null) problems.host = wrong;
  const ports = portsOf(port);
  if (ports === null) problems.port = "From 1 to 65535.";
  else if (ports.length > 1 && id !== null) problems.port = "One port: add a forward for another one.";
  return problems;
}

function localProblems(values: ForwardValues, { confirmed }: Around): Problems {
  const { localPort, exposed, bindAddress, confirmation } = values;
  const problems: Problems = {};
  if (localPort.trim() !== "" && portOf(localPort) === null) problems.localPort = "From 1 to 65535.";
  if (!exposed) return problems;
  if (!isAddress(bindAddress)) problems.bindAddress = "An address of this computer, such as 172.17.0.1.";
  if (bindAddress.trim() !== confirmed && confirmation.trim() !== CONFIRMATION)
    problems.confirmation = `Type ${CONFIRMATION}.`;
  return problems;
}

/** What is saved; null while something is missing or wrong. */
export function draftsOf(values: ForwardValues, around: Around): readonly ForwardDraftView[] | null {
  const via = viaOfValues(values, around);
  if (via === null || Object.keys(problemsOf(values, around)).length > 0) return null;
  return waysOf(values, around).map(({ name, localPort, destination }) => ({
    name,
    group: values.group.trim(),
    via,
    localPort: portOf(localPort) ?? 0,
    bindAddress: values.exposed ? optional(values.bindAddress) : null,
    destination,
    startsWithPostern: values.startsWithPostern,
    isWeb: values.isWeb && destination.kind === "port",
  }));
}
