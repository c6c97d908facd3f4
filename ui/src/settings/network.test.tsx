import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { mock } from "../ipc/mock/backend";
import { chooseMode } from "../program/mode";
import { useProgram } from "../program/program";
import { start } from "../program/start";
import { App } from "../shell/app";
import { openDialog } from "../window/dialogs";
import { frame } from "../window/frame";

vi.mock("../workbench/workbench", () => ({ default: () => null }));

beforeEach(async () => {
  Element.prototype.scrollTo = () => {};
  Element.prototype.scrollIntoView = () => {};
  mock.mode = "first-run";
  mock.failNext.clear();
  await start();
  await chooseMode("demo");
  render(<App />);
});
afterEach(cleanup);

const user = () => userEvent.setup({ delay: null });
const proxy = () => useProgram.getState().settings.proxy;

test("a proxy of one's own is filled in once, and can be put aside", async () => {
  act(() => frame.show("settings", "network"));
  await user().click(await screen.findByRole("radio", { name: "This one" }));
  await user().type(await screen.findByTestId("proxy-host"), "proxy.corp");
  await user().type(screen.getByTestId("proxy-port"), "3128");
  await user().type(screen.getByTestId("proxy-user"), "ada");
  await user().type(screen.getByTestId("proxy-password"), "s3cret");
  await user().click(screen.getByTestId("proxy-save"));
  await waitFor(() => expect(proxy()).toMatchObject({ mode: "own", host: "proxy.corp", port: 3128, user: "ada" }));
  expect(screen.getByText("http://proxy.corp:3128")).toBeTruthy();
  const kept = mock.calls.find(({ name }) => name === "saveProxyPassword");
  expect(kept?.args).toEqual([{ proxy: proxy(), password: "s3cret", thisRun: false }]);
  expect(await screen.findByText("Login as ada, password in the keyring.")).toBeTruthy();
  await user().click(screen.getByRole("radio", { name: "None" }));
  await waitFor(() => expect(proxy()).toMatchObject({ mode: "none", host: "proxy.corp" }));
  await user().click(screen.getByRole("radio", { name: "This one" }));
  await waitFor(() => expect(proxy().mode).toBe("own"));
});

test("the endpoints of a pair stay folded until they are looked for, or one is set or wrong", async () => {
  act(() => openDialog({ kind: "pair", pair: null }));
  await screen.findByTestId("pair-dialog");
  expect(screen.queryByTestId("pair-endpoint-ssmmessages")).toBeNull();
  await user().type(screen.getByTestId("pair-profile"), "acme-prod");
  await user().type(screen.getByTestId("region-search"), "eu-north-1{Enter}");
  await user().click(screen.getByTestId("pair-endpoints"));
  await user().type(screen.getByTestId("pair-endpoint-kms"), "http://kms.corp");
  await user().click(screen.getByTestId("pair-endpoints"));
  await user().click(screen.getByTestId("pair-save"));
  expect(await screen.findByText(/An endpoint is reached by https/)).toBeTruthy();
  await user().clear(screen.getByTestId("pair-endpoint-kms"));
  await user().type(screen.getByTestId("pair-endpoint-ssmmessages"), "vpce.example");
  await user().click(screen.getByTestId("pair-save"));
  await waitFor(() => expect(screen.queryByTestId("pair-dialog")).toBeNull());
  const added = mock.fleet.pairs.find((pair) => pair.region === "eu-north-1");
  expect(added?.endpoints.ssmmessages).toBe("vpce.example");
  act(() => openDialog({ kind: "pair", pair: added ?? null }));
  expect(await screen.findByTestId("pair-endpoint-ssmmessages")).toHaveProperty("value", "vpce.example");
});
