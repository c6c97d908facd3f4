import { act, cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { selection, useSelection } from "../fleet/selection";
import { mock } from "../ipc/mock/backend";
import { HOSTILE_NAMES } from "../ipc/mock/world";
import { chooseMode } from "../program/mode";
import { start } from "../program/start";
import { useSessions } from "../sessions/sessions";
import { useDialogs } from "../window/dialogs";
import { frame, useFrame } from "../window/frame";
import { useToasts } from "../window/toasts";
import { App } from "./app";

// The terminal measures what it draws, and there is nothing to measure here; its own parts are tested beside it.
vi.mock("../workbench/workbench", () => ({
  default: ({ inspector }: { inspector: React.ReactNode }) => <div>{inspector}</div>,
}));

beforeEach(async () => {
  // Virtualised rows need a viewport, which a document without layout does not have.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(288);
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(288);
  Element.prototype.scrollTo = () => {};
  mock.calls.length = 0;
  mock.failNext.clear();
  useDialogs.setState({ open: null, palette: null });
  useToasts.setState({ toasts: [], said: "" });
  useFrame.setState({ page: "workbench", sidebarOpen: true, inspectorOpen: true });
  useSelection.setState({ query: "", selected: null, foldedPairs: new Set() });
});

afterEach(cleanup);

async function openPage(mode: "first-run" | "aws" | "demo") {
  mock.mode = "first-run";
  useDialogs.setState({ open: null, palette: null });
  mock.settings = { ...mock.settings, syncEnabled: true, onlyRunning: false };
  await start();
  if (mode !== "first-run") await chooseMode(mode);
  mock.calls.length = 0;
  render(<App />);
  return userEvent.setup();
}

const called = (name: string) => mock.calls.filter((call) => call.name === name);

test("the first run shows the profiles; D opens the demo and Enter the profiles", async () => {
  const user = await openPage("first-run");
  expect(screen.getByText("acme-legacy-sso", { exact: false })).toBeTruthy();
  await user.keyboard("{Enter}");
  await screen.findByTestId("choose-profiles-dialog");
  expect(called("chooseMode").map((call) => call.args[0])).toEqual(["aws"]);
  cleanup();
  const again = await openPage("first-run");
  await again.keyboard("d");
  await screen.findByTestId("tree");
  expect(called("chooseMode").map((call) => call.args[0])).toEqual(["demo"]);
});

test("chosen profiles become pairs with their Region and turn sync on", async () => {
  const user = await openPage("first-run");
  await user.click(screen.getByTestId("first-run-aws"));
  const dialog = await screen.findByTestId("choose-profiles-dialog");
  const picks = within(dialog).getAllByTestId("profile-pick");
  await user.click(picks[0] as HTMLElement);
  await user.click(picks[2] as HTMLElement);
  await user.click(within(dialog).getByTestId("choose-profiles-add"));
  await waitFor(() => expect(called("addPairs")).toHaveLength(1));
  expect(called("addPairs")[0]?.args[0]).toEqual([
    { profile: "acme-prod", region: "eu-central-1", enabled: true },
    { profile: "acme-dev", region: "us-east-1", enabled: true },
  ]);
  expect(called("saveSettings")[0]?.args[0]).toMatchObject({ syncEnabled: true });
  await screen.findByTestId("tree");
});

test("names that are markup are shown as text", async () => {
  await openPage("demo");
  act(() => selection.search("profile:acme-dev"));
  const rows = await waitFor(() => {
    const shown = screen.getAllByTestId("node-row");
    expect(shown.map((row) => row.dataset.name)).toEqual(expect.arrayContaining([...HOSTILE_NAMES]));
    return shown;
  });
  expect(
    document.querySelector("[data-testid=tree] img, [data-testid=tree] [onload], [data-testid=tree] script"),
  ).toBeNull();
  const row = rows.find((other) => other.dataset.name === HOSTILE_NAMES[0]) as HTMLElement;
  await userEvent.click(row);
  expect(
    within(screen.getByRole("complementary", { name: "Inspector" })).getByRole("heading", { level: 2 }).textContent,
  ).toBe(HOSTILE_NAMES[0]);
});

test("the tree is walked with the keys, and Enter connects", async () => {
  const user = await openPage("demo");
  const first = (await screen.findAllByRole("treeitem"))[0] as HTMLElement;
  first.focus();
  await user.keyboard("{ArrowDown}");
  expect(useSelection.getState().selected).toBe("c:11");
  await waitFor(() => expect((document.activeElement as HTMLElement).dataset.row).toBe("c:11"));
  await user.keyboard("{ArrowLeft}");
  expect(useSelection.getState().selected).toBe("g:1");
  await user.keyboard("{ArrowLeft}");
  expect(called("setGroupCollapsed").map((call) => call.args)).toEqual([[1, true]]);
  await user.keyboard("{ArrowRight}{ArrowDown}{Enter}");
  await waitFor(() => expect(called("connect")).toHaveLength(1));
  expect(called("connect")[0]?.args[0]).toEqual({ kind: "saved", id: 11, run: null });
});

test("letters lead to the next row that begins with them", async () => {
  const user = await openPage("demo");
  ((await screen.findAllByRole("treeitem"))[0] as HTMLElement).focus();
  // However slow the machine is, the letters belong to one word.
  vi.spyOn(performance, "now").mockReturnValue(1);
  await user.keyboard("bast");
  expect(useSelection.getState().selected).toBe("c:15");
});

test("a double click on a stopped node says why it will fail, and still connects", async () => {
  const user = await openPage("demo");
  act(() => selection.search("state:stopped"));
  const row = await waitFor(() => {
    const [first] = screen.getAllByTestId("node-row");
    expect(first?.getAttribute("aria-label")).toContain("stopped");
    return first as HTMLElement;
  });
  await user.dblClick(row);
  const dialog = await screen.findByTestId("confirm-dialog");
  expect(dialog.textContent).toContain("is stopped");
  expect(called("connect")).toHaveLength(0);
  await user.click(within(dialog).getByTestId("confirm"));
  await waitFor(() => expect(called("connect")).toHaveLength(1));
});

test("Delete takes a connection away at once, and Undo brings it back", async () => {
  const user = await openPage("demo");
  const count = (await screen.findAllByTestId("connection-row")).length;
  ((await screen.findAllByTestId("connection-row"))[0] as HTMLElement).focus();
  await user.keyboard("{ArrowDown}{Delete}");
  await waitFor(() => expect(called("deleteSaved")).toHaveLength(1));
  await waitFor(() => expect(screen.getAllByTestId("connection-row")).toHaveLength(count - 1));
  await user.click(await screen.findByRole("button", { name: "Undo" }));
  await waitFor(() => expect(screen.getAllByTestId("connection-row")).toHaveLength(count));
});

test("a node is saved in one step with its name and its pair", async () => {
  const user = await openPage("demo");
  const row = (await screen.findAllByTestId("node-row"))[1] as HTMLElement;
  await user.click(row);
  await user.click(await screen.findByTestId("connection-save-node"));
  await waitFor(() => expect(called("saveConnection")).toHaveLength(1));
  const [id, draft] = called("saveConnection")[0]?.args ?? [];
  expect(id).toBeNull();
  expect(draft).toMatchObject({ name: row.dataset.name, profile: "acme-stage", region: "eu-central-1", group: null });
  expect(await screen.findByText(`Saved ${row.dataset.name}.`)).toBeTruthy();
});

test("the connect dialog shows the program's rule under the field", async () => {
  const user = await openPage("demo");
  await user.keyboard("{Control>}t{/Control}");
  const dialog = await screen.findByTestId("connect-dialog");
  await user.type(within(dialog).getByTestId("connect-target"), "db-1");
  await user.click(within(dialog).getByTestId("connect-submit"));
  expect((await within(dialog).findByRole("alert")).textContent).toContain("A target looks like");
  await user.clear(within(dialog).getByTestId("connect-target"));
  await user.type(within(dialog).getByTestId("connect-target"), "i-0123456789abcdef0{Enter}");
  await waitFor(() => expect(called("connect")).toHaveLength(2));
  await waitFor(() => expect(screen.queryByTestId("connect-dialog")).toBeNull());
  expect(useSessions.getState().tabs).toHaveLength(1);
});

test("a connection dialog says what an empty profile inherits", async () => {
  const user = await openPage("demo");
  ((await screen.findAllByTestId("connection-row"))[0] as HTMLElement).focus();
  await user.keyboard("{ArrowUp}{ArrowDown}{F2}");
  const dialog = await screen.findByTestId("connection-dialog");
  expect(dialog.textContent).toContain("acme-prod, from Payments on-call.");
  expect(dialog.textContent).toContain("eu-central-1, from the settings.");
});

test("a pair with a profile that does not exist says so in its row", async () => {
  const user = await openPage("demo");
  act(() => frame.show("settings", "accounts"));
  await user.click(await screen.findByTestId("pair-add"));
  const dialog = await screen.findByTestId("pair-dialog");
  await user.type(within(dialog).getByTestId("pair-profile"), "nobody");
  await user.type(within(dialog).getByTestId("region-search"), "eu-north-1{Enter}");
  await user.click(within(dialog).getByTestId("pair-save"));
  await waitFor(() => expect(screen.queryByTestId("pair-dialog")).toBeNull());
  expect((await screen.findByTestId("pair-problem")).textContent).toContain("There is no AWS profile nobody.");
});

test("a refused setting goes back to what is kept and says why in its row", async () => {
  const user = await openPage("demo");
  act(() => frame.show("settings", "sync"));
  const toggle = await screen.findByTestId("setting-only-running");
  mock.failNext.set("saveSettings", {
    code: "store",
    message: "The store is full.",
    nextStep: "Free some space.",
    detail: null,
  });
  await user.click(toggle);
  expect(await screen.findByText("The store is full. Free some space.")).toBeTruthy();
  expect(toggle.getAttribute("aria-checked")).toBe("false");
  await user.click(toggle);
  await waitFor(() => expect(toggle.getAttribute("aria-checked")).toBe("true"));
});

test("the palette finds nodes by parts of their name and runs actions by scope", async () => {
  const user = await openPage("demo");
  await user.keyboard("{Control>}k{/Control}");
  const input = await screen.findByTestId("palette-input");
  await user.type(input, "pay work");
  await waitFor(() => expect(screen.getAllByTestId("palette-item")[0]?.textContent).toContain("payments-worker"));
  await user.clear(input);
  await user.type(input, ">settings: about");
  await waitFor(() => expect(screen.getAllByTestId("palette-item")[0]?.textContent).toContain("Settings: about"));
  await user.keyboard("{Enter}");
  await waitFor(() => expect(useFrame.getState()).toMatchObject({ page: "settings", section: "about" }));
  expect(screen.queryByTestId("palette")).toBeNull();
});

test("a failed command names cause and next step in a message that stays", async () => {
  await openPage("demo");
  mock.failNext.set("syncAll", { code: "denied", message: "Denied.", nextStep: "Ask for it.", detail: "AccessDenied" });
  fireEvent.click(screen.getByTestId("status-sync"));
  const toast = await screen.findByTestId("toast-error");
  expect(toast.textContent).toContain("Denied.");
  expect(toast.textContent).toContain("Ask for it.");
});
