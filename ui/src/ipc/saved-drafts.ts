/** Saved things that set nothing yet. */

import type { ConnectionDraftView, GroupDraftView } from "./contract";

export const NO_GUARD = { readOnly: false, reason: false, paste: false };

/** A connection that inherits everything. */
export function emptyConnection(): ConnectionDraftView {
  return { ...nothingSet(), group: null, target: "", query: null, tags: [] };
}

/** A group that sets nothing. */
export function emptyGroup(parent: number | null = null): GroupDraftView {
  return { ...nothingSet(), parent };
}

function nothingSet() {
  return {
    name: "",
    profile: null,
    region: null,
    document: null,
    parameters: [],
    encryption: null,
    colour: null,
    guard: NO_GUARD,
    description: "",
  };
}
