/** Facets and their values in words. */

const TITLES: Record<string, string> = {
  profile: "Profile",
  state: "State",
  region: "Region",
  platform: "Platform",
  type: "Type",
  account: "Account",
};

export function facetTitle(facet: string): string {
  return facet.startsWith("tag:") ? `Tag: ${facet.slice(4)}` : (TITLES[facet] ?? facet);
}

const VALUES: Record<string, string> = {
  "state online": "Running, agent online",
  "state lost": "Running, agent lost",
  "state inactive": "Running, agent inactive",
  "state no-agent": "Running, no agent",
  "state unknown": "Agent not asked",
  "state starting": "Starting",
  "state stopped": "Stopped",
  "state terminated": "Terminated",
  "platform linux": "Linux",
  "platform windows": "Windows",
  "platform mac-os": "macOS",
  "type hybrid": "Hybrid node",
};

export function facetValue(facet: string, value: string): string {
  if (value === "") return facet.startsWith("tag:") ? "Without this tag" : "Not known";
  return VALUES[`${facet} ${value}`] ?? value;
}

/** The glyphs of the values of the state. */
export const GLYPHS: Record<string, "online" | "lost" | "no-agent" | "stopped" | "starting" | "unknown"> = {
  online: "online",
  lost: "lost",
  inactive: "lost",
  "no-agent": "no-agent",
  unknown: "unknown",
  starting: "starting",
  stopped: "stopped",
  terminated: "stopped",
};
