/** What the window works on: the user's AWS profiles or the demo. */

import { selection } from "../fleet/selection";
import { client } from "../ipc/client";
import type { BootstrapView, Mode } from "../ipc/contract";
import { leavingSessions } from "../sessions/closing";
import { attempt } from "../window/attempt";
import { openDialog } from "../window/dialogs";
import { frame } from "../window/frame";
import { adoptSnapshot } from "./events";
import { useProgram } from "./program";

export async function chooseMode(mode: Mode): Promise<boolean> {
  useProgram.setState({ switching: true });
  const done = await attempt(async () => {
    await adopt(() => client.chooseMode(mode));
    selection.select(null);
    selection.search("");
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

/** The open sessions end with it. */
export function openDemo(): Promise<void> {
  return leaving("demo", () => changeTo("demo"));
}

export function leaveDemo() {
  return leaving("aws", () => changeTo("first-run"));
}

async function changeTo(mode: Mode) {
  if (await chooseMode(mode)) frame.show("workbench");
}

/** Settles once the mode was changed; at once when there is a question to answer first. */
async function leaving(what: "demo" | "aws", change: () => Promise<void>) {
  let changing = Promise.resolve();
  leavingSessions(what, () => {
    changing = change();
  });
  await changing;
}

/** From the first run to the profiles, to choose what is synced. */
export async function openAwsProfiles() {
  if (!(await chooseMode("aws"))) return;
  frame.show("settings", "accounts");
  if (useProgram.getState().profiles.profiles.length > 0) openDialog({ kind: "choose-profiles" });
}
