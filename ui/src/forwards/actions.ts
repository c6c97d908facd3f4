/** What can be done with forwards. */

import { useFleet } from "../fleet/fleet";
import { useSelection } from "../fleet/selection";
import { client } from "../ipc/client";
import type { ConnectionView, ForwardDraftView, ForwardViaView, ForwardView, NodeView } from "../ipc/contract";
import { counted } from "../kit/words";
import { attempt } from "../window/attempt";
import { copyText } from "../window/clipboard";
import { type NewForward, openDialog } from "../window/dialogs";
import { focusWhenThere, rowOf } from "../window/focus";
import { frame } from "../window/frame";
import { showMessage } from "../window/toasts";
import { changeForwards, foldForwards, forwardOf, isLive, isOn, useForwards } from "./forwards";
import { destination, dialledAddress, hostsLine, kubeconfigLines, localAddress } from "./words";

export function emptyForward(via: ForwardViaView | null = null): NewForward {
  const { forwards, selected } = useForwards.getState();
  const group = forwards.find(({ id }) => id === selected)?.draft.group ?? "";
  const draft = { name: "", group, via, localPort: null, bindAddress: null, destination: null };
  return { ...draft, startsWithPostern: false, isWeb: false };
}

/** The key of the row of a forward, as the focus finds it again. */
export function forwardKey(id: number): string {
  return `f:${id}`;
}

export function showForwards() {
  frame.show("forwards");
}

/** Brings the row of a forward into view and puts the focus there. */
export function revealForward(forward: ForwardView) {
  foldForwards(forward.draft.group, false);
  useForwards.setState({ filter: "", selected: forward.id });
  frame.show("forwards");
  focusWhenThere(() => rowOf(forwardKey(forward.id)));
}

/** A forward through what is selected in the fleet, while that is what the user works with. */
export function addForward() {
  const onPage = document.querySelector('[data-area="page"]') !== null;
  openDialog({ kind: "forward", id: null, draft: emptyForward(onPage ? null : selectedVia()) });
}

export function addForwardThrough(node: NodeView) {
  openDialog({ kind: "forward", id: null, draft: emptyForward(viaOfNode(node)) });
}

export function addForwardBy(connection: ConnectionView) {
  openDialog({ kind: "forward", id: null, draft: emptyForward({ kind: "saved", id: connection.id }) });
}

export function editForward({ id, draft }: ForwardView) {
  openDialog({ kind: "forward", id, draft });
}

export function duplicateForward({ draft }: ForwardView) {
  openDialog({ kind: "forward", id: null, draft: { ...draft, name: `${draft.name} copy`, localPort: null } });
}

export function deleteForward(forward: ForwardView) {
  const { open } = forward.traffic;
  const ends = open === 0 ? "" : ` ${counted(open, "open connection ends", "open connections end")}.`;
  openDialog({
    kind: "confirm",
    title: `Delete ${forward.draft.name}?`,
    text: `The forward to ${destination(forward.draft.destination)} goes.${ends}`,
    action: "Delete",
    danger: true,
    run: () => void attempt(() => client.deleteForward(forward.id)),
  });
}

/** Keeps what was written; the event may come before or after the answer. */
export async function saveForward(id: number | null, draft: ForwardDraftView): Promise<ForwardView> {
  const saved = await client.saveForward(id, draft);
  if (forwardOf(saved.id) === undefined) changeForwards([saved], []);
  return saved;
}

/** Adds several of one node at once, all or none. */
export async function addForwards(drafts: readonly ForwardDraftView[]): Promise<readonly ForwardView[]> {
  const added = await client.addForwards([...drafts]);
  changeForwards(
    added.filter(({ id }) => forwardOf(id) === undefined),
    [],
  );
  return added;
}

export function switchForwards(forwards: readonly ForwardView[], on: boolean) {
  const ids = forwards.filter((forward) => isOn(forward) !== on).map(({ id }) => id);
  if (ids.length === 0) return Promise.resolve(true);
  return attempt(() => client.switchForwards(ids, on));
}

export function toggleForward(forward: ForwardView) {
  return switchForwards([forward], !isOn(forward));
}

/** One that failed is switched on once more. */
export function retryForward(forward: ForwardView) {
  return attempt(() => client.switchForwards([forward.id], true));
}

/** All of a group are switched off if any is on, else all on. */
export function toggleGroup(forwards: readonly ForwardView[]) {
  return switchForwards(forwards, !forwards.some(isOn));
}

export function allForwardsOff() {
  const { forwards } = useForwards.getState();
  const on = forwards.filter(isOn);
  if (on.length === 0) return;
  void switchForwards(on, false);
  const undo = () => void switchForwards(currently(on), true);
  showMessage(`Turned off ${counted(on.length, "forward")}.`, { label: "Undo", run: undo });
}

/** "Use 19201 instead": from now on, and at once. */
export function takeOtherPort(forward: ForwardView, localPort: number) {
  return attempt(async () => {
    await client.saveForward(forward.id, { ...forward.draft, localPort });
    await client.switchForwards([forward.id], true);
  });
}

export function copyForwardAddress(forward: ForwardView) {
  const address = dialledAddress(forward);
  if (address !== null) void copyText(address, address);
}

export function copyHostsLine(forward: ForwardView) {
  const line = hostsLine(forward);
  if (line !== null) void copyText(line, "the line for /etc/hosts");
}

export function copyKubeconfigLines(forward: ForwardView) {
  const lines = kubeconfigLines(forward);
  if (lines !== null) void copyText(lines, "server and tls-server-name for the cluster of a kubeconfig");
}

export function openForward(forward: ForwardView) {
  const address = dialledAddress(forward);
  if (address !== null) void attempt(() => client.openLink(`http://${address}/`));
}

/** Whether a browser would find something there. */
export function canOpen(forward: ForwardView): boolean {
  return forward.draft.isWeb && isLive(forward) && localAddress(forward) !== null;
}

export function viaOfNode(node: NodeView): ForwardViaView | null {
  const pair = useFleet.getState().pairs.find(({ id }) => id === node.pair);
  return pair === undefined ? null : { kind: "node", profile: pair.profile, region: pair.region, node: node.id };
}

/** The selected node or saved connection; null if something else is selected. */
function selectedVia(): ForwardViaView | null {
  const selected = useSelection.getState().selected ?? "";
  const [kind, id] = [selected.slice(0, 1), selected.slice(2)];
  if (kind === "c") return { kind: "saved", id: Number(id) };
  const node = kind === "n" ? useFleet.getState().nodes.get(id) : undefined;
  return node === undefined ? null : viaOfNode(node);
}

function currently(forwards: readonly ForwardView[]): ForwardView[] {
  return forwards.flatMap(({ id }) => forwardOf(id) ?? []);
}
