/** Another world: what the fleet page knew was of the one before. */
import { useContainerTree } from "./container-tree";
import { useFleetPage } from "./fleet-page";
import { useRuns } from "./runs";

export function forgetFleetPage() {
  useFleetPage.setState(({ ask }) => ({
    ask: { ...ask, query: "", chosen: [], findValue: "" },
    view: null,
    rows: new Map(),
    picked: new Set(),
    current: 0,
    anchor: 0,
    error: null,
  }));
  useContainerTree.setState({ opened: new Set(), branches: new Map(), current: null });
  useRuns.setState({ run: null, open: false, shown: null, output: null, error: null });
}
