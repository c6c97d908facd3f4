/** The actions that make sense now, for the palette. */
import { useFleet } from "../fleet/fleet";
import { pickedKeys } from "../fleet/page/bulk";
import { useSelection } from "../fleet/selection";
import { groupsOf, useForwards } from "../forwards/forwards";
import { useProgram } from "../program/program";
import { useConnections } from "../saved/connections";
import { targetOfTab } from "../sessions/run";
import { useLogins } from "../sign-in/logins";
import { useMfa } from "../sign-in/mfa";
import { useSignIns } from "../sign-in/sign-ins";
import type { RunTarget } from "../window/dialogs";
import { useFrame } from "../window/frame";
import { activeTab } from "../workbench/tabs";
import type { Action, Actions } from "./action";
import { type ActionId, TABLE } from "./table";

/** An action with what it would be done with. */
export interface Offer {
  /** Of the action. */
  id: ActionId;
  /** Tells it from every other offer. */
  key: string;
  title: string;
  also: string;
  run: () => void;
}

/** Of these there may be several at a time. */
const SEVERAL: readonly (keyof typeof TABLE)[] = ["mfa", "login", "signIn", "forwardGroup"];

export function offeredActions(): Offer[] {
  if (useProgram.getState().mode === "first-run")
    return offersOf("window", undefined, ["use-aws", "new-center", "open-demo"]);
  const [connect, ...rest] = offersOf("window", undefined);
  return [
    ...(connect === undefined ? [] : [connect]),
    ...useMfa.getState().questions.flatMap((question) => offersOf("mfa", question)),
    ...useLogins.getState().notices.flatMap((notice) => offersOf("login", notice)),
    ...ofSignIns(),
    ...ofPage(),
    ...rest,
    ...ofForwardGroups(),
  ];
}

function offersOf(table: keyof typeof TABLE, on: unknown, only: readonly string[] | null = null): Offer[] {
  return Object.entries<Action<unknown>>(TABLE[table] as unknown as Actions<unknown>).flatMap(([id, action]) => {
    const { listed = true, applies, ready, title, also = "", run } = action;
    if (only === null ? !listed : !only.includes(id)) return [];
    if (applies?.(on) === false || ready?.(on) === false) return [];
    const name = title(on);
    const key = SEVERAL.includes(table) ? `${id} ${name}` : id;
    return [{ id: id as ActionId, key, title: name, also, run: () => run(on) }];
  });
}

/** Those that something waits for come first. */
function ofSignIns(): Offer[] {
  const wanted = new Set(useLogins.getState().notices.map(({ signIn }) => signIn));
  const { signIns } = useSignIns.getState().known;
  const rest = signIns.filter(({ key }) => !wanted.has(key));
  return [...signIns.filter(({ key }) => wanted.has(key)), ...rest].flatMap((signIn) => offersOf("signIn", signIn));
}

/** What the shown page is about: its forward, its nodes, or the shown tab. */
function ofPage(): Offer[] {
  const { page } = useFrame.getState();
  if (page === "forwards") return ofForward();
  if (page === "fleet") return [...ofPicked(), ...ofSelected()];
  return [...ofSelected(), ...ofShownTab()];
}

function ofPicked(): Offer[] {
  const keys = pickedKeys();
  return keys.length === 0 ? [] : offersOf("nodes", keys);
}

/** The forward whose row was the last with the focus. */
function ofForward(): Offer[] {
  const { forwards, selected } = useForwards.getState();
  const forward = forwards.find(({ id }) => id === selected);
  return forward === undefined ? [] : offersOf("forward", forward);
}

function ofForwardGroups(): Offer[] {
  const groups = groupsOf(useForwards.getState().forwards).filter(({ name }) => name !== "");
  return groups.flatMap((group) => offersOf("forwardGroup", group));
}

function ofShownTab(): Offer[] {
  const tab = activeTab();
  return tab === undefined ? [] : offersOf("tab", tab);
}

function ofSelected(): Offer[] {
  const selected = useSelection.getState().selected ?? "";
  const [kind, id] = [selected.slice(0, 1), selected.slice(2)];
  const { connections, groups } = useConnections.getState();
  const { nodes, pairs } = useFleet.getState();
  const byId = <Item extends { id: number }>(items: readonly Item[]) => items.find((item) => item.id === Number(id));
  if (kind === "n") return ofPlace("node", nodes.get(id), { kind: "node", key: id });
  if (kind === "c") return ofPlace("connection", byId(connections), { kind: "saved", id: Number(id) });
  if (kind === "g") return ofPlace("group", byId(groups), null);
  return kind === "p" ? ofPlace("pair", byId(pairs), null) : [];
}

/** A document is not offered twice for one place: that of the shown tab is offered with the tab. */
function ofPlace(table: keyof typeof TABLE, on: unknown, place: RunTarget | null): Offer[] {
  if (on === undefined) return [];
  const tab = activeTab();
  const isShown = tab !== undefined && JSON.stringify(targetOfTab(tab)) === JSON.stringify(place);
  return offersOf(table, on).filter(({ id }) => !isShown || !id.startsWith("run-on-"));
}
