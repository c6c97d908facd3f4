/** The page of forwards in the demo of the stand-in, for tests. */
import { act, cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactElement } from "react";
import { vi } from "vitest";
import { mock } from "../ipc/mock/backend";
import { chooseMode } from "../program/mode";
import { start } from "../program/start";
import { useDialogs } from "../window/dialogs";
import { frame } from "../window/frame";
import { useToasts } from "../window/toasts";
import { useForwards } from "./forwards";

/** Draws the window with this page. */
export async function openForwardsPage(app: ReactElement) {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(600);
  Element.prototype.scrollTo = () => {};
  Element.prototype.scrollIntoView = () => {};
  mock.mode = "first-run";
  mock.failNext.clear();
  useDialogs.setState({ open: null, question: null, palette: null });
  useToasts.setState({ toasts: [], said: "" });
  useForwards.setState({ filter: "", folded: new Set(), selected: null });
  await start();
  await chooseMode("demo");
  render(app);
  act(() => frame.show("forwards"));
  await screen.findByTestId("forwards-page");
  mock.calls.length = 0;
}

export function leaveForwardsPage() {
  cleanup();
  act(() => frame.show("workbench"));
}

export const user = () => userEvent.setup({ delay: null });

/** The arguments of each call of a command. */
export const called = (name: string) => mock.calls.filter((call) => call.name === name).map(({ args }) => args);
