/** What keys do in the table of nodes. */
import type { KeyboardEvent } from "react";
import type { Action, Actions } from "../../actions/action";
import { NODE_ACTIONS } from "../../actions/row-actions";
import type { NodeView } from "../../ipc/contract";
import { connectPicked, copyPicked } from "./bulk";
import { clearPicks, useFleetPage } from "./fleet-page";
import { pickAll, pickAt, pickRange } from "./picking";

/** Rows that Page Up and Page Down pass. */
const PAGE = 20;

/** Where a walking key leads from a row; null if the key does not walk. */
export function walkTarget(key: string, from: number, count: number): number | null {
  const last = Math.max(0, count - 1);
  const steps: Record<string, number> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + PAGE,
    PageUp: from - PAGE,
    Home: 0,
    End: last,
  };
  const to = steps[key];
  return to === undefined || count === 0 ? null : Math.min(last, Math.max(0, to));
}

/** Does what a key means on the current row. `walk` brings another one into view and focus. */
export function onTableKey(event: KeyboardEvent, walk: (place: number) => void) {
  const { current, view, rows } = useFleetPage.getState();
  if (event.altKey || isControl(event.target)) return;
  const withMod = event.ctrlKey || event.metaKey;
  const target = withMod ? null : walkTarget(event.key, current, view?.matching ?? 0);
  if (target !== null) {
    walk(target);
    if (event.shiftKey) void pickRange(target);
    else useFleetPage.setState({ anchor: target });
  } else if (!runKey(event.key, withMod, current, rows.get(current))) return;
  event.preventDefault();
}

/** Buttons and fields keep their own keys. */
function isControl(target: EventTarget): boolean {
  return target instanceof HTMLElement && target.closest("button, input, [role=checkbox]") !== null;
}

function runKey(key: string, withMod: boolean, current: number, node: NodeView | undefined): boolean {
  const some = useFleetPage.getState().picked.size > 0;
  if (withMod) {
    if (key === "a") void pickAll();
    else if (key === "c" && (some || node !== undefined)) copyPicked(some ? undefined : node);
    else return false;
    return true;
  }
  if (key === " ") pickAt(current);
  else if (key === "Escape" && some) clearPicks();
  else if (key === "Enter" && some) connectPicked();
  else return node !== undefined && runNodeKey(key, node);
  return true;
}

/** Does what the table of actions says of the key. */
function runNodeKey(key: string, node: NodeView): boolean {
  const action = Object.values<Action<NodeView>>(NODE_ACTIONS as Actions<NodeView>).find(
    ({ rowKey }) => rowKey === key,
  );
  action?.run(node);
  return action !== undefined;
}
