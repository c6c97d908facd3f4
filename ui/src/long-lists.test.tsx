import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useFleet } from "./fleet/fleet";
import type { PairView, ProfileView } from "./ipc/contract";
import { mock } from "./ipc/mock/backend";
import { pair } from "./ipc/mock/world";
import { offered } from "./kit/suggestions";
import { chooseMode } from "./program/mode";
import { useProgram } from "./program/program";
import { start } from "./program/start";
import { App } from "./shell/app";
import { openDialog, useDialogs } from "./window/dialogs";
import { frame, useFrame } from "./window/frame";

vi.mock("./workbench/workbench", () => ({ default: () => null }));

const PROFILES: ProfileView[] = Array.from({ length: 5000 }, (_, at) => ({
  own: false,
  name: `account-${at}`,
  region: at === 4999 ? null : "eu-central-1",
  regionProblem: null,
  credentials: "SSO",
  environment: "shared",
  problem: null,
}));

/** More rows than fit on any screen, and far fewer than there are. */
const MOST_DRAWN = 60;

beforeEach(async () => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(300);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(300);
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(600);
  Element.prototype.scrollTo = () => {};
  Element.prototype.scrollIntoView = () => {};
  mock.mode = "first-run";
  useDialogs.setState({ open: null, question: null, palette: null });
  await start();
  await chooseMode("first-run");
  useProgram.setState({ profiles: { profiles: PROFILES, error: null } });
});

afterEach(cleanup);

const drawn = (testId: string) => screen.queryAllByTestId(testId).length;

async function chooseProfiles() {
  await act(() => chooseMode("aws"));
  act(() =>
    useProgram.setState(({ settings }) => ({
      profiles: { profiles: PROFILES, error: null },
      settings: { ...settings, defaultRegion: null },
    })),
  );
  useFleet.setState({ pairs: [] });
  render(<App />);
  act(() => openDialog({ kind: "choose-profiles" }));
  await screen.findByTestId("choose-profiles-dialog");
  await waitFor(() => expect(drawn("profile-row")).toBeGreaterThan(5));
  return userEvent.setup({ delay: null });
}

test("the first run draws only the profiles that are in view", async () => {
  render(<App />);
  await waitFor(() => expect(drawn("first-run-profile")).toBeGreaterThan(5));
  expect(drawn("first-run-profile")).toBeLessThan(MOST_DRAWN);
  expect(screen.getByText("5,000 profiles", { exact: false })).toBeTruthy();
});

test("of 5,000 profiles only the rows in view are drawn, and any of them is found and added by keys", async () => {
  const user = await chooseProfiles();
  expect(drawn("profile-row")).toBeLessThan(MOST_DRAWN);
  await user.keyboard("account-4321");
  await waitFor(() => expect(drawn("profile-row")).toBe(1));
  await user.keyboard("{Enter}");
  await waitFor(() => expect(screen.getByTestId("choose-profiles-add").textContent).toContain("Add 1 pair"));
  mock.calls.length = 0;
  await user.keyboard("{ArrowDown}");
  await waitFor(() => expect((document.activeElement as HTMLElement).dataset.testid).toBe("profile-pick"));
  await user.click(screen.getByTestId("choose-profiles-add"));
  await waitFor(() => expect(mock.calls.filter(({ name }) => name === "addPairs")).toHaveLength(1));
  expect(mock.calls.find(({ name }) => name === "addPairs")?.args[0]).toMatchObject([{ profile: "account-4321" }]);
});

test("Enter in the search picks nothing while several are found", async () => {
  const user = await chooseProfiles();
  await user.keyboard("account-43{Enter}");
  expect(screen.getByTestId("choose-profiles-add").textContent).toContain("Add 0 pairs");
  expect(screen.getByTestId("choose-profiles-dialog")).toBeTruthy();
});

test("a picked profile without a Region gets the focus, wherever it is in the list", async () => {
  const user = await chooseProfiles();
  await user.keyboard("account-4999{Enter}");
  await user.clear(screen.getByTestId("profile-search"));
  await user.keyboard("account-7{Enter}");
  await user.click(screen.getByTestId("choose-profiles-add"));
  await waitFor(() =>
    expect((document.activeElement as HTMLElement).getAttribute("aria-label")).toBe("Region of account-4999"),
  );
});

test("a table of 500 pairs draws what is in view", async () => {
  await act(() => chooseMode("aws"));
  const pairs: PairView[] = Array.from({ length: 500 }, (_, at) =>
    pair(at + 1, `account-${at}`, "eu-west-1", "shared"),
  );
  useFleet.setState({ pairs });
  render(<App />);
  act(() => frame.show("settings", "accounts"));
  await screen.findByTestId("settings-page");
  await waitFor(() => expect(drawn("pair-row")).toBeGreaterThan(5));
  expect(drawn("pair-row")).toBeLessThan(MOST_DRAWN);
  act(() => useFrame.setState({ page: "workbench" }));
});

test("a field suggests a hundred of any number, the exact name among them, and says how many more there are", async () => {
  const groups = [{ label: "Profiles", items: PROFILES.map(({ name }) => ({ value: name })) }];
  expect(offered(groups, "")).toMatchObject({ more: 4900, shown: [{ items: { length: 100 } }] });
  expect(offered(groups, "account-4").shown[0]?.items[0]?.value).toBe("account-4");
  await act(() => chooseMode("aws"));
  act(() => useProgram.setState({ profiles: { profiles: PROFILES, error: null } }));
  render(<App />);
  act(() => openDialog({ kind: "pair", pair: null }));
  const dialog = await screen.findByTestId("pair-dialog");
  const user = userEvent.setup({ delay: null });
  await user.type(within(dialog).getByTestId("pair-profile"), "acc");
  expect((await screen.findByTestId("suggestions-more")).textContent).toContain("4,900 more");
  expect(screen.getAllByRole("option").length).toBe(100);
});
