/** What is proposed for a new forward: a name and a local port that nobody has. */
import type { ForwardView } from "../ipc/contract";

/** Far above what servers listen on, and easy to tell from the port that it leads to. */
const ABOVE = 10_000;

/** "ledger 5432": the first part of the host or the node's name, and the port. */
export function proposedName(via: string, host: string, port: number | null): string {
  const isAddress = /^[\d.:]+$/.test(host);
  const place = host === "" ? via.trim() : isAddress ? host : (host.split(".")[0] ?? host);
  return [place, port === null ? "" : String(port)].filter(Boolean).join(" ");
}

/** 15432 for 5432, or the next one that no other forward has; the same port where there is nothing above it. */
export function proposedPort(
  port: number | null,
  forwards: readonly ForwardView[],
  own: number | null,
  others: readonly number[] = [],
): string {
  if (port === null) return "";
  const taken = new Set(forwards.filter(({ id }) => id !== own).map(({ draft }) => draft.localPort));
  for (const other of others) taken.add(other);
  let proposed = port + ABOVE > 60_000 ? port : port + ABOVE;
  while (taken.has(proposed) && proposed < 65_535) proposed += 1;
  return String(proposed);
}
