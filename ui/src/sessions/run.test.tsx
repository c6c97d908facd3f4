import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { selection, useSelection } from "../fleet/selection";
import type { ConnectionView, TabView } from "../ipc/contract";
import { mock } from "../ipc/mock/backend";
import { MOCK_KEY } from "../ipc/mock/documents";
import { chooseMode } from "../program/mode";
import { start } from "../program/start";
import { useConnections } from "../saved/connections";
import { App } from "../shell/app";
import { useLogins } from "../sign-in/logins";
import { useDialogs } from "../window/dialogs";
import { useFrame } from "../window/frame";
import { useToasts } from "../window/toasts";
import { targetOfTab } from "./run";
import { useSessions } from "./sessions";

// The terminal measures what it draws, and there is nothing to measure here.
vi.mock("../workbench/workbench", () => ({ default: () => null }));

beforeEach(async () => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(600);
  Element.prototype.scrollTo = () => {};
  Element.prototype.scrollIntoView = () => {};
  mock.failNext.clear();
  mock.mode = "first-run";
  useDialogs.setState({ open: null, palette: null });
  useToasts.setState({ toasts: [], said: "" });
  useLogins.setState({ notices: [] });
  useFrame.setState({ page: "workbench", sidebarOpen: true });
  useSelection.setState({ query: "", selected: null });
  await start();
  await chooseMode("demo");
  mock.calls.length = 0;
  render(<App />);
});

afterEach(cleanup);

const called = (name: string) => mock.calls.filter((call) => call.name === name);
const parameter = (name: string) =>
  screen.getAllByTestId("parameter").find((field) => field.dataset.name === name) as HTMLElement;

/** Opens the dialog on the saved connection ledger-db-1, with a document chosen by typing a part of its name. */
async function chooseDocument(part: string) {
  const user = userEvent.setup({ delay: null });
  act(() => selection.select("c:11"));
  await user.keyboard("{Control>}{Shift>}r{/Shift}{/Control}");
  await screen.findByTestId("run-dialog");
  await waitFor(() => expect(screen.getAllByTestId("document-row").length).toBeGreaterThan(1));
  await user.type(screen.getByTestId("document-search"), part);
  await user.keyboard("{Enter}");
  await screen.findByTestId("document-chosen");
  return user;
}

async function runWith(user: ReturnType<typeof userEvent.setup>) {
  await user.keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(called("connect")).toHaveLength(1));
  await waitFor(() => expect(screen.queryByTestId("run-dialog")).toBeNull());
  return called("connect")[0]?.args[0];
}

test("documents are grouped: the account's own, shared ones, those of AWS", async () => {
  const user = userEvent.setup({ delay: null });
  act(() => selection.select("c:11"));
  await user.keyboard("{Control>}{Shift>}r{/Shift}{/Control}");
  const rows = await screen.findAllByTestId("document-row");
  const owners = rows.map((row) => row.dataset.owner);
  expect(owners).toEqual([...owners].sort((a, b) => order(a) - order(b)));
  expect(called("sessionDocuments")[0]?.args).toEqual(["acme-prod", "eu-central-1"]);
});

const order = (owner: string | undefined) => ["own", "shared", "amazon"].indexOf(owner ?? "");

test("what is required is said before anything is run, and plain Enter runs nothing", async () => {
  const user = await chooseDocument("restart");
  await screen.findByTestId("document-form");
  await user.keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(parameter("service").textContent).toContain("Choose a value."));
  expect(called("connect")).toHaveLength(0);
  await waitFor(() => expect(parameter("service").contains(document.activeElement)).toBe(true));
  const grace = within(parameter("graceSeconds")).getByTestId("parameter-value");
  await user.type(grace, "60{Enter}");
  expect(called("connect")).toHaveLength(0);
});

test("a document is run with what was changed, and its last values come back", async () => {
  const user = await chooseDocument("restart");
  await screen.findByTestId("document-form");
  await user.click(within(parameter("service")).getByTestId("parameter-value"));
  await user.click(await screen.findByRole("option", { name: "ledger-sync" }));
  await user.click(within(parameter("dryRun")).getByRole("radio", { name: "false" }));
  await user.type(within(parameter("notify")).getByTestId("parameter-value"), "ops");
  await user.click(within(parameter("notify")).getByTestId("value-add"));
  await user.type(within(parameter("notify")).getAllByTestId("parameter-value")[1] as HTMLElement, "on call");
  await user.type(screen.getByTestId("run-reason"), "CHG-4821");
  expect(await runWith(user)).toEqual({
    kind: "saved",
    id: 11,
    run: {
      document: "acme-RestartService",
      parameters: [
        { name: "service", values: ["ledger-sync"] },
        { name: "dryRun", values: ["false"] },
        { name: "notify", values: ["ops", "on call"] },
      ],
      reason: "CHG-4821",
    },
  });
  const [tab] = useSessions.getState().tabs;
  expect(tab?.document).toBe("acme-RestartService");
  cleanup();
  render(<App />);
  act(() => useDialogs.setState({ open: { kind: "run", on: { kind: "saved", id: 11 } } }));
  await user.click(await screen.findByText("acme-RestartService"));
  await screen.findByTestId("document-form");
  expect(within(parameter("dryRun")).getByRole("radio", { name: "false" }).getAttribute("aria-checked")).toBe("true");
  expect(within(parameter("notify")).getAllByTestId("parameter-value")).toHaveLength(2);
});

test("a document that may not be described is run with parameters by name", async () => {
  const user = await chooseDocument("locked");
  const unread = await screen.findByTestId("document-unread");
  expect(unread.textContent).toContain("may not call ssm:DescribeDocument");
  await user.type(within(unread).getByLabelText("Parameter name"), "path");
  await user.type(within(unread).getByLabelText("Parameter value"), "/srv");
  expect(await runWith(user)).toMatchObject({
    run: { document: "acme-Locked", parameters: [{ name: "path", values: ["/srv"] }], reason: null },
  });
});

test("a port document says why it cannot be run here", async () => {
  const user = await chooseDocument("portforward");
  expect((await screen.findByTestId("document-refusal")).textContent).toContain("forwards a port");
  expect((screen.getByTestId("run-submit") as HTMLButtonElement).disabled).toBe(true);
  await user.keyboard("{Control>}{Enter}{/Control}");
  expect(called("connect")).toHaveLength(0);
});

test("a list that is denied can be asked for again, and a name can be typed without it", async () => {
  mock.failNext.set("sessionDocuments", { code: "denied", message: "Denied.", nextStep: "Ask for it.", detail: null });
  const user = userEvent.setup({ delay: null });
  act(() => selection.select("c:11"));
  await user.keyboard("{Control>}{Shift>}r{/Shift}{/Control}");
  await user.click(await screen.findByTestId("documents-retry"));
  expect((await screen.findAllByTestId("document-row")).length).toBeGreaterThan(1);
  await user.type(screen.getByTestId("document-search"), "acme-Unlisted");
  await user.click(screen.getByTestId("document-typed"));
  expect((await screen.findByTestId("document-chosen")).textContent).toBe("acme-Unlisted");
});

test("what AWS refuses is shown in the dialog, which stays", async () => {
  const user = await chooseDocument("NonInteractive");
  await screen.findByTestId("document-form");
  await user.type(within(parameter("command")).getByTestId("parameter-value"), "uptime");
  const error = { code: "bad-parameters", message: "It does not fit.", nextStep: "Correct it.", detail: null };
  mock.failNext.set("connect", error);
  await user.keyboard("{Control>}{Enter}{/Control}");
  expect(await screen.findByText("It does not fit.")).toBeTruthy();
  expect(screen.getByTestId("run-dialog")).toBeTruthy();
});

test("a command's exit status reaches the tab", async () => {
  const user = await chooseDocument("NonInteractive");
  await screen.findByTestId("document-form");
  await user.type(within(parameter("command")).getByTestId("parameter-value"), "exit 3");
  await runWith(user);
  await waitFor(() => expect(useSessions.getState().tabs[0]?.state.kind).toBe("ended"));
  expect(useSessions.getState().tabs[0]).toMatchObject({ exitStatus: 3, command: "exit 3" });
});

test("the key of a session is pinned on its saved connection, and unpinned by Undo", async () => {
  const user = userEvent.setup({ delay: null });
  await user.dblClick((await screen.findAllByTestId("connection-row"))[0] as HTMLElement);
  const badge = await screen.findByTestId("encrypted");
  expect([badge.textContent, badge.getAttribute("aria-description")]).toEqual(["Encrypted with KMS", MOCK_KEY]);
  await user.click(badge);
  await user.click(await screen.findByText("Require this key for ledger-db-1"));
  const encryption = () => useConnections.getState().connections.find(({ id }) => id === 11)?.draft.encryption;
  await waitFor(() => expect(encryption()).toEqual({ kind: "require", key: MOCK_KEY }));
  await user.click(await screen.findByRole("button", { name: "Undo" }));
  await waitFor(() => expect(encryption()).toBeNull());
});

test("a tab knows its saved connection by another name too, and runs documents where the tab is", async () => {
  const user = userEvent.setup({ delay: null });
  await user.dblClick((await screen.findAllByTestId("connection-row"))[0] as HTMLElement);
  const badge = await screen.findByTestId("encrypted");
  const [tab] = useSessions.getState().tabs as [TabView];
  expect(tab.connection).toBe(11);
  const change = (draft: Partial<ConnectionView["draft"]>) =>
    act(() =>
      useConnections.setState(({ connections }) => ({
        connections: connections.map((one) => (one.id === 11 ? { ...one, draft: { ...one.draft, ...draft } } : one)),
      })),
    );
  change({ name: "ledger of old" });
  await user.click(badge);
  expect(await screen.findByText("Require this key for ledger of old")).toBeTruthy();
  expect(targetOfTab(tab)).toEqual({ kind: "saved", id: 11 });
  change({ target: "i-0000000000000000f" });
  expect(targetOfTab(tab)).toMatchObject({ kind: "typed", target: tab.target });
});

test("one notice stands for everything that a sign-in is needed for, and signing in resumes all of it", async () => {
  const user = userEvent.setup({ delay: null });
  const row = (await screen.findAllByTestId("connection-row"))[0] as HTMLElement;
  await user.dblClick(row);
  await user.dblClick(row);
  await waitFor(() =>
    expect(useSessions.getState().tabs.map(({ state }) => state.kind)).toEqual(["connected", "connected"]),
  );
  act(() => mock.sessions.lapse("acme-prod"));
  const notice = await screen.findByTestId("login-wanted");
  expect(notice.dataset).toMatchObject({ signIn: "acme-sso", sessions: "2" });
  await user.click(within(notice).getByTestId("sign-in"));
  await screen.findByTestId("sign-in-code");
  await user.keyboard("{Enter}");
  expect(called("openLink")).toHaveLength(1);
  await waitFor(() => expect(screen.queryByTestId("login-wanted")).toBeNull());
  expect(useSessions.getState().tabs.map(({ state }) => state.kind)).toEqual(["connected", "connected"]);
});

test("a session is duplicated by the program, with the document that it runs", async () => {
  const user = await chooseDocument("NonInteractive");
  await screen.findByTestId("document-form");
  await user.type(within(parameter("command")).getByTestId("parameter-value"), "uptime");
  await runWith(user);
  await user.keyboard("{Control>}{Shift>}t{/Shift}{/Control}");
  await waitFor(() => expect(useSessions.getState().tabs).toHaveLength(2));
  expect(called("duplicateTab")).toHaveLength(1);
  expect(useSessions.getState().tabs[1]).toMatchObject({ document: "AWS-StartNonInteractiveCommand" });
});

test("a connection keeps its document's parameters and its demand on encryption", async () => {
  const user = userEvent.setup({ delay: null });
  const row = (await screen.findAllByTestId("connection-row"))[0] as HTMLElement;
  row.focus();
  await user.keyboard("{ArrowDown}{ArrowUp}{F2}");
  const dialog = await screen.findByTestId("connection-dialog");
  expect(dialog.textContent).toContain("Required, from Payments on-call.");
  await user.click(within(dialog).getByRole("radio", { name: "Require" }));
  await user.type(within(dialog).getByTestId("connection-encryption-key"), "alias/ops");
  await user.type(within(dialog).getByTestId("connection-document"), "AWS-StartInteractiveCommand");
  await screen.findByTestId("document-form", {}, { timeout: 3000 });
  await user.type(within(parameter("command")).getByTestId("parameter-value"), "htop");
  await user.click(within(dialog).getByTestId("connection-save"));
  await waitFor(() => expect(called("saveConnection")).toHaveLength(1));
  expect(called("saveConnection")[0]?.args[1]).toMatchObject({
    document: "AWS-StartInteractiveCommand",
    parameters: [{ name: "command", values: ["htop"] }],
    encryption: { kind: "require", key: "alias/ops" },
  });
});
