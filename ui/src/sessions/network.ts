/** The network as the web view sees it: when it is back, lost sessions need not wait for their next try. */
import { client } from "../ipc/client";
import { useSessions } from "./sessions";

/** Listens from now on; the returned function stops. */
export function listenToNetwork(): () => void {
  window.addEventListener("online", networkBack);
  return () => window.removeEventListener("online", networkBack);
}

/** Every session whose link is lost tries at once. */
function networkBack() {
  const lost = useSessions.getState().tabs.some(({ state }) => state.kind === "resuming");
  // A try that fails is counted and shown in its pane, so there is nothing to say here.
  if (lost) client.networkBack().catch(() => {});
}
