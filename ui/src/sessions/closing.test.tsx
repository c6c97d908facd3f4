import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useFleet } from "../fleet/fleet";
import { mock } from "../ipc/mock/backend";
import { chooseMode, openDemo } from "../program/mode";
import { useProgram } from "../program/program";
import { start } from "../program/start";
import { App } from "../shell/app";
import { useDialogs } from "../window/dialogs";
import { useToasts } from "../window/toasts";
import { tabsNow, useLayout } from "../workbench/tabs";
import { connect } from "./actions";
import { closeEndedTabs, closeTab } from "./closing";
import { useSessions } from "./sessions";
import { provideTerminals, type TerminalAccess, terminals } from "./terminal-access";

vi.mock("../workbench/workbench", () => import("../workbench.test.helper"));

const access = terminals();
let activity: ReturnType<TerminalAccess["activity"]> = "idle";

beforeEach(async () => {
  Element.prototype.scrollTo = () => {};
  Element.prototype.scrollIntoView = () => {};
  activity = "idle";
  provideTerminals({ ...access, activity: () => activity });
  mock.mode = "first-run";
  useDialogs.setState({ open: null, question: null, palette: null });
  useToasts.setState({ toasts: [], said: "" });
  await start();
  await chooseMode("demo");
  const { settings } = useProgram.getState();
  useProgram.setState({ settings: { ...settings, askBeforeTerminatingIdle: true } });
  mock.settings = { ...mock.settings, askBeforeTerminatingIdle: true };
  render(<App />);
});

afterEach(() => {
  vi.useRealTimers();
  cleanup();
});

const called = (name: string) => mock.calls.filter((call) => call.name === name).map(({ args }) => args);
const keyboard = () => userEvent.setup({ delay: null });
const dialog = () => screen.queryByTestId("terminate-dialog");

/** The question, once the safe button has the focus. */
async function question() {
  const asked = await screen.findByTestId("terminate-dialog");
  await waitFor(() => expect((document.activeElement as HTMLElement).dataset.testid).toBe("terminate-keep"));
  return asked;
}

/** Opens a shell in a pair of this colour; answers with its tab. */
async function shell(environment: "prod" | "stage") {
  const { pairs } = useFleet.getState();
  const place = pairs.find((pair) => pair.environment === environment);
  const node = mock.fleet.all().find((one) => one.pair === place?.id && one.ping === "online");
  await act(() => connect({ kind: "node", key: node?.key ?? "", run: null }));
  const tab = useSessions.getState().tabs.at(-1);
  await waitFor(() => expect(useSessions.getState().tabs.at(-1)?.state.kind).toBe("connected"));
  mock.calls.length = 0;
  return tab?.id ?? 0;
}

test("a shell in which a program may be running is closed after a question only, with the safe button under Enter", async () => {
  for (const stake of ["program", "maybe"] as const) {
    const tab = await shell("stage");
    activity = stake;
    act(() => closeTab(tab));
    const asked = await question();
    expect(within(asked).getByTestId("terminate-session").dataset.stake).toBe(stake);
    expect(within(asked).queryByTestId("terminate-no-more")).toBeNull();
    await waitFor(() => expect((document.activeElement as HTMLElement).dataset.testid).toBe("terminate-keep"));
    await keyboard().keyboard("{Enter}");
    await waitFor(() => expect(dialog()).toBeNull());
    expect(called("closeTab")).toEqual([]);
    act(() => closeTab(tab));
    await question();
    await keyboard().keyboard("{Control>}{Enter}{/Control}");
    await waitFor(() => expect(called("closeTab")).toEqual([[tab]]));
  }
});

test("production is asked about whatever was chosen once", async () => {
  useProgram.setState(({ settings }) => ({ settings: { ...settings, askBeforeTerminatingIdle: false } }));
  const tab = await shell("prod");
  act(() => closeTab(tab));
  const asked = await question();
  expect(asked.textContent).toContain("acme-prod");
  expect(within(asked).queryByTestId("terminate-no-more")).toBeNull();
  expect(called("closeTab")).toEqual([]);
});

test("an idle shell elsewhere is asked about until it is not wanted any more", async () => {
  const [first, second] = [await shell("stage"), await shell("stage")];
  act(() => closeTab(first));
  const asked = await question();
  await keyboard().click(within(asked).getByTestId("terminate-no-more"));
  await keyboard().click(within(asked).getByTestId("terminate"));
  await waitFor(() => expect(called("closeTab")).toEqual([[first]]));
  await waitFor(() => expect(mock.settings.askBeforeTerminatingIdle).toBe(false));
  act(() => closeTab(second));
  expect(dialog()).toBeNull();
  await waitFor(() => expect(called("closeTab")).toEqual([[first], [second]]));
});

test("a session on its way has nothing to lose", async () => {
  const tab = await shell("prod");
  act(() => mock.setTab(tab, { kind: "connecting", step: "Asking AWS for a session", waitsForLogin: false }));
  act(() => closeTab(tab));
  expect(dialog()).toBeNull();
  expect(called("closeTab")).toEqual([[tab]]);
});

test("a tab that is over closes without a question, and is reopened at its place", async () => {
  const [first, second] = [await shell("prod"), await shell("stage")];
  act(() => mock.setTab(first, { kind: "ended", atMs: 0, reason: "The shell exited." }));
  act(() => closeTab(first));
  expect(dialog()).toBeNull();
  expect(tabsNow().map(({ id }) => id)).toEqual([second]);
  expect(called("closeTab")).toEqual([]);
  await keyboard().click(await screen.findByRole("button", { name: "Reopen" }));
  expect(useLayout.getState().active).toBe(first);
  expect(tabsNow().map(({ id }) => id)).toEqual([first, second]);
});

test("what was not reopened is given up in the program too", async () => {
  const tab = await shell("stage");
  act(() => mock.setTab(tab, { kind: "ended", atMs: 0, reason: "The shell exited." }));
  vi.useFakeTimers();
  act(() => closeEndedTabs());
  expect(useToasts.getState().toasts.at(-1)?.text).toMatch(/^Closed /);
  expect(called("closeTab")).toEqual([]);
  act(() => vi.runAllTimers());
  expect(called("closeTab")).toEqual([[tab]]);
});

test("the window closes at once where nothing is lost, and the program is told that the page asks", async () => {
  act(() => mock.emit({ kind: "close-requested" }));
  await waitFor(() => expect(called("closeWindow")).toHaveLength(1));
  expect(called("closeRequestSeen")).toHaveLength(1);
});

test("closing the window with sessions asks once for all of them", async () => {
  const [first, second] = [await shell("prod"), await shell("stage")];
  act(() => mock.emit({ kind: "close-requested" }));
  const asked = await question();
  expect(asked.textContent).toContain("Close Postern and terminate 2 sessions?");
  expect(within(asked).getAllByTestId("terminate-session")).toHaveLength(2);
  act(() => mock.emit({ kind: "close-requested" }));
  await waitFor(() => expect(called("closeRequestSeen")).toHaveLength(2));
  expect(screen.getAllByTestId("terminate-dialog")).toHaveLength(1);
  await keyboard().keyboard("{Escape}");
  await waitFor(() => expect(dialog()).toBeNull());
  expect(called("closeWindow")).toEqual([]);
  expect(tabsNow().map(({ id }) => id)).toEqual([first, second]);
  act(() => mock.emit({ kind: "close-requested" }));
  await question();
  await keyboard().keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(called("closeWindow")).toHaveLength(1));
});

test("another mode ends sessions after a question, also from the palette", async () => {
  await shell("stage");
  act(() => void openDemo());
  const asked = await question();
  expect(called("chooseMode")).toEqual([]);
  await keyboard().click(within(asked).getByTestId("terminate"));
  await waitFor(() => expect(called("chooseMode")).toEqual([["demo"]]));
});
