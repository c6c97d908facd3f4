import { act, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { nodeTitle } from "../domain/node";
import { useFleet } from "../fleet/fleet";
import type { ForwardView } from "../ipc/contract";
import { mock } from "../ipc/mock/backend";
import { forward } from "../samples.test.helper";
import { App } from "../shell/app";
import { editForward } from "./actions";
import { replaceForwards } from "./forwards";
import { called, leaveForwardsPage, openForwardsPage, user } from "./page.test.helper";

vi.mock("../workbench/workbench", () => ({ default: () => null }));

beforeEach(() => openForwardsPage(<App />));
afterEach(leaveForwardsPage);

const row = (name: string) =>
  screen.getAllByTestId("forward-row").find((one) => one.dataset.name === name) as HTMLElement;
const isGone = () => waitFor(() => expect(screen.queryByTestId("forward-dialog")).toBeNull());
const drafts = () => called("saveForward").map(([, draft]) => draft);

function shown(...list: ForwardView[]) {
  mock.forwards.forwards = list;
  act(() => replaceForwards(list));
}

async function add(kind: "Port on the node" | "Host behind the node" | "SOCKS proxy") {
  await user().keyboard("{Control>}{Shift>}l{/Shift}{/Control}");
  await screen.findByTestId("forward-dialog");
  await user().click(screen.getByRole("radio", { name: kind }));
}

async function goBy(name: string) {
  await user().type(screen.getByTestId("forward-via"), name);
  await user().keyboard("{ArrowDown}{Enter}");
}

test("several ports of a node are added at once and turned on", async () => {
  await add("Port on the node");
  await goBy("ledger-db-1");
  await user().type(screen.getByTestId("forward-port"), "5432, 6379");
  expect(screen.getByTestId("forward-ports").textContent).toBe("2 forwards: 15432, 16379");
  expect(screen.getByTestId("forward-save").textContent).toContain("Add 2 and turn on");
  await user().keyboard("{Control>}{Enter}{/Control}");
  await isGone();
  expect(called("saveForward")).toEqual([]);
  expect(called("addForwards")[0]?.[0]).toMatchObject([
    { name: "ledger-db-1 5432", localPort: 15_432 },
    { name: "ledger-db-1 6379", localPort: 16_379 },
  ]);
  await waitFor(() => expect(row("ledger-db-1 6379").dataset.state).toBe("up"));
});

test("the hosts that AWS lists behind the node are offered with their ports, and what it refused to list is said", async () => {
  await add("Host behind the node");
  expect(called("remoteHosts"), "nobody knows yet where to look").toEqual([]);
  await goBy("ledger-db-1");
  await waitFor(() => expect(called("remoteHosts")).toEqual([[{ kind: "saved", id: 11 }]]));
  expect((await screen.findByTestId("forward-host-refusals")).textContent).toContain("may not call es:ListDomainNames");
  await user().type(screen.getByTestId("forward-host"), "sessions");
  const [option] = await screen.findAllByRole("option");
  expect(option?.textContent).toContain("sessions, 6379");
  await user().keyboard("{ArrowDown}{Enter}");
  expect(screen.getByTestId<HTMLInputElement>("forward-host").value).toContain("master.sessions");
  expect(screen.getByTestId<HTMLInputElement>("forward-port").value).toBe("6379");
});

test("a listing that fails keeps nobody from typing a host", async () => {
  mock.failNext.set("remoteHosts", { code: "denied", message: "Denied.", nextStep: "Ask.", detail: null });
  await add("Host behind the node");
  await goBy("ledger-db-1");
  expect((await screen.findByTestId("forward-host-refusals")).textContent).toBe("Denied.");
  await user().type(screen.getByTestId("forward-host"), "db.internal");
  await user().type(screen.getByTestId("forward-port"), "5432");
  await user().keyboard("{Control>}{Enter}{/Control}");
  await isGone();
  expect(drafts()).toMatchObject([{ destination: { kind: "port", host: "db.internal", port: 5432 } }]);
});

test("a SOCKS proxy by tags says how many nodes there are to move to, and its row which one it goes by", async () => {
  const pair = useFleet.getState().pairs.find(({ profile }) => profile === "acme-prod");
  const node = mock.fleet.nodes.get(pair?.id ?? 0)?.find(({ tags }) => tags.length > 0);
  const [tag] = node?.tags ?? [];
  await add("SOCKS proxy");
  await user().click(screen.getByTestId("forward-by"));
  await user().type(screen.getByTestId("forward-pair"), `acme-prod / ${pair?.region}`);
  await user().keyboard("{Escape}");
  await user().type(screen.getByTestId("forward-tags"), `${tag?.key}=${tag?.value}`);
  await waitFor(() =>
    expect(screen.getByTestId("forward-dialog").textContent).toMatch(
      /nodes? (with the agent online|of the fleet)|only: /,
    ),
  );
  await user().type(screen.getByTestId("forward-allowed"), "10.88.0.0/16");
  await user().type(screen.getByTestId("forward-name"), "Egress");
  await user().keyboard("{Control>}{Enter}{/Control}");
  await isGone();
  expect(drafts()).toMatchObject([
    {
      via: { kind: "tags", profile: "acme-prod", tags: [{ key: tag?.key, values: [tag?.value] }] },
      destination: { kind: "socks", allowed: ["10.88.0.0/16"] },
      localPort: 11_080,
    },
  ]);
  expect(within(row("Egress")).getByTestId("forward-local").textContent).toBe("socks5 localhost:11080");
  expect(row("Egress").textContent).toContain("10.88.0.0/16 only");
  const egress = mock.forwards.forwards.find(({ draft }) => draft.name === "Egress") as ForwardView;
  const through = { node: node?.id ?? "", name: null };
  act(() => mock.forwards.setForward(egress.id, { kind: "up", sinceMs: 0 }, { through }));
  const cell = within(row("Egress")).getByTestId("forward-through");
  expect(cell.textContent).toBe(node === undefined ? "" : nodeTitle(node));
});

test("an address for others takes a typed word, is checked as such, and stays marked in the row", async () => {
  shown(forward({ id: 1, draft: { name: "Ledger" } }));
  await user().click(screen.getByTestId("forward-add"));
  await goBy("ledger-db-1");
  await user().type(screen.getByTestId("forward-port"), "80");
  await user().click(screen.getByTestId("forward-exposed"));
  await user().type(screen.getByTestId("forward-address"), "172.17.0.1");
  await user().keyboard("{Escape}");
  await waitFor(() => expect(screen.getByTestId("forward-port-check").textContent).toBe("10080 is free on 172.17.0.1"));
  await user().click(screen.getByTestId("forward-save"));
  await waitFor(() => expect((document.activeElement as HTMLElement).dataset.testid).toBe("forward-confirmation"));
  expect(drafts()).toEqual([]);
  await user().keyboard("expose{Control>}{Enter}{/Control}");
  await isGone();
  expect(drafts()).toMatchObject([{ bindAddress: "172.17.0.1" }]);
  const name = "ledger-db-1 80";
  expect(within(row(name)).getByTestId("forward-open-to-others")).toBeTruthy();
  expect(within(row(name)).getByTestId("forward-local").textContent).toBe("172.17.0.1:10080");
  expect(within(row("Ledger")).queryByTestId("forward-open-to-others")).toBeNull();
  const saved = mock.forwards.forwards.find(({ draft }) => draft.name === name) as ForwardView;
  act(() => editForward(saved));
  await screen.findByTestId("forward-dialog");
  expect(screen.queryByTestId("forward-confirmation"), "it was confirmed before").toBeNull();
});

test("the menu of a row copies the lines that certificates need", async () => {
  const eks = { kind: "port", host: "A1.gr7.eu-central-1.eks.amazonaws.com", port: 443 } as const;
  shown(forward({ id: 1, draft: { name: "Cluster", destination: eks, localPort: 10_443 } }));
  const written = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  await user().click(screen.getByTestId("forward-more"));
  await user().click(await screen.findByRole("menuitem", { name: "Copy line for /etc/hosts" }));
  expect(written).toHaveBeenLastCalledWith("127.0.0.1 A1.gr7.eu-central-1.eks.amazonaws.com");
  row("Cluster").focus();
  await user().keyboard("{Control>}k{/Control}");
  await user().type(await screen.findByTestId("palette-input"), ">kubeconfig");
  await user().keyboard("{Enter}");
  expect(written).toHaveBeenLastCalledWith(expect.stringContaining("tls-server-name: A1.gr7"));
});
