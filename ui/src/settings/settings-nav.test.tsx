import { act, cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ENVIRONMENT_NAMES } from "../domain/environments";
import { mock } from "../ipc/mock/backend";
import { chooseMode } from "../program/mode";
import { start } from "../program/start";
import { App } from "../shell/app";
import { frame, useFrame } from "../window/frame";

vi.mock("../workbench/workbench", () => ({ default: () => null }));

beforeEach(async () => {
  // Lists draw what is in view.
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(2000);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(2000);
  Element.prototype.scrollTo = () => {};
  mock.mode = "first-run";
  await start();
  await chooseMode("demo");
  render(<App />);
  act(() => frame.show("settings", "accounts"));
});

afterEach(cleanup);

const user = () => userEvent.setup({ delay: null });
const pages = () => [...document.querySelectorAll("[data-settings] button")].map((button) => button.textContent);

test("a page of the settings is found by what is on it, and Enter opens it", async () => {
  const field = await screen.findByTestId("settings-find");
  await user().type(field, "scroll");
  expect(pages()).toEqual(["Terminal"]);
  await user().type(field, "{Enter}");
  expect(useFrame.getState().section).toBe("terminal");
  await user().type(field, "{Escape}");
  expect(pages()).toHaveLength(6);
  await user().type(field, "no such thing");
  expect(pages()).toEqual([]);
  screen.getByText("No setting matches.");
});

test("the pairs of one environment are shown by themselves", async () => {
  const environments = () =>
    new Set(screen.getAllByTestId("pair-row").map((row) => row.querySelector("[data-env]")?.getAttribute("data-env")));
  await screen.findAllByTestId("pair-row");
  expect(environments().size).toBeGreaterThan(1);
  await user().click(screen.getByTestId("pairs-environment"));
  await user().click(await screen.findByRole("menuitem", { name: ENVIRONMENT_NAMES.prod }));
  expect([...environments()]).toEqual(["prod"]);
  await user().click(screen.getByTestId("pairs-environment"));
  await user().click(await screen.findByRole("menuitem", { name: "All environments" }));
  expect(environments().size).toBeGreaterThan(1);
});
