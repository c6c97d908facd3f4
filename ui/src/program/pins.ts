/** The nodes that saved connections, forwards, tabs and the selection refer to are known to the page, wherever the tree is. */
import { useFleet } from "../fleet/fleet";
import { pinTargets } from "../fleet/known-nodes";
import { useSelection } from "../fleet/selection";
import { useForwards } from "../forwards/forwards";
import type { TargetAsk } from "../ipc/contract";
import { useConnections } from "../saved/connections";
import { useSessions } from "../sessions/sessions";

/** From now on. */
export function pinNodes() {
  useConnections.subscribe(pinConnections);
  useForwards.subscribe(pinForwards);
  useSessions.subscribe(pinTabs);
  useSelection.subscribe(pinSelected);
  useFleet.subscribe(pinSelected);
}

function pinConnections() {
  const { connections } = useConnections.getState();
  pin(
    "connections",
    connections.map(({ draft, effectiveProfile, effectiveRegion }) => ({
      target: draft.target,
      profile: effectiveProfile?.value ?? null,
      region: effectiveRegion?.value ?? null,
    })),
  );
}

function pinForwards() {
  const vias = useForwards.getState().forwards.map(({ draft }) => draft.via);
  pin(
    "forwards",
    vias.flatMap((via) =>
      via.kind === "node" ? [{ target: via.node, profile: via.profile, region: via.region }] : [],
    ),
  );
}

function pinTabs() {
  const { tabs } = useSessions.getState();
  pin(
    "tabs",
    tabs.map(({ target, profile, region }) => ({ target, profile, region })),
  );
}

function pinSelected() {
  const { selected } = useSelection.getState();
  const [, pairId, target] = /^n:(\d+)\/(.+)$/.exec(selected ?? "") ?? [];
  const pair = useFleet.getState().pairs.find(({ id }) => id === Number(pairId));
  const isNode = pair !== undefined && target !== undefined;
  pin("selected", isNode ? [{ target, profile: pair.profile, region: pair.region }] : []);
}

/** Containers are no nodes of the fleet. */
function pin(of: string, targets: readonly TargetAsk[]) {
  pinTargets(
    of,
    targets.filter(({ target }) => /^m?i-/.test(target)),
  );
}
