/** Which nodes are picked: one, a range, all that match. */
import { attempt } from "../../window/attempt";
import { keysBetween } from "./asking";
import { pick, togglePick, useFleetPage } from "./fleet-page";

/** All that the query and the facets let pass. */
export function pickAll(): Promise<boolean> {
  const matching = useFleetPage.getState().view?.matching ?? 0;
  if (matching === 0) return Promise.resolve(true);
  return attempt(async () => pick(await keysBetween(0, matching - 1)));
}

/** From where the range began to here, instead of what was picked. */
export function pickRange(to: number): Promise<boolean> {
  const { anchor } = useFleetPage.getState();
  return attempt(async () => pick(await keysBetween(anchor, to)));
}

/** One more or one less; the next range begins here. */
export function pickAt(place: number) {
  const key = useFleetPage.getState().rows.get(place)?.key;
  if (key === undefined) return;
  togglePick(key);
  useFleetPage.setState({ anchor: place });
}
