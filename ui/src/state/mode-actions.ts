/** What the window works on: the user's AWS profiles or the demo. */
import { client } from "../ipc/client";
import type { BootstrapView, Mode } from "../ipc/contract";
import { attempt } from "./attempt";
import { openDialog } from "./dialogs";
import { adoptSnapshot } from "./events";
import { useSessions } from "./sessions";
import { useProgram } from "./settings";
import { workspace } from "./workspace";

export async function chooseMode(mode: Mode): Promise<boolean> {
  useProgram.setState({ switching: true });
  const done = await attempt(async () => {
    await adopt(() => client.chooseMode(mode));
    workspace.select(null);
    workspace.search("");
  });
  useProgram.setState({ switching: false });
  return done;
}

/** Takes over what the program says, and where its simulator is. */
export async function adopt(ask: () => Promise<BootstrapView>) {
  const view = await adoptSnapshot(ask);
  useProgram.setState({ simulator: null });
  if (view.mode === "demo") useProgram.setState({ simulator: await client.simulatorEndpoint() });
}

export async function openDemo() {
  if (await chooseMode("demo")) workspace.show("workspace");
}

export function leaveDemo() {
  const open = useSessions.getState().tabs.length;
  const leave = async () => {
    if (await chooseMode("first-run")) workspace.show("workspace");
  };
  if (open === 0) return void leave();
  openDialog({
    kind: "confirm",
    title: "Leave the demo?",
    text: "Its sessions end and nothing of it is kept.",
    action: "Leave the demo",
    danger: false,
    run: () => void leave(),
  });
}

/** From the first run to the profiles, to choose what is synced. */
export async function openAwsProfiles() {
  if (!(await chooseMode("aws"))) return;
  workspace.show("settings", "accounts");
  if (useProgram.getState().profiles.profiles.length > 0) openDialog({ kind: "choose-profiles" });
}
