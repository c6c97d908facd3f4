/** The one table of what can be done. Palette, keys, menus, buttons and tests read it. */
import type { Action, Actions } from "./action";
import { FORWARD_ACTIONS, FORWARD_GROUP_ACTIONS } from "./forward-actions";
import { LOGIN_ACTIONS, MFA_ACTIONS, SIGN_IN_ACTIONS } from "./login-actions";
import { NODES_ACTIONS } from "./nodes-actions";
import { CONNECTION_ACTIONS, GROUP_ACTIONS, NODE_ACTIONS, PAIR_ACTIONS } from "./row-actions";
import { TAB_ACTIONS } from "./tab-actions";
import { WINDOW_ACTIONS } from "./window-actions";

/** By what they are done with. */
export const TABLE = {
  window: WINDOW_ACTIONS,
  mfa: MFA_ACTIONS,
  login: LOGIN_ACTIONS,
  signIn: SIGN_IN_ACTIONS,
  node: NODE_ACTIONS,
  nodes: NODES_ACTIONS,
  connection: CONNECTION_ACTIONS,
  group: GROUP_ACTIONS,
  pair: PAIR_ACTIONS,
  tab: TAB_ACTIONS,
  forward: FORWARD_ACTIONS,
  forwardGroup: FORWARD_GROUP_ACTIONS,
};

export type WindowActionId = keyof typeof WINDOW_ACTIONS;
export type ActionId = { [On in keyof typeof TABLE]: keyof (typeof TABLE)[On] }[keyof typeof TABLE];

const all = new Map(
  Object.values(TABLE).flatMap((actions) => Object.entries<Action<never>>(actions as Actions<never>)),
);

export function actionOf(id: ActionId): Action<never> {
  const action = all.get(id);
  if (action === undefined) throw new Error(`there is no action ${id}`);
  return action;
}

/** An action of the window with what may be left out of it. */
export function windowAction(id: WindowActionId): Action {
  return WINDOW_ACTIONS[id];
}
