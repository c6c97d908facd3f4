import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { offeredActions } from "../actions/offered";
import { useFleet } from "../fleet/fleet";
import { selection, useSelection } from "../fleet/selection";
import { mock } from "../ipc/mock/backend";
import { chooseMode } from "../program/mode";
import { start } from "../program/start";
import { connect } from "../sessions/actions";
import { useSessions } from "../sessions/sessions";
import { type Dialog, openDialog, openPalette, useDialogs } from "../window/dialogs";
import { frame, useFrame } from "../window/frame";
import { useToasts } from "../window/toasts";
import { useLayout } from "../workbench/tabs";
import { App } from "./app";

vi.mock("../workbench/workbench", () => import("../workbench.test.helper"));

// Loaded before, for a busy machine takes long over it.
beforeAll(async () => void (await Promise.all([import("./settings"), import("../palette/palette")])));

beforeEach(() => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(288);
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(288);
  Element.prototype.scrollTo = () => {};
  Element.prototype.scrollIntoView = () => {};
  mock.failNext.clear();
});

afterEach(cleanup);

/** The demo with so many shells, all of one node that is not production. */
async function openPage(shells = 1) {
  cleanup();
  mock.mode = "first-run";
  useDialogs.setState({ open: null, question: null, palette: null });
  useToasts.setState({ toasts: [], said: "" });
  useFrame.setState({
    ...{ page: "workbench", section: "accounts" },
    ...{ sidebarOpen: true, inspectorOpen: true },
  });
  useSelection.setState({ query: "", selected: null });
  await start();
  await chooseMode("demo");
  render(<App />);
  await screen.findByTestId("tree");
  for (let shell = 0; shell < shells; shell += 1)
    await act(() => connect({ kind: "node", key: stageNode().key, run: null }));
  await waitFor(() => expect(useSessions.getState().tabs.every(({ state }) => state.kind === "connected")).toBe(true));
  await waitFor(() => expect(document.querySelectorAll("textarea")).toHaveLength(shells));
  mock.calls.length = 0;
  return userEvent.setup({ delay: null });
}

function stageNode() {
  const { pairs } = useFleet.getState();
  const stage = pairs.find(({ environment }) => environment === "stage");
  const node = mock.fleet.all().find((one) => one.pair === stage?.id && one.ping === "online");
  if (node === undefined) throw new Error("there is no node to connect to");
  return node;
}

const focused = () => document.activeElement as HTMLElement;
const inTerminal = () => focused().dataset.terminal === String(useLayout.getState().active);
/** What the focus does, it does in the next frame. */
const settled = () => act(() => new Promise((done) => setTimeout(done, 40)));

const DIALOGS: Record<string, () => Dialog> = {
  connect: () => ({ kind: "connect" }),
  run: () => ({ kind: "run", on: { kind: "node", key: stageNode().key } }),
  group: () => ({ kind: "group", id: null }),
  pair: () => ({ kind: "pair", pair: null }),
  "choose-profiles": () => ({ kind: "choose-profiles" }),
  "sign-in": () => ({ kind: "sign-in", key: "acme-sso", next: null }),
  "new-center": () => ({ kind: "new-center" }),
  "center-accounts": () => ({ kind: "center-accounts", key: "acme-sso" }),
  cause: () => ({ kind: "cause", title: "Why", error: { code: "x", message: "It.", nextStep: "Do.", detail: null } }),
  confirm: () => ({ kind: "confirm", title: "Do it?", text: "It is done.", action: "Do", danger: true, run: () => {} }),
  terminate: () => ({ kind: "terminate", tabs: useSessions.getState().tabs.map(({ id }) => id), run: () => {} }),
  paste: () => ({ kind: "paste", tab: 1, text: "a\nb", paste: () => {} }),
};

const HOMES: Record<string, () => HTMLElement | null> = {
  "the terminal": () => document.querySelector("textarea"),
  "a row of the fleet": () => document.querySelector('[data-testid="connection-row"]'),
  "the search": () => document.querySelector("[data-search]"),
  "a tab": () => document.querySelector('[role="tab"]'),
  "the rail": () => document.querySelector('[data-testid="settings-open"]'),
};

/** Each dialog from one home and the connect dialog from each: what opened it and where it was opened do not depend on each other. */
function* openings(): Generator<[string, () => Dialog, string, () => HTMLElement | null]> {
  const homes = Object.entries(HOMES);
  for (const [at, [name, dialog]] of Object.entries(DIALOGS).entries()) {
    const [place, home] = homes[at % homes.length] as (typeof homes)[number];
    yield [name, dialog, place, home];
  }
  for (const [place, home] of homes) yield ["connect", DIALOGS.connect as () => Dialog, place, home];
}

test("after Esc of any dialog the focus is where the user was", async () => {
  const user = await openPage();
  for (const [name, dialog, place, home] of openings()) {
    act(() => home()?.focus());
    expect(focused(), place).toBe(home());
    act(() => openDialog(dialog()));
    await waitFor(() => expect(focused().closest("[role=dialog]"), `${name} from ${place}`).not.toBeNull());
    await user.keyboard("{Escape}");
    await waitFor(() => expect(useDialogs.getState().open).toBeNull());
    await settled();
    expect(focused(), `${name} from ${place}`).toBe(home());
  }
}, 60_000);

test("the palette gives the focus back, by keys and by the mouse", async () => {
  const user = await openPage();
  act(() => HOMES["the terminal"]?.()?.focus());
  await user.keyboard("{Control>}{Shift>}k{/Shift}{/Control}");
  await waitFor(() => expect(focused().dataset.testid).toBe("palette-input"));
  await user.keyboard("{Escape}");
  await settled();
  expect(inTerminal()).toBe(true);
  await user.click(screen.getByTestId("command-field"));
  await waitFor(() => expect(focused().dataset.testid).toBe("palette-input"));
  await user.keyboard(">theme: dark{Enter}");
  await settled();
  expect(inTerminal()).toBe(true);
});

test("no action leaves the focus nowhere, or where the next Space opens the palette again", async () => {
  let user = await openPage(2);
  act(() => selection.select(`n:${stageNode().key}`));
  const ids = offeredActions().map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(30);
  const canRun = (id: string) =>
    offeredActions().some((one) => one.id === id) && useFrame.getState().page === "workbench";
  for (const id of ids) {
    // One page serves all actions that it still offers after those before.
    if (!canRun(id) || useSessions.getState().tabs.length < 2) user = await openPage(2);
    act(() => selection.select(`n:${stageNode().key}`));
    act(() => HOMES["the terminal"]?.()?.focus());
    fireEvent.mouseDown(screen.getByTestId("command-field"));
    fireEvent.click(screen.getByTestId("command-field"));
    await waitFor(() => expect(focused().dataset.testid).toBe("palette-input"));
    const action = offeredActions().find((one) => one.id === id);
    act(() => {
      useDialogs.setState({ palette: null });
      action?.run();
    });
    await settled();
    for (let tries = 0; tries < 3 && useDialogs.getState().open !== null; tries += 1) {
      await user.keyboard("{Escape}");
      await settled();
    }
    expect(focused(), id).not.toBe(document.body);
    expect(focused().dataset.testid, id).not.toBe("command-field");
    expect(focused().closest("[hidden]"), id).toBeNull();
  }
}, 120_000);

test("opening the demo, adding profiles and closing the last tab leave the focus in the window", async () => {
  mock.mode = "first-run";
  useDialogs.setState({ open: null, question: null, palette: null });
  useFrame.setState({ page: "workbench" });
  await start();
  await chooseMode("first-run");
  render(<App />);
  const user = userEvent.setup({ delay: null });
  await screen.findByTestId("first-run");
  await user.keyboard("d");
  await screen.findByTestId("tree");
  await settled();
  expect(focused().closest("main")).not.toBeNull();
  act(() => frame.show("settings", "accounts"));
  await user.click(await screen.findByTestId("choose-profiles"));
  await user.click((await screen.findAllByTestId("profile-pick"))[4] as HTMLElement);
  await user.click(screen.getByTestId("choose-profiles-add"));
  await waitFor(() => expect(useFrame.getState().page).toBe("workbench"));
  await settled();
  expect(focused()).not.toBe(document.body);
  await act(() => connect({ kind: "node", key: stageNode().key, run: null }));
  await settled();
  expect(focused().tagName).toBe("TEXTAREA");
  await user.keyboard("{Control>}{Shift>}w{/Shift}{/Control}");
  await waitFor(() => expect(focused().dataset.testid).toBe("terminate-keep"));
  await user.keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(useSessions.getState().tabs).toHaveLength(0));
  await settled();
  expect(focused().dataset.area).toBe("pane");
});

test("a row that goes leaves the focus in the tree, where Enter opens nothing", async () => {
  const user = await openPage(0);
  const row = (await screen.findAllByTestId("connection-row"))[0] as HTMLElement;
  act(() => row.focus());
  await user.keyboard("{ArrowDown}");
  await waitFor(() => expect(focused().dataset.row).toBe(useSelection.getState().selected));
  await user.keyboard("{Delete}");
  await waitFor(() => expect(document.querySelector(`[data-row="${useSelection.getState().selected}"]`)).toBeNull());
  await settled();
  expect(focused().getAttribute("role")).toBe("tree");
  await user.keyboard("{Enter}");
  expect(mock.calls.filter(({ name }) => name === "connect")).toHaveLength(0);
  await user.keyboard("{ArrowDown}");
  await waitFor(() => expect(focused().getAttribute("role")).toBe("treeitem"));
});

test("Ctrl+, goes into the settings from a terminal too, and Esc back to it", async () => {
  const user = await openPage();
  act(() => HOMES["the terminal"]?.()?.focus());
  fireEvent.keyDown(focused(), { key: "<", code: "Comma", ctrlKey: true, shiftKey: true });
  await screen.findByTestId("settings-page");
  await waitFor(() => expect(focused().dataset.testid).toBe("settings-accounts"));
  await user.keyboard("{Tab}{Escape}");
  await waitFor(() => expect(inTerminal()).toBe(true));
  expect(useFrame.getState().page).toBe("workbench");
});

test("Delete on a tab keeps the focus in the strip", async () => {
  const user = await openPage(2);
  act(() => document.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus());
  await user.keyboard("{Delete}");
  await waitFor(() => expect(focused().dataset.testid).toBe("terminate-keep"));
  await user.keyboard("{Control>}{Enter}{/Control}");
  await settled();
  expect(focused().getAttribute("role")).toBe("tab");
});

test("the question before the window closes stands over a dialog, which keeps what was typed", async () => {
  const user = await openPage();
  act(() => openPalette());
  act(() => openDialog({ kind: "connect" }));
  await user.type(await screen.findByTestId("connect-target"), "i-0123");
  act(() => mock.emit({ kind: "close-requested" }));
  await screen.findByTestId("terminate-dialog");
  await waitFor(() => expect(focused().dataset.testid).toBe("terminate-keep"));
  await user.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByTestId("terminate-dialog")).toBeNull());
  expect((screen.getByTestId("connect-target") as HTMLInputElement).value).toBe("i-0123");
});
