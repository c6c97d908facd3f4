import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { offeredActions } from "../actions/offered";
import { useFleet } from "../fleet/fleet";
import type { CenterRoleDraft, PairDraft } from "../ipc/contract";
import { mock } from "../ipc/mock/backend";
import { MockSignIns } from "../ipc/mock/sign-ins";
import { chooseMode } from "../program/mode";
import { start } from "../program/start";
import { App } from "../shell/app";
import { openDialog, useDialogs } from "../window/dialogs";
import { useFocusPlace } from "../window/focus";
import { useFrame } from "../window/frame";
import { useToasts } from "../window/toasts";
import { useLogins } from "./logins";
import { useMfa } from "./mfa";
import { useSignIns } from "./sign-ins";

vi.mock("../workbench/workbench", () => ({ default: () => null }));

/** More rows than fit on any screen, and far fewer than there are. */
const MOST_DRAWN = 60;

beforeEach(async () => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(300);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(300);
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(600);
  Element.prototype.scrollTo = () => {};
  Element.prototype.scrollIntoView = () => {};
  const fresh = new MockSignIns(mock, mock.signIns.around);
  Object.assign(mock.signIns, {
    signIns: fresh.signIns,
    codes: [],
    consoles: [],
    logins: [],
    questions: [],
    profiles: [],
  });
  mock.options.accounts = 12;
  mock.failNext.clear();
  useDialogs.setState({ open: null, question: null, palette: null });
  useToasts.setState({ toasts: [], said: "" });
  useMfa.setState({ questions: [], hidden: new Set(), postponed: new Set(), answered: null });
  useLogins.setState({ notices: [] });
  useFocusPlace.setState({ inTerminal: false });
  mock.mode = "first-run";
  await start();
});

afterEach(cleanup);

async function openPage(mode: "first-run" | "aws" | "demo" = "demo") {
  if (mode !== "first-run") await chooseMode(mode);
  useFrame.setState({ page: "workbench" });
  mock.calls.length = 0;
  render(<App />);
  return userEvent.setup({ delay: null });
}

const called = (name: string) => mock.calls.filter((call) => call.name === name);
const drawn = (testId: string) => screen.queryAllByTestId(testId).length;
const focused = () => (document.activeElement as HTMLElement).dataset.testid;
const dialogIs = (kind: string | null) => waitFor(() => expect(useDialogs.getState().open?.kind ?? null).toBe(kind));

test("a sign-in is a code to confirm: Enter opens the browser, and what waited goes on with a message", async () => {
  const user = await openPage();
  act(() => mock.sessions.lapse("acme-prod"));
  const notice = await screen.findByTestId("login-wanted");
  expect(notice.textContent).toContain("Your sign-in to acme-sso ended");
  await user.keyboard("{Control>}{Shift>}s{/Shift}{/Control}");
  const code = await screen.findByTestId("sign-in-code");
  expect(code.textContent).toBe("WDJB-MJHT");
  expect(screen.getByTestId("sign-in-dialog").textContent).toContain("acme.awsapps.com/start");
  expect(drawn("login-wanted"), "the dialog says it").toBe(0);
  await waitFor(() => expect(focused()).toBe("sign-in-open"));
  await user.keyboard("{Enter}");
  expect(called("openLink").map(({ args }) => args)).toEqual([[code.dataset.url]]);
  await dialogIs(null);
  expect(useToasts.getState().toasts.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^Signed in to acme-sso for (8 h 0 m|7 h 59 m)\.$/),
  ]);
  expect(useLogins.getState().notices).toEqual([]);
});

test("a code whose dialog was closed waits in a message, and Cancel gives it up", async () => {
  const user = await openPage();
  act(() => openDialog({ kind: "sign-in", key: "acme-legacy-sso", next: null }));
  await screen.findByTestId("sign-in-code");
  await user.keyboard("{Escape}");
  const waits = await screen.findByTestId("code-waits");
  expect(waits.textContent).toContain("WDJB-MJHT");
  await user.click(within(waits).getByText("Show the code"));
  await user.click(await screen.findByTestId("sign-in-cancel"));
  expect(called("cancelSignIn").map(({ args }) => args)).toEqual([["acme-legacy-sso"]]);
  expect(called("startSignIn")).toHaveLength(1);
  await waitFor(() => expect(drawn("code-waits")).toBe(0));
});

test("why a sign-in failed is said where the code was, and Enter tries again", async () => {
  const user = await openPage();
  const error = { code: "sign-in-failed", message: "It was denied.", nextStep: "Start it again.", detail: null };
  mock.failNext.set("startSignIn", { ...error, message: "Identity Center gives no code." });
  act(() => openDialog({ kind: "sign-in", key: "acme-legacy-sso", next: null }));
  expect(await screen.findByText("Identity Center gives no code.")).toBeTruthy();
  await user.keyboard("{Enter}");
  await screen.findByTestId("sign-in-code");
  act(() => mock.signIns.confirm("acme-legacy-sso", error));
  expect(await screen.findByText("It was denied.")).toBeTruthy();
  expect(useSignIns.getState().codes).toEqual([]);
  await user.keyboard("{Escape}");
  await dialogIs(null);
});

test("the first run begins with a new Identity Center alone and ends with pairs of accounts, roles and Regions", async () => {
  mock.options.profiles = "none";
  mock.signIns.signIns = [];
  const user = await openPage("first-run");
  await user.keyboard("s");
  await screen.findByTestId("new-center-dialog");
  await waitFor(() => expect(focused()).toBe("new-center-url"));
  await user.keyboard("acme.awsapps.com/start{Enter}");
  expect(await screen.findByText(/A start URL looks like/)).toBeTruthy();
  await user.clear(screen.getByTestId("new-center-url"));
  await user.type(screen.getByTestId("new-center-url"), "https://newco.awsapps.com/start");
  await user.type(screen.getByTestId("new-center-region"), "eu-west-1{Enter}");
  await screen.findByTestId("sign-in-code");
  expect(called("chooseMode").map(({ args }) => args)).toEqual([["aws"]]);
  await waitFor(() => expect(focused()).toBe("sign-in-open"));
  await user.keyboard("{Enter}");
  await dialogIs("center-accounts");
  await waitFor(() => expect(drawn("role-row")).toBeGreaterThan(12));
  await waitFor(() => expect(focused()).toBe("role-search"));
  await user.keyboard("payments-prod ReadOnly{Enter}");
  await waitFor(() => expect(screen.getByTestId("accounts-dialog").textContent).toContain("1 role in 1 Region"));
  await user.type(screen.getByTestId("region-search"), "us-east-1{Enter}");
  await waitFor(() => expect(screen.getByTestId("accounts-add").textContent).toContain("Add 2 pairs"));
  await user.keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(called("addCenterRoles")).toHaveLength(1));
  const [key, roles, regions] = (called("addCenterRoles")[0]?.args ?? []) as [string, CenterRoleDraft[], string[]];
  expect([key, roles.map(({ accountName, role }) => [accountName, role])]).toEqual([
    "newco",
    [["acme-payments-prod", "ReadOnly"]],
  ]);
  expect(new Set(regions)).toEqual(new Set(["eu-central-1", "us-east-1"]));
  await dialogIs(null);
  expect(useFrame.getState().page).toBe("workbench");
  expect(useFleet.getState().pairs.filter(({ profile }) => profile === "acme-payments-prod-ReadOnly")).toHaveLength(2);
  mock.options.profiles = "found";
});

test("of very many accounts the rows in view are drawn, and all that match are picked at once", async () => {
  mock.options.accounts = 500;
  const user = await openPage();
  act(() => openDialog({ kind: "center-accounts", key: "acme-sso" }));
  await screen.findByTestId("accounts-dialog");
  await waitFor(() => expect(called("centerRoles")).toHaveLength(500), { timeout: 10_000 });
  await waitFor(() => expect(drawn("roles-read")).toBe(0), { timeout: 10_000 });
  expect(drawn("role-row")).toBeLessThan(MOST_DRAWN);
  await user.type(screen.getByTestId("role-search"), "prod sre-operator");
  await user.click(screen.getByTestId("role-all"));
  const aside = () => screen.getByTestId("accounts-dialog").textContent;
  await waitFor(() => expect(aside()).toMatch(/(\d+) roles in 1 Region/));
  const roles = Number(/(\d+) roles in 1 Region/.exec(aside() ?? "")?.[1]);
  expect(roles).toBeGreaterThan(30);
  expect(screen.getByTestId("accounts-add").textContent).toContain(`Add ${roles} pairs`);
  await user.click(screen.getByTestId("role-all"));
  await waitFor(() => expect(aside()).toContain("Choose at least one role."));
});

test("an account whose roles cannot be read says why, hides no other, and is read again", async () => {
  const user = await openPage();
  mock.signIns.roles = (_key, account) => {
    if (account.endsWith("33")) throw { code: "throttled", message: "Slow down.", nextStep: "Wait.", detail: null };
    return account.endsWith("52") ? [] : ["ReadOnly"];
  };
  act(() => openDialog({ kind: "center-accounts", key: "acme-sso" }));
  const failed = (await screen.findByText("Slow down.")).closest<HTMLElement>("[data-testid=role-row]") as HTMLElement;
  expect(within(failed).getByTestId("role-pick").getAttribute("aria-disabled")).toBe("true");
  expect(await screen.findByText("No role here is assigned to you.")).toBeTruthy();
  expect(screen.getAllByText("ReadOnly").length).toBeGreaterThan(3);
  mock.signIns.roles = () => ["ReadOnly"];
  await user.click(within(failed).getByText("Retry"));
  await waitFor(() => expect(screen.queryByText("Slow down.")).toBeNull());
  delete (mock.signIns as Partial<MockSignIns>).roles;
});

test("accounts that cannot be read, and none at all, are said", async () => {
  const user = await openPage();
  mock.failNext.set("centerAccounts", { code: "denied", message: "Not allowed.", nextStep: "Ask.", detail: null });
  mock.options.accounts = 0;
  act(() => openDialog({ kind: "center-accounts", key: "acme-sso" }));
  expect(await screen.findByText("Not allowed.")).toBeTruthy();
  await user.click(screen.getByTestId("accounts-retry"));
  expect(await screen.findByText(/No account is assigned to you/)).toBeTruthy();
});

test("a code of an MFA device is asked for in a dialog, says what was wrong with it, and can be given up", async () => {
  const user = await openPage();
  act(() => mock.signIns.askMfa("acme-dev"));
  await screen.findByTestId("mfa-dialog");
  const asked = screen.getByTestId("mfa-dialog").textContent;
  for (const part of ["MFA code for acme-dev", "Role sre-operator in account 111122223333", "mika"])
    expect(asked).toContain(part);
  await waitFor(() => expect(focused()).toBe("mfa-code"));
  await user.keyboard("12{Enter}");
  expect(await screen.findByText("An MFA code has six digits.")).toBeTruthy();
  await user.clear(screen.getByTestId("mfa-code"));
  useFocusPlace.setState({ inTerminal: true });
  await user.type(screen.getByTestId("mfa-code"), "000 000{Enter}");
  expect(await screen.findByText(/AWS refused the code/), "it comes back to where it was answered").toBeTruthy();
  await user.click(screen.getByText("Cancel"));
  await dialogIs(null);
  expect(called("answerMfa").at(-1)?.args).toEqual([2, null]);
  expect(useMfa.getState().questions).toEqual([]);
});

test("a code that is wanted while somebody types into a terminal is a message and takes no keys", async () => {
  const user = await openPage();
  useFocusPlace.setState({ inTerminal: true });
  act(() => mock.signIns.askMfa("acme-dev"));
  const notice = await screen.findByTestId("mfa-wanted");
  expect(useDialogs.getState().open).toBeNull();
  expect(offeredActions().find(({ id }) => id === "enter-mfa")?.title).toBe(
    "Enter the MFA code of mika for acme-dev\u2026",
  );
  await user.click(within(notice).getByTestId("mfa-enter"));
  await screen.findByTestId("mfa-dialog");
  await user.type(screen.getByTestId("mfa-code"), "123456{Enter}");
  await dialogIs(null);
  expect(drawn("mfa-wanted")).toBe(0);
});

test("a code that is wanted while another dialog is open is asked for when that is closed, each in its turn", async () => {
  const user = await openPage();
  act(() => openDialog({ kind: "group", id: null }));
  await screen.findByTestId("group-dialog");
  act(() => mock.signIns.askMfa("acme-dev"));
  act(() => mock.signIns.askMfa("acme-prod"));
  expect(useDialogs.getState().open?.kind, "nobody loses what is being typed").toBe("group");
  await user.keyboard("{Escape}");
  expect((await screen.findByTestId("mfa-dialog")).textContent).toContain("MFA code for acme-dev");
  await user.type(screen.getByTestId("mfa-code"), "123456{Enter}");
  await waitFor(() => expect(screen.getByTestId("mfa-dialog").textContent).toContain("MFA code for acme-prod"));
  await user.keyboard("{Escape}");
  await dialogIs(null);
  expect(drawn("mfa-wanted"), "who closes it keeps it as a message").toBe(1);
});

test("a sign-in of `aws login` leads to the browser, waits, and what needed it goes on", async () => {
  const user = await openPage("aws");
  const { profile } = mock.fleet.pairs[0] as { profile: string };
  act(() => mock.signIns.lapseConsole(profile, 1));
  const notice = await screen.findByTestId("login-wanted");
  expect(notice.textContent).toContain(`A sign-in of \`aws login\` is needed for ${profile}.`);
  expect(offeredActions().map(({ title }) => title)).toContain(`Sign in to ${profile} at the AWS console\u2026`);
  await user.keyboard("{Control>}{Shift>}s{/Shift}{/Control}");
  const address = (await screen.findByTestId("sign-in-address")).textContent;
  expect(address).toContain("/v1/authorize?");
  await waitFor(() => expect(focused()).toBe("sign-in-open"));
  await user.keyboard("{Enter}");
  expect(called("openLink").map(({ args }) => args)).toEqual([[address]]);
  await dialogIs(null);
  expect(useToasts.getState().toasts.map(({ text }) => text)).toContain(`Signed in to ${profile}.`);
  expect(useLogins.getState().notices).toEqual([]);
});

test("a sign-in of `aws login` says why it failed, starts again, waits in a message and is given up", async () => {
  const user = await openPage("aws");
  const error = {
    code: "console-sign-in-failed",
    message: "It was refused.",
    nextStep: "Start it again.",
    detail: null,
  };
  mock.failNext.set("startConsoleSignIn", { ...error, message: "There is no sign-in for this Region." });
  act(() => openDialog({ kind: "console-sign-in", profile: "acme-login" }));
  expect(await screen.findByText("There is no sign-in for this Region.")).toBeTruthy();
  await user.keyboard("{Enter}");
  await screen.findByTestId("sign-in-address");
  act(() => mock.signIns.consoleFinished("acme-login", error));
  expect(await screen.findByText("It was refused.")).toBeTruthy();
  await user.keyboard("{Enter}");
  await screen.findByTestId("sign-in-address");
  await user.keyboard("{Escape}");
  await user.click(within(await screen.findByTestId("console-waits")).getByText("Show the link"));
  await user.click(await screen.findByTestId("sign-in-cancel"));
  expect(called("cancelConsoleSignIn").map(({ args }) => args)).toEqual([["acme-login"]]);
  await waitFor(() => expect(drawn("console-waits")).toBe(0));
});

test("every profile of the files is added in one step, and those without a Region get one for all", async () => {
  const user = await openPage("aws");
  act(() => openDialog({ kind: "choose-profiles", all: true }));
  await screen.findByTestId("choose-profiles-dialog");
  await waitFor(() => expect(focused()).toBe("profile-search"));
  await user.clear(screen.getByTestId("profile-common-region"));
  await user.type(screen.getByTestId("profile-common-region"), "eu-north-1");
  await user.click(screen.getByTestId("profile-search"));
  await user.keyboard("{Enter}");
  await waitFor(() => expect(called("addPairs")).toHaveLength(1));
  const drafts = called("addPairs")[0]?.args[0] as PairDraft[];
  expect(drafts).toHaveLength(6);
  expect(drafts.find(({ profile }) => profile === "acme-shared")?.region).toBe("eu-north-1");
  await dialogIs(null);
});

test("the settings show how long each sign-in holds and lead out and in", async () => {
  const user = await openPage();
  act(() => useFrame.setState({ page: "settings", section: "accounts" }));
  const cards = await screen.findAllByTestId("sign-in-card");
  expect(cards.map(({ textContent }) => textContent)).toEqual([
    expect.stringContaining("6 h 11 m left, renews itself, used by"),
    expect.stringContaining("Expired 3 min ago"),
  ]);
  await user.click(screen.getByTestId("card-sign-out"));
  expect((await screen.findByTestId("confirm-dialog")).textContent).toContain("The AWS CLI shares this sign-in");
  await user.click(screen.getByTestId("confirm"));
  await waitFor(() => expect(called("signOut").map(({ args }) => args)).toEqual([["acme-sso"]]));
  await waitFor(() => expect(screen.getAllByTestId("card-sign-in")).toHaveLength(2));
  await user.click(screen.getAllByTestId("card-sign-in")[0] as HTMLElement);
  await dialogIs("sign-in");
});

test("the palette knows every sign-in with what can be done with it now", async () => {
  await openPage("aws");
  const titles = () => offeredActions().map(({ title }) => title);
  expect(titles()).toEqual(
    expect.arrayContaining([
      "Sign out of acme-sso\u2026",
      "Choose accounts of acme-sso\u2026",
      "Sign in to acme-legacy-sso\u2026",
      "Sign in to another IAM Identity Center\u2026",
      "Add all profiles\u2026",
    ]),
  );
  expect(titles()).not.toContain("Sign in to acme-sso\u2026");
});
