import { act, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ConnectionView, ForwardView } from "../ipc/contract";
import { mock } from "../ipc/mock/backend";
import { applyEvent } from "../program/events";
import { forward } from "../samples.test.helper";
import { useConnections } from "../saved/connections";
import { askToCloseWindow } from "../sessions/closing";
import { App } from "../shell/app";
import { closeDialog, useDialogs } from "../window/dialogs";
import { frame } from "../window/frame";
import { addForward, addForwardBy } from "./actions";
import { replaceForwards, useForwards } from "./forwards";
import { called, leaveForwardsPage, openForwardsPage, user } from "./page.test.helper";

vi.mock("../workbench/workbench", () => ({ default: () => null }));

beforeEach(() => openForwardsPage(<App />));
afterEach(leaveForwardsPage);

const rows = () => screen.getAllByTestId("forward-row").map((row) => row.dataset.name);
const row = (name: string) =>
  screen.getAllByTestId("forward-row").find((one) => one.dataset.name === name) as HTMLElement;

/** Three in two groups, one of them on, as the program knows them too. */
function some() {
  const list: ForwardView[] = [
    forward({
      id: 1,
      draft: { name: "Ledger", group: "Databases", destination: { kind: "port", host: "ledger.internal", port: 5432 } },
    }),
    forward({
      id: 2,
      draft: { name: "Audit", group: "Databases", localPort: 15_433 },
      state: { kind: "up", sinceMs: 0 },
    }),
    forward({ id: 3, draft: { name: "Console", group: "Tools", localPort: 19_200, isWeb: true } }),
  ];
  mock.forwards.forwards = list;
  mock.calls.length = 0;
  act(() => replaceForwards(list));
}

test("without any the page says what they are for, and its button adds one", async () => {
  expect(screen.getByTestId("forwards-empty").textContent).toContain("a port of this computer");
  await user().click(screen.getByTestId("forward-add"));
  await screen.findByTestId("forward-dialog");
});

test("groups stand by name with their forwards, and the filter finds by host, port and group", async () => {
  some();
  expect(rows()).toEqual(["Audit", "Ledger", "Console"]);
  expect(screen.getByTestId("forwards-summary").textContent).toBe("1 of 3 forwards on");
  await user().type(screen.getByTestId("forwards-filter"), "ledger.internal");
  expect(rows()).toEqual(["Ledger"]);
  await user().clear(screen.getByTestId("forwards-filter"));
  await user().type(screen.getByTestId("forwards-filter"), "tools 19200");
  expect(rows()).toEqual(["Console"]);
});

test("one switch for one, for a group and for all, and all off can be taken back", async () => {
  some();
  await user().click(within(row("Ledger")).getByTestId("forward-switch"));
  await waitFor(() => expect(row("Ledger").dataset.state).toBe("up"));
  const [databases] = screen.getAllByTestId("forward-group-switch") as [HTMLElement];
  expect(databases.textContent).toBe("Turn all off");
  await user().click(databases);
  await waitFor(() => expect(databases.textContent).toBe("Turn all on"));
  expect(called("switchForwards").at(-1)).toEqual([[2, 1], false]);
  await user().click(databases);
  await waitFor(() => expect(row("Audit").dataset.state).toBe("up"));
  await user().click(screen.getByTestId("forwards-off"));
  await waitFor(() => expect(row("Audit").dataset.state).toBe("off"));
  await user().click(await screen.findByText("Undo"));
  await waitFor(() => expect(row("Audit").dataset.state).toBe("up"));
});

test("keys walk from row to row, switch, copy, edit and delete", async () => {
  some();
  row("Audit").focus();
  await user().keyboard("{ArrowDown}");
  expect(document.activeElement).toBe(row("Ledger"));
  await user().keyboard("{Enter}");
  expect(called("switchForwards")).toEqual([[[1], true]]);
  const written = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  await user().keyboard("{Control>}c{/Control}");
  expect(written).toHaveBeenCalledWith("localhost:15432");
  await user().keyboard("{F2}");
  expect((await screen.findByTestId<HTMLInputElement>("forward-host")).value).toBe("ledger.internal");
  act(() => useDialogs.setState({ open: null }));
  row("Ledger").focus();
  await user().keyboard("{Delete}");
  await user().click(await screen.findByTestId("confirm"));
  await waitFor(() => expect(rows()).toEqual(["Audit", "Console"]));
});

test("a port that another program has is told at the row, with one that is free", async () => {
  some();
  await user().click(within(row("Console")).getByTestId("forward-switch"));
  await waitFor(() => expect(row("Console").dataset.state).toBe("failed"));
  expect(within(row("Console")).getByTestId("forward-note").textContent).toContain("taken by postgres (pid 812)");
  await user().click(within(row("Console")).getByTestId("forward-use-other"));
  await waitFor(() => expect(row("Console").dataset.state).toBe("up"));
  expect(within(row("Console")).getByTestId("forward-local").textContent).toBe("localhost:19201");
});

test("a forward is added by keys, with a name and a port that were proposed", async () => {
  some();
  await user().keyboard("{Control>}{Shift>}l{/Shift}{/Control}");
  await screen.findByTestId("forward-dialog");
  await user().type(screen.getByTestId("forward-via"), "ledger-db-1");
  await user().keyboard("{ArrowDown}{Enter}");
  await user().click(screen.getByRole("radio", { name: "Host behind the node" }));
  await user().type(screen.getByTestId("forward-host"), "https://db");
  expect(screen.getByText(/A host has no scheme/)).toBeTruthy();
  await user().clear(screen.getByTestId("forward-host"));
  await user().type(screen.getByTestId("forward-host"), "audit.internal");
  await user().type(screen.getByTestId("forward-port"), "5432");
  await waitFor(() => expect(screen.getByTestId("forward-port-check").textContent).toContain("15434 is free"));
  await user().keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(screen.queryByTestId("forward-dialog")).toBeNull());
  expect(called("saveForward")[0]?.[1]).toMatchObject({
    name: "audit 5432",
    via: { kind: "saved", id: 11 },
    destination: { kind: "port", host: "audit.internal", port: 5432 },
    localPort: 15_434,
  });
  await waitFor(() => expect(row("audit 5432").dataset.state).toBe("up"));
});

test("the dialog begins where something is to be written: at the way, or at the port where the way is known", async () => {
  some();
  act(() => addForward());
  await screen.findByTestId("forward-dialog");
  await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("forward-via")));
  act(() => closeDialog());
  const [saved] = useConnections.getState().connections;
  act(() => addForwardBy(saved as ConnectionView));
  await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("forward-port")));
  expect(screen.getByTestId<HTMLInputElement>("forward-via").value).toBe(saved?.draft.name);
});

test("what is missing is told at its field, and nothing is sent", async () => {
  some();
  await user().click(screen.getByTestId("forward-add"));
  await user().click(await screen.findByTestId("forward-save"));
  expect(screen.getByText("Choose a node or a saved connection from the list.")).toBeTruthy();
  expect(called("saveForward")).toEqual([]);
});

test("closing the window asks while a forward is on, and not while none is", async () => {
  some();
  await act(() => askToCloseWindow());
  expect(screen.getByTestId("terminate-forwards").textContent).toContain("1 port forward");
  expect(screen.getByTestId("terminate-dialog").textContent).toContain("Close Postern and stop 1 forward?");
  act(() => useDialogs.setState({ question: null }));
  act(() => mock.forwards.setForward(2, { kind: "off" }));
  await act(() => askToCloseWindow());
  expect(called("closeWindow")).toHaveLength(1);
});

test("a colon in the palette finds forwards, and Enter leads to the row", async () => {
  some();
  act(() => frame.show("workbench"));
  await user().keyboard("{Control>}k{/Control}");
  await user().type(await screen.findByTestId("palette-input"), ":aud");
  await user().keyboard("{Enter}");
  await waitFor(() => expect((document.activeElement as HTMLElement).dataset.name).toBe("Audit"));
});

test("counts change rows in place and keep everything else", () => {
  some();
  const before = useForwards.getState().forwards;
  act(() =>
    applyEvent({ kind: "forward-traffic", traffic: [{ id: 2, open: 3, sentBytes: 10, receivedBytes: 2_000_000 }] }),
  );
  const after = useForwards.getState().forwards;
  expect(after.filter((one, at) => one === before[at])).toHaveLength(2);
  expect(within(row("Audit")).getByText("3 open")).toBeTruthy();
});
