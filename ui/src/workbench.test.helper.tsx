/** The workbench for tests: real tabs, and panes whose terminals only take the focus, for there is nothing to measure. */

import { TabStrip } from "./workbench/tab-strip";
import { useLayout, useTabs } from "./workbench/tabs";

export default function Workbench({ inspector }: { inspector: React.ReactNode }) {
  const tabs = useTabs();
  const active = useLayout((now) => now.active);
  return (
    <>
      <TabStrip />
      <div data-area="pane" tabIndex={-1}>
        {tabs.map((tab) => (
          <section key={tab.id} id={`pane-${tab.id}`} hidden={tab.id !== active} className="xterm-pane">
            <div className="xterm">
              <textarea aria-label={`Terminal of ${tab.title}`} data-terminal={tab.id} />
            </div>
          </section>
        ))}
      </div>
      {inspector}
    </>
  );
}
