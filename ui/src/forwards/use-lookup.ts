/** Where the names of what forwards go by are looked up. */
import { useFleet } from "../fleet/fleet";
import { useProgram } from "../program/program";
import { useConnections } from "../saved/connections";
import type { Lookup } from "./words";

export function useLookup(): Lookup {
  const fleet = useFleet();
  const connections = useConnections((now) => now.connections);
  const profiles = useProgram((now) => now.profiles);
  return { fleet, connections, profiles };
}
