import { act, cleanup, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useFleet } from "../fleet/fleet";
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
  mock.calls.length = 0;
  act(() => openDialog({ kind: "pair", pair: null }));
  await screen.findByTestId("pair-dialog");
});

afterEach(cleanup);

const user = () => userEvent.setup({ delay: null });
const called = (name: string) => mock.calls.filter((call) => call.name === name).map(({ args }) => args);
const region = (code: string) =>
  screen.getAllByTestId("region-row").find((row) => row.dataset.region === code) as HTMLElement;

async function choose(profile: string) {
  await user().type(screen.getByTestId("pair-profile"), profile);
  await user().keyboard("{Escape}");
}

test("each Region says how many nodes the profile has there, and those that are pairs already cannot be picked", async () => {
  await choose("acme-prod");
  const pairs = useFleet.getState().pairs.filter(({ profile }) => profile === "acme-prod");
  expect(pairs.length).toBeGreaterThan(0);
  for (const pair of pairs) {
    expect(region(pair.region).textContent).toContain("a pair already");
    expect(within(region(pair.region)).getByRole("checkbox").hasAttribute("data-disabled")).toBe(true);
  }
  await waitFor(() => expect(region("eu-west-1").textContent).toMatch(/\d+ nodes? found/));
  expect(region("eu-west-2").textContent).toContain("no nodes");
  expect(region("eu-south-2").textContent).toContain("not enabled for the account");
  const asked = called("countNodes").map(([, code]) => code);
  expect(new Set(asked).size, "each once").toBe(asked.length);
  expect(asked).not.toContain(pairs[0]?.region);
});

test("several Regions are added at once, with the sum of their nodes", async () => {
  await choose("acme-data");
  await user().click(within(region("us-east-1")).getByRole("checkbox"));
  await user().click(within(region("eu-west-2")).getByRole("checkbox"));
  await waitFor(() => expect(screen.getByTestId("pairs-sum").textContent).toMatch(/^\d+ nodes in 2 pairs$/));
  expect(screen.getByTestId("pair-save").textContent).toContain("Add 2 pairs");
  expect(screen.queryByTestId("pair-endpoints"), "endpoints are those of one Region").toBeNull();
  expect(screen.getByTestId("profile-standing").textContent).toBe("Signed in through acme-sso, may list nodes");
  await user().keyboard("{Control>}{Enter}{/Control}");
  await waitFor(() => expect(screen.queryByTestId("pair-dialog")).toBeNull());
  expect(called("addPairs")).toEqual([
    [
      [
        { profile: "acme-data", region: "us-east-1", enabled: true },
        { profile: "acme-data", region: "eu-west-2", enabled: true },
      ],
    ],
  ]);
});

test("where nobody is signed in nothing is asked, and a refusal names what may not be done", async () => {
  await choose("acme-shared");
  expect(screen.getByTestId("profile-standing").textContent).toContain("Nobody is signed in to acme-legacy-sso");
  expect(called("countNodes")).toEqual([]);
  await user().clear(screen.getByTestId("pair-profile"));
  await choose("acme-dev");
  await waitFor(() =>
    expect(screen.getByTestId("profile-standing").textContent).toBe(
      "The role may not call ssm:DescribeInstanceInformation.",
    ),
  );
  expect(region("eu-west-1").textContent).toContain("may not list nodes");
});

test("nothing is sent while something is missing, and what is missing is said and gets the focus", async () => {
  await user().click(screen.getByTestId("pair-save"));
  await waitFor(() => expect((document.activeElement as HTMLElement).dataset.testid).toBe("pair-profile"));
  expect(screen.getByText("Choose a profile of your AWS configuration.")).toBeTruthy();
  expect(screen.getByText("Choose at least one Region.")).toBeTruthy();
  await user().type(screen.getByTestId("pair-profile"), "nobody");
  await user().click(screen.getByTestId("pair-save"));
  await waitFor(() => expect((document.activeElement as HTMLElement).dataset.testid).toBe("region-search"));
  expect([...called("addPair"), ...called("addPairs")]).toEqual([]);
});
