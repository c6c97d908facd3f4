import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mock } from "../ipc/mock/backend";
import { chooseMode } from "../program/mode";
import { start } from "../program/start";
import { App } from "../shell/app";
import { useDialogs } from "../window/dialogs";
import { frame } from "../window/frame";

vi.mock("../workbench/workbench", () => ({ default: () => null }));

const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYKEYS";

beforeEach(async () => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(600);
  Element.prototype.scrollTo = () => {};
  Element.prototype.scrollIntoView = () => {};
  mock.mode = "first-run";
  mock.failNext.clear();
  mock.calls.length = 0;
  mock.own.profiles = [];
  mock.own.keyring = "unlocked";
  useDialogs.setState({ open: null, question: null, palette: null });
  await start();
  await chooseMode("aws");
  render(<App />);
  act(() => frame.show("settings"));
  await userEvent.setup({ delay: null }).click(await screen.findByRole("button", { name: "AWS accounts" }));
});

afterEach(cleanup);

const user = () => userEvent.setup({ delay: null });
const field = (id: string) => screen.getByTestId<HTMLInputElement>(id);
const state = async () => (await screen.findByTestId("secret-state")).dataset.state;

async function add() {
  await user().click(await screen.findByTestId("access-key-add"));
  await screen.findByTestId("access-key-dialog");
  await user().type(field("access-key-name"), "lab");
  await user().type(field("access-key-id"), "AKIAIOSFODNN7EXAMPLE");
  await user().type(field("access-key-secret"), SECRET);
  await user().click(field("access-key-save"));
}

test("an access key becomes a profile whose secret is in the keyring, and is never shown", async () => {
  await add();
  expect(await state()).toBe("stored");
  expect(mock.calls.find(({ name }) => name === "saveAccessKey")?.args).toEqual([
    null,
    { name: "lab", region: null, accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretKey: SECRET, thisRun: false },
  ]);
  expect(screen.getByTestId("own-profile").textContent).toContain("Access key …MPLE");
  expect(document.body.innerHTML).not.toContain("CANARY");
});

test("the secret is typed unseen, and editing leaves the one that is kept", async () => {
  await add();
  await user().click(await screen.findByTestId("own-profile-more"));
  await user().click(await screen.findByText("Edit…"));
  expect(field("access-key-secret").type).toBe("password");
  expect(field("access-key-secret").value).toBe("");
  expect(field("access-key-name").readOnly).toBe(true);
  await user().type(field("access-key-region"), "eu-central-1");
  await user().click(field("access-key-save"));
  await waitFor(() => expect(screen.getByTestId("own-profile").textContent).toContain("eu-central-1"));
  const saved = mock.calls.filter(({ name }) => name === "saveAccessKey");
  expect(saved[1]?.args[1]).toMatchObject({ secretKey: null, region: "eu-central-1" });
});

test("a locked keyring is said and can be unlocked", async () => {
  await add();
  await state();
  mock.own.keyring = "locked";
  act(() => mock.emit({ kind: "own-profiles-changed", own: mock.own.view() }));
  expect(await state()).toBe("locked");
  await user().click(screen.getByTestId("keyring-unlock"));
  await waitFor(async () => expect(await state()).toBe("stored"));
});

test("without a keyring the secret is kept for this run only, and both the list and the dialog say so", async () => {
  mock.own.keyring = "none";
  act(() => mock.emit({ kind: "own-profiles-changed", own: mock.own.view() }));
  await user().click(await screen.findByTestId("access-key-add"));
  expect(screen.queryByTestId("access-key-this-run")).toBeNull();
  expect(screen.getByTestId("access-key-dialog").textContent).toContain("kept for this run only");
  await user().keyboard("{Escape}");
  await add();
  expect(await state()).toBe("this-run");
});

test("a refused secret is told under its field and nothing is added", async () => {
  mock.failNext.set("saveAccessKey", {
    code: "bad-secret-key",
    message: "A secret key has 40 letters, digits and signs without spaces.",
    nextStep: "Copy it again, whole.",
    detail: null,
  });
  await add();
  await screen.findByText(/A secret key has 40/);
  expect(field("access-key-secret").getAttribute("aria-invalid")).toBe("true");
  expect(screen.queryByTestId("own-profile")).toBeNull();
});

test("removing asks first and says what becomes of the secret", async () => {
  await add();
  await user().click(await screen.findByTestId("own-profile-more"));
  await user().click(await screen.findByText("Remove…"));
  expect(screen.getByRole("dialog").textContent).toContain("secret key is removed from the keyring");
  await user().click(screen.getByRole("button", { name: /Remove profile/ }));
  await waitFor(() => expect(screen.queryByTestId("own-profile")).toBeNull());
});
