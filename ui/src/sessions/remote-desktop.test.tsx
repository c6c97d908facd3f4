import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { nodeTitle } from "../domain/node";
import { Inspector } from "../fleet/inspector";
import { selection } from "../fleet/selection";
import type { NodeView } from "../ipc/contract";
import { mock } from "../ipc/mock/backend";
import { chooseMode } from "../program/mode";
import { start } from "../program/start";
import { App } from "../shell/app";
import { useDialogs } from "../window/dialogs";
import { frame } from "../window/frame";

vi.mock("../workbench/workbench", () => ({ default: () => null }));

let windows: NodeView;

beforeEach(async () => {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, "offsetHeight", "get").mockReturnValue(600);
  Element.prototype.scrollTo = () => {};
  Element.prototype.scrollIntoView = () => {};
  localStorage.clear();
  mock.mode = "first-run";
  mock.failNext.clear();
  useDialogs.setState({ open: null, question: null, palette: null });
  await start();
  await chooseMode("demo");
  render(<App />);
  act(() => frame.show("workbench"));
  mock.calls.length = 0;
  const fits = (node: NodeView) => node.platform === "windows" && node.kind !== "hybrid" && node.state === "running";
  windows = mock.fleet.all().find(fits) as NodeView;
});

afterEach(cleanup);

const user = () => userEvent.setup({ delay: null });
const called = (name: string) => mock.calls.filter((call) => call.name === name).map(({ args }) => args);

async function byPalette(node: NodeView, words: string) {
  act(() => selection.select(`n:${node.key}`));
  await user().keyboard("{Control>}k{/Control}");
  await user().type(await screen.findByTestId("palette-input"), `>${words}`);
}

test("the palette opens the desktop of a Windows node, with or without a key file", async () => {
  await byPalette(windows, "remote desktop");
  await user().keyboard("{Enter}");
  expect((await screen.findByTestId("remote-desktop-dialog")).textContent).toContain(nodeTitle(windows));
  await user().keyboard("{Enter}");
  await waitFor(() => expect(screen.queryByTestId("remote-desktop-dialog")).toBeNull());
  expect(called("openRemoteDesktop")).toEqual([[windows.key, null]]);
  await byPalette(windows, "remote desktop");
  await user().keyboard("{Enter}");
  await user().type(await screen.findByTestId("remote-desktop-key-file"), "~/win.pem{Enter}");
  await waitFor(() => expect(called("openRemoteDesktop").at(-1)).toEqual([windows.key, "~/win.pem"]));
});

test("the password needs a key file, says when it leaves the clipboard, and what refuses it stands at the field", async () => {
  await byPalette(windows, "administrator");
  await user().keyboard("{Enter}");
  await screen.findByTestId("remote-desktop-dialog");
  await user().click(screen.getByTestId("remote-desktop-go"));
  expect(screen.getByText("Name the file with the private key.")).toBeTruthy();
  expect(called("copyAdministratorPassword")).toEqual([]);
  mock.failNext.set("copyAdministratorPassword", {
    code: "wrong-key",
    message: "This is another key.",
    nextStep: "Choose the key of the instance's key pair.",
    detail: null,
  });
  await user().type(screen.getByTestId("remote-desktop-key-file"), "~/win.pem{Enter}");
  expect(await screen.findByText(/This is another key/)).toBeTruthy();
  await user().click(screen.getByTestId("remote-desktop-go"));
  expect((await screen.findByTestId("toast")).textContent).toContain("It leaves the clipboard in 30 s.");
  await byPalette(windows, "administrator");
  await user().keyboard("{Enter}");
  const field = await screen.findByTestId<HTMLInputElement>("remote-desktop-key-file");
  expect(field.value, "the path is known, the key is not kept").toBe("~/win.pem");
});

test("neither is offered for a Linux node, and the inspector of a Windows node has both", async () => {
  const linux = mock.fleet.all().find(({ platform }) => platform === "linux") as NodeView;
  await byPalette(linux, "remote desktop");
  const items = screen.queryAllByTestId("palette-item").map((item) => item.textContent ?? "");
  expect(items.filter((text) => /remote desktop/i.test(text))).toEqual([]);
  await user().keyboard("{Escape}");
  render(<Inspector />);
  expect(screen.queryByTestId("inspector-desktop")).toBeNull();
  act(() => selection.select(`n:${windows.key}`));
  fireEvent.click(await screen.findByTestId("inspector-password"));
  await screen.findByTestId("remote-desktop-dialog");
  act(() => useDialogs.setState({ open: null }));
  fireEvent.click(screen.getByTestId("inspector-desktop"));
  expect((await screen.findByTestId("remote-desktop-dialog")).textContent).toContain("port 3389");
});
