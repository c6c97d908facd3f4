/** The network as the web view sees it: when it is back, lost sessions need not wait for their next try. */
import { client } from "../ipc/client";
import { useSessions } from "./sessions";

/** Listens from now on; the returned function stops. */
export function listenToNetwork(): () => void {
  window.addEventListener("online", resumeAll);
  return () => window.removeEventListener("online", resumeAll);
}

/** Every session that is being resumed tries at once. A new sign-in is not what the network brings. */
export function resumeAll() {
  for (const { id, state } of useSessions.getState().tabs) {
    if (state.kind !== "resuming" || state.waitsForLogin) continue;
    // A try that fails is counted and shown in its pane.
    client.retryResume(id).catch(() => {});
  }
}
