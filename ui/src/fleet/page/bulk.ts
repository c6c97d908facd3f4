/** What is done with all nodes that are picked. */
import type { NodeView, PairView } from "../../ipc/contract";
import { counted } from "../../kit/words";
import { connect } from "../../sessions/actions";
import { copyText } from "../../window/clipboard";
import { openDialog } from "../../window/dialogs";
import { showMessage } from "../../window/toasts";
import { useFleet } from "../fleet";
import { clearPicks, useFleetPage } from "./fleet-page";

/** More tabs than this are not opened at once. */
const MOST_TABS = 20;
/** More than this are asked for first. */
const WITHOUT_QUESTION = 5;

export function pickedKeys(): readonly string[] {
  return [...useFleetPage.getState().picked];
}

/** How many of these nodes are in production. */
export function inProduction(keys: readonly string[], pairs: readonly PairView[]): number {
  const production = new Set(pairs.filter(({ environment }) => environment === "prod").map(({ id }) => `${id}`));
  return keys.filter((key) => production.has(key.slice(0, key.indexOf("/")))).length;
}

/** "2 of them are in production.", empty if none is. */
export function productionWords(keys: readonly string[]): string {
  const count = inProduction(keys, useFleet.getState().pairs);
  if (count === 0) return "";
  if (count === keys.length) return count === 1 ? "It is in production." : "All of them are in production.";
  return `${count} of them ${count === 1 ? "is" : "are"} in production.`;
}

/** Opens a tab on each. Many, or any in production, are a question first. */
export function connectPicked() {
  const keys = pickedKeys();
  if (keys.length > MOST_TABS) {
    return showMessage(`At most ${MOST_TABS} tabs are opened at once; ${keys.length} nodes are selected.`);
  }
  const production = productionWords(keys);
  if (keys.length <= WITHOUT_QUESTION && production === "") return void connectAll(keys);
  openDialog({
    kind: "confirm",
    title: `Connect to ${counted(keys.length, "node")}?`,
    text: ["Each opens in a tab of its own.", production].filter(Boolean).join(" "),
    action: "Connect",
    danger: production !== "",
    run: () => void connectAll(keys),
  });
}

/** One after the other, so that the tabs stand in the order of the table. What fails is told, and the others go on. */
async function connectAll(keys: readonly string[]) {
  for (const key of keys) await connect({ kind: "node", key, run: null });
  clearPicks();
}

/** The ids of all that are picked, a line each; of one node where none is. */
export function copyPicked(node?: NodeView) {
  const ids = node === undefined ? pickedKeys().map((key) => key.slice(key.indexOf("/") + 1)) : [node.id];
  void copyText(ids.join("\n"), ids.length === 1 ? (ids[0] ?? "") : counted(ids.length, "id"));
}
