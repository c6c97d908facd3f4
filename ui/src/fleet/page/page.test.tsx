import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mock } from "../../ipc/mock/backend";
import { chooseMode } from "../../program/mode";
import { start } from "../../program/start";
import { App } from "../../shell/app";
import { useDialogs } from "../../window/dialogs";
import { frame } from "../../window/frame";
import { useToasts } from "../../window/toasts";
import { useContainerTree } from "./container-tree";
import { clearPicks, resetAsk, useFleetPage } from "./fleet-page";
import { showFleet } from "./show";

vi.mock("../../workbench/workbench", () => ({ default: () => null }));

beforeEach(async () => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(600);
  Element.prototype.scrollTo = () => {};
  mock.mode = "first-run";
  useDialogs.setState({ open: null, question: null, palette: null });
  useToasts.setState({ toasts: [], said: "" });
  useContainerTree.setState({ opened: new Set(), branches: new Map(), current: null });
  resetAsk();
  clearPicks();
  await start();
  await chooseMode("demo");
  render(<App />);
  act(() => showFleet("nodes"));
  await rowAt(0);
  mock.calls.length = 0;
});

afterEach(() => {
  cleanup();
  act(() => frame.show("workbench"));
});

const user = () => userEvent.setup({ delay: null });
const rowAt = (place: number) =>
  waitFor(() => {
    const row = document.querySelector<HTMLElement>(`[data-place="${place}"][data-node]`);
    expect(row).not.toBeNull();
    return row as HTMLElement;
  });
const count = () => screen.getByTestId("fleet-count").textContent;
const called = (name: string) => mock.calls.filter((call) => call.name === name).map(({ args }) => args);
const picked = () => [...useFleetPage.getState().picked];

test("a query and the values of facets narrow the table, and Reset shows everything", async () => {
  const keys = user();
  const all = count();
  await keys.type(screen.getByTestId("fleet-query"), "checkout");
  await waitFor(() => expect(count()).not.toBe(all));
  const state = screen.getByRole("region", { name: "State" });
  await keys.click(within(state).getByRole("checkbox", { name: /Stopped/ }));
  await waitFor(() =>
    expect(called("fleetPage").at(-1)?.[0]).toMatchObject({ chosen: [{ facet: "state", values: ["stopped"] }] }),
  );
  await keys.click(screen.getByTestId("fleet-reset"));
  await waitFor(() => expect(count()).toBe(all));
});

test("keys walk, pick one by one and as a range, pick all, and let go of them", async () => {
  const keys = user();
  (await rowAt(0)).focus();
  await keys.keyboard("{ArrowDown}");
  await waitFor(() => expect(document.activeElement?.getAttribute("data-place")).toBe("1"));
  await keys.keyboard(" ");
  expect(picked()).toEqual([(await rowAt(1)).dataset.node]);
  await keys.keyboard("{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
  await waitFor(() => expect(picked()).toHaveLength(3));
  expect(screen.getByTestId("fleet-bulk").textContent).toContain("3 selected");
  await keys.keyboard("{Control>}a{/Control}");
  await waitFor(() => expect(picked()).toHaveLength(useFleetPage.getState().view?.matching ?? 0));
  await keys.keyboard("{Escape}");
  expect(picked()).toEqual([]);
  expect(screen.queryByTestId("fleet-bulk")).toBeNull();
});

test("a few nodes are connected at once, production is asked for, and too many are refused", async () => {
  const keys = user();
  const profile = screen.getByRole("region", { name: "Profile" });
  await keys.click(within(profile).getByRole("checkbox", { name: /acme-stage/ }));
  await waitFor(() => expect(useFleetPage.getState().view?.matching).toBe(60));
  (await rowAt(0)).focus();
  await keys.keyboard(" {ArrowDown} {Enter}");
  await waitFor(() => expect(called("connect")).toHaveLength(2));
  act(() => showFleet("nodes"));
  await keys.click(await screen.findByTestId("fleet-pick-all"));
  await waitFor(() => expect(picked()).toHaveLength(60));
  await keys.click(within(screen.getByTestId("fleet-bulk")).getByRole("button", { name: "Connect" }));
  await screen.findByText(/At most 20 tabs/);
  expect(called("connect")).toHaveLength(2);
});

test("connecting in production is a question that says so", async () => {
  const keys = user();
  const profile = screen.getByRole("region", { name: "Profile" });
  await keys.click(within(profile).getByRole("checkbox", { name: /acme-prod/ }));
  await waitFor(() => expect(useFleetPage.getState().view?.matching).toBe(60));
  (await rowAt(0)).focus();
  await keys.keyboard(" {Enter}");
  const dialog = await screen.findByTestId("confirm-dialog");
  expect(dialog.textContent).toContain("It is in production.");
  expect(called("connect")).toEqual([]);
  await keys.click(within(dialog).getByTestId("confirm"));
  await waitFor(() => expect(called("connect")).toHaveLength(1));
});

test("columns are sorted by their heads, and shown, hidden and moved", async () => {
  const keys = user();
  await keys.click(screen.getByTestId("fleet-sort-state"));
  await waitFor(() => expect(called("fleetPage").at(-1)?.[0]).toMatchObject({ sort: "state", descending: false }));
  await keys.click(screen.getByTestId("fleet-sort-state"));
  await waitFor(() =>
    expect(screen.getByRole("columnheader", { name: /State/ }).getAttribute("aria-sort")).toBe("descending"),
  );
  screen.getByTestId("fleet-sort-state").focus();
  await keys.keyboard("{Alt>}{ArrowLeft}{/Alt}");
  expect(useFleetPage.getState().columns.indexOf("state")).toBe(2);
  await keys.click(screen.getByTestId("fleet-columns"));
  await keys.click(await screen.findByRole("checkbox", { name: "Zone" }));
  screen.getByRole("columnheader", { name: /Zone/ });
});

test("a command is run on all that are picked, and each node says how it went", async () => {
  const keys = user();
  (await rowAt(0)).focus();
  await keys.keyboard(" {ArrowDown} ");
  await keys.click(within(screen.getByTestId("fleet-bulk")).getByRole("button", { name: "Run document…" }));
  await keys.type(await screen.findByTestId("run-nodes-command"), "uptime");
  await keys.keyboard("{Enter}");
  expect(called("startBulkRun")).toEqual([]);
  await keys.keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(screen.getByTestId("run-results").dataset.over).toBe("true"));
  expect(screen.getByTestId("run-summary").textContent).toContain("1 with another exit status than 0");
  await keys.click(screen.getByRole("radio", { name: "Not 0" }));
  await waitFor(() => expect(screen.getAllByTestId("run-row")).toHaveLength(1));
  await keys.click(screen.getByTestId("run-row"));
  await waitFor(() => expect(screen.getByTestId("run-output").textContent).toContain("up 8 days on"));
});

test("all that are picked are saved into a new group, once", async () => {
  const keys = user();
  const save = async () => {
    (await rowAt(4)).focus();
    await keys.keyboard(" {ArrowDown} ");
    await keys.click(within(screen.getByTestId("fleet-bulk")).getByRole("button", { name: "Save to group…" }));
    await screen.findByTestId("save-nodes-dialog");
  };
  await save();
  await keys.click(screen.getByTestId("connection-new-group"));
  await keys.type(screen.getByTestId("connection-group-name"), "Night shift");
  await keys.click(screen.getByTestId("save-nodes"));
  await screen.findByText("Saved 2 connections.");
  await save();
  await keys.click(screen.getByTestId("save-nodes"));
  await screen.findByText("Saved 0 connections; 2 were saved already.");
});

test("all that are picked are written into a file, or copied", async () => {
  const keys = user();
  (await rowAt(0)).focus();
  await keys.keyboard(" ");
  await keys.click(within(screen.getByTestId("fleet-bulk")).getByRole("button", { name: "Export…" }));
  const path = await screen.findByTestId<HTMLInputElement>("export-path");
  await waitFor(() => expect(path.value).toBe("/home/ada/Downloads/postern-nodes.csv"));
  await keys.click(screen.getByRole("radio", { name: "JSON" }));
  await waitFor(() => expect(path.value).toBe("/home/ada/Downloads/postern-nodes.json"));
  mock.failNext.set("exportNodes", { code: "file-exists", message: "It is there.", nextStep: "", detail: null });
  await keys.click(screen.getByTestId("export-write"));
  await keys.click(await screen.findByRole("checkbox", { name: "Replace the file that is there" }));
  await keys.click(screen.getByTestId("export-write"));
  await screen.findByText("Wrote /home/ada/Downloads/postern-nodes.json.");
  expect(called("exportNodes").at(-1)?.[0]).toMatchObject({ format: "json", replace: true });
});

test("what the program cannot answer is said, and asked again", async () => {
  const keys = user();
  mock.failNext.set("fleetPage", { code: "x", message: "The store is locked.", nextStep: "Try again.", detail: null });
  await keys.click(screen.getByTestId("fleet-sort-id"));
  await screen.findByText("The store is locked.");
  await keys.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(screen.queryByText("The store is locked.")).toBeNull());
});

test("containers stand as a tree, and one that takes commands is connected to", async () => {
  const keys = user();
  act(() => showFleet("containers"));
  const first = (await screen.findAllByTestId("container-pair"))[0] as HTMLElement;
  first.focus();
  await keys.keyboard("{ArrowRight}");
  await screen.findByText("acme-shop");
  await keys.keyboard("{ArrowDown}{ArrowDown}{Enter}");
  await screen.findByText("storefront");
  screen.getByText("No sessions");
  await keys.keyboard("{End}");
  const app = (await screen.findByText("app")).closest<HTMLElement>("[role=treeitem]") as HTMLElement;
  app.focus();
  await keys.keyboard("{Enter}");
  await waitFor(() => expect(called("connect")[0]?.[0]).toMatchObject({ kind: "typed", profile: "acme-stage" }));
});
