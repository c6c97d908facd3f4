import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { emptyForward } from "./forwards/actions";
import { mock } from "./ipc/mock/backend";
import { emptyConnection } from "./ipc/saved-drafts";
import { chooseMode } from "./program/mode";
import { start } from "./program/start";
import { App } from "./shell/app";
import { type Dialog, openDialog, useDialogs } from "./window/dialogs";

vi.mock("./workbench/workbench", () => ({ default: () => null }));

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
const isOpen = (testId: string) => screen.queryByTestId(testId) !== null;

/** Every dialog with fields: how it is opened, and how something is filled in. */
const FORMS: Record<string, { dialog: Dialog; fill: () => Promise<void> }> = {
  "connect-dialog": {
    dialog: { kind: "connect" },
    fill: () => user().type(screen.getByTestId("connect-reason"), "CHG-1"),
  },
  "connection-dialog": {
    dialog: { kind: "connection", id: null, draft: emptyConnection() },
    fill: () => user().type(screen.getByTestId("connection-name"), "db"),
  },
  "forward-dialog": {
    dialog: { kind: "forward", id: null, draft: emptyForward() },
    fill: () => user().type(screen.getByTestId("forward-name"), "ledger"),
  },
  "group-dialog": {
    dialog: { kind: "group", id: null },
    fill: () => user().click(screen.getByRole("radio", { name: "Off" })),
  },
  "pair-dialog": {
    dialog: { kind: "pair", pair: null },
    fill: () => user().type(screen.getByTestId("pair-profile"), "acme-prod{Escape}"),
  },
  "access-key-dialog": {
    dialog: { kind: "access-key", profile: null },
    fill: () => user().type(screen.getByTestId("access-key-secret"), "x"),
  },
  "proxy-dialog": {
    dialog: { kind: "proxy" },
    fill: () => user().type(screen.getByTestId("proxy-host"), "proxy.corp"),
  },
  "choose-profiles-dialog": {
    dialog: { kind: "choose-profiles" },
    fill: () => user().click(screen.getAllByTestId("profile-pick")[0] as HTMLElement),
  },
  "new-center-dialog": {
    dialog: { kind: "new-center" },
    fill: () => user().type(screen.getByTestId("new-center-url"), "https://acme"),
  },
};

async function open(testId: string) {
  const { dialog } = FORMS[testId] as (typeof FORMS)[string];
  act(() => openDialog(dialog));
  await screen.findByTestId(testId);
}

test("Esc closes a dialog in which nothing was filled in", async () => {
  for (const testId of Object.keys(FORMS)) {
    await open(testId);
    await user().keyboard("{Escape}");
    await waitFor(() => expect(isOpen(testId), testId).toBe(false));
  }
});

test("Esc on a filled dialog asks; Esc again keeps it as it was, and only Discard drops it", async () => {
  for (const [testId, { fill }] of Object.entries(FORMS)) {
    await open(testId);
    await fill();
    const before = document.activeElement;
    await user().keyboard("{Escape}");
    expect((await screen.findByTestId("discard-question")).textContent, testId).toContain("Discard what you typed?");
    expect((document.activeElement as HTMLElement).dataset.testid).toBe("discard-keep");
    await user().keyboard("{Escape}");
    await waitFor(() => expect(isOpen("discard-question"), testId).toBe(false));
    expect(isOpen(testId)).toBe(true);
    await waitFor(() => expect(document.activeElement).toBe(before));
    await user().keyboard("{Escape}");
    await user().click(await screen.findByTestId("discard"));
    await waitFor(() => expect(isOpen(testId), testId).toBe(false));
  }
});

test("while it asks whether to discard, Enter sends nothing", async () => {
  await open("connection-dialog");
  await user().type(screen.getByTestId("connection-name"), "db");
  await user().keyboard("{Escape}");
  await screen.findByTestId("discard-question");
  mock.calls.length = 0;
  await user().keyboard("{Enter}");
  await waitFor(() => expect(isOpen("discard-question")).toBe(false));
  expect(mock.calls.filter(({ name }) => name === "saveConnection")).toHaveLength(0);
});

test("what was typed and taken back is no change", async () => {
  await open("connection-dialog");
  await user().type(screen.getByTestId("connection-name"), "db{Backspace}{Backspace}{Escape}");
  await waitFor(() => expect(isOpen("connection-dialog")).toBe(false));
});

test("Esc on an open list of suggestions closes the list only", async () => {
  await open("pair-dialog");
  await user().type(screen.getByTestId("pair-profile"), "acme");
  await screen.findAllByRole("option");
  await user().keyboard("{Escape}");
  await waitFor(() => expect(screen.queryAllByRole("option")).toHaveLength(0));
  expect(isOpen("pair-dialog")).toBe(true);
  expect(isOpen("discard-question")).toBe(false);
});

test("Enter with something missing leads to the field that is wrong, with the reason below it", async () => {
  const fields: [string, string, string][] = [
    ["connection-dialog", "connection-name", "connection-target"],
    ["connect-dialog", "connect-reason", "connect-target"],
  ];
  for (const [testId, filled, wrong] of fields) {
    await open(testId);
    await user().type(screen.getByTestId(filled), "eu-central-1{Enter}");
    await waitFor(() => expect((document.activeElement as HTMLElement).dataset.testid, testId).toBe(wrong));
    const field = screen.getByTestId(wrong);
    expect(field.getAttribute("aria-invalid")).toBe("true");
    const below = document.getElementById(field.getAttribute("aria-describedby") ?? "");
    expect(within(below as HTMLElement).getByText(/./)).toBeTruthy();
    act(() => useDialogs.setState({ open: null }));
    await waitFor(() => expect(isOpen(testId)).toBe(false));
  }
});
