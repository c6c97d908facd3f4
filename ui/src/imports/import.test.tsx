import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mock } from "../ipc/mock/backend";
import { chooseMode } from "../program/mode";
import { start } from "../program/start";
import { App } from "../shell/app";
import { openDialog, useDialogs } from "../window/dialogs";

vi.mock("../workbench/workbench", () => ({ default: () => null }));

beforeEach(async () => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(600);
  Element.prototype.scrollTo = () => {};
  Element.prototype.scrollIntoView = () => {};
  mock.mode = "first-run";
  mock.failNext.clear();
  useDialogs.setState({ open: null, question: null, palette: null });
  await start();
  await chooseMode("demo");
  render(<App />);
});

afterEach(cleanup);

const user = () => userEvent.setup({ delay: null });

async function reviewed(path: string) {
  act(() => openDialog({ kind: "import" }));
  await user().type(await screen.findByTestId("import-path"), `${path}{Enter}`);
}

const calls = (name: string) => mock.calls.filter((call) => call.name === name).map((call) => call.args);

test("what is new or changed is chosen, what a person should look at first is not, and the rest cannot be", async () => {
  await reviewed("/home/me/Default.xml");
  const review = await screen.findByTestId("import-review");
  expect(review.textContent).toContain("2 new, 1 changed, 1 already there, 1 not usable.");
  expect(screen.getByTestId("import-apply").textContent).toContain("Import 2 connections");
  expect(within(review).getAllByTestId("import-pick")).toHaveLength(4);
  await user().click(screen.getByRole("checkbox", { name: "Import web-1" }));
  await user().click(screen.getByRole("checkbox", { name: "Import batch" }));
  await user().click(screen.getByTestId("import-apply"));
  await waitFor(() => expect(screen.queryByTestId("import-review")).toBeNull());
  expect(calls("applyImport").at(-1)?.slice(1)).toEqual([[0], [1, 3]]);
  await user().click(await screen.findByRole("button", { name: "Undo" }));
  expect(calls("undoSaved")).toEqual([[1]]);
});

test("an encrypted file asks for its password, which goes with the next question only", async () => {
  await reviewed("/home/me/Default.encrypted");
  await user().type(await screen.findByTestId("import-password"), "secret{Enter}");
  await screen.findByTestId("import-review");
  expect(
    calls("reviewImport")
      .map(([request]) => (request as { password: string | null }).password)
      .slice(-2),
  ).toEqual([null, "secret"]);
});

test("the list shows one state at a time", async () => {
  await reviewed("/home/me/Default.xml");
  await screen.findByTestId("import-review");
  await user().click(screen.getByRole("radio", { name: /Not usable 1/ }));
  expect(screen.getAllByTestId("import-entry").map((row) => row.textContent)).toEqual([
    "routerIt is for other tools: it has no instance ID. (group Shop, profile 3)Not usable",
  ]);
});
