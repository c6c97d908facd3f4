import { act, cleanup, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useFleet } from "../fleet/fleet";
import type { ErrorView, ProfileView } from "../ipc/contract";
import { mock } from "../ipc/mock/backend";
import { chooseMode } from "../program/mode";
import { useProgram } from "../program/program";
import { start } from "../program/start";
import { App } from "../shell/app";
import { openDialog, useDialogs } from "../window/dialogs";

vi.mock("../workbench/workbench", () => ({ default: () => null }));

const problem = (message: string): ErrorView => ({
  code: "malformed-configuration",
  message,
  nextStep: "Correct it.",
  detail: null,
});

const profile = (name: string, more: Partial<ProfileView>): ProfileView => ({
  own: false,
  name,
  region: "eu-central-1",
  regionProblem: null,
  credentials: "Access key",
  environment: "shared",
  problem: null,
  ...more,
});

const PROFILES = [
  profile("My Prod", {}),
  profile("[k2]", { problem: problem("the word profile is missing in front of its name; write [profile k2].") }),
  profile("zone", { region: null, regionProblem: problem("us-east-1a is a zone, its Region is us-east-1.") }),
];

beforeEach(async () => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(300);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(300);
  vi.spyOn(HTMLElement.prototype, "offsetWidth", "get").mockReturnValue(600);
  Element.prototype.scrollTo = () => {};
  Element.prototype.scrollIntoView = () => {};
  mock.mode = "first-run";
  useDialogs.setState({ open: null, question: null, palette: null });
  await start();
  await act(() => chooseMode("aws"));
  act(() => useProgram.setState({ profiles: { profiles: PROFILES, error: null } }));
  useFleet.setState({ pairs: [] });
  render(<App />);
  act(() => openDialog({ kind: "choose-profiles" }));
  await screen.findByTestId("choose-profiles-dialog");
});

afterEach(cleanup);

const row = (name: string) => {
  const found = screen.getAllByTestId("profile-row").find((one) => within(one).queryByText(name) !== null);
  return within(found as HTMLElement);
};

test("a profile that cannot be used says why and is not picked", async () => {
  const user = userEvent.setup({ delay: null });
  expect(row("[k2]").getByText(/the word profile is missing/)).toBeTruthy();
  await user.click(row("[k2]").getByTestId("profile-pick"));
  await user.click(row("[k2]").getByText("[k2]"));
  expect(row("[k2]").getByTestId("profile-pick").getAttribute("aria-checked")).toBe("false");
  await user.click(row("My Prod").getByTestId("profile-pick"));
  expect(row("My Prod").getByTestId("profile-pick").getAttribute("aria-checked")).toBe("true");
});

test("a profile whose Region is none says why and can be used with another", async () => {
  const user = userEvent.setup({ delay: null });
  expect(row("zone").getByText(/us-east-1a is a zone/)).toBeTruthy();
  await user.click(row("zone").getByTestId("profile-pick"));
  expect(row("zone").getByTestId("profile-pick").getAttribute("aria-checked")).toBe("true");
});
