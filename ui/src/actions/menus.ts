/** Menus and buttons, made of actions of the table. */
import { createElement } from "react";
import type { MenuEntry } from "../kit/menu";
import { isMac } from "../window/platform";
import type { Action, Actions } from "./action";
import { keysOf } from "./keymap";
import { type ActionId, TABLE, type WindowActionId, windowAction } from "./table";

/** The actions that apply, in the order given; what cannot be done now is grey. `labels` are other words for this place. */
export function menuOf<On, Table extends keyof typeof TABLE>(
  table: Table,
  ids: readonly (keyof (typeof TABLE)[Table] | "line")[],
  on: On,
  labels: Readonly<Record<string, string>> = {},
): MenuEntry[] {
  const actions = TABLE[table] as unknown as Actions<On>;
  return withoutIdleLines(
    (ids as readonly string[]).flatMap((id): MenuEntry[] => {
      if (id === "line") return ["line"];
      const action = actions[id] as Action<On>;
      return action.applies?.(on) === false
        ? []
        : [{ ...entryOf(id as ActionId, action, on), ...labelled(labels[id]) }];
    }),
  );
}

function labelled(label: string | undefined) {
  return label === undefined ? {} : { label };
}

function entryOf<On>(id: ActionId, action: Action<On>, on: On) {
  const { icon } = action;
  return {
    label: (action.label ?? action.title)(on),
    keys: keysOf(id),
    disabled: action.ready?.(on) === false,
    danger: action.danger?.(on) === true,
    ...(icon === undefined ? {} : { icon: createElement(icon, { size: 14 }) }),
    run: () => action.run(on),
  };
}

/** A line has something on both sides. */
function withoutIdleLines(entries: readonly MenuEntry[]): MenuEntry[] {
  return entries
    .filter((entry, at) => entry !== "line" || ![undefined, "line"].includes(entries[at - 1] as never))
    .filter((entry, at, kept) => entry !== "line" || at < kept.length - 1);
}

/** What a button of an action of the window needs: its name, its keys and what a click does. */
export function buttonOf(id: WindowActionId) {
  const action = windowAction(id);
  return { label: (action.label ?? action.title)(), keys: keysOf(id, isMac), onClick: () => action.run() };
}
