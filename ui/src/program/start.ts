/** The first question to the program, and the events from then on. */
import { client, errorView, listen } from "../ipc/client";
import { applyEvent } from "./events";
import { adopt } from "./mode";
import { pinNodes } from "./pins";
import { useProgram } from "./program";

let listening = false;

/** Listens first, so that nothing is missed between the snapshot and the first event. */
export async function start() {
  try {
    if (!listening) {
      pinNodes();
      await listen(applyEvent);
    }
    listening = true;
    await adopt(() => client.bootstrap());
  } catch (thrown) {
    useProgram.setState({ startError: errorView(thrown) });
  }
}
