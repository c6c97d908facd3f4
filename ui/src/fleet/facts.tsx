/** What every page of the inspector is made of. */
import { ArrowLeftRight, ScrollText, X } from "lucide-react";
import type { ReactNode } from "react";
import { buttonOf } from "../actions/menus";
import { EnvBar, Glyph, tabGlyph } from "../domain/glyphs";
import { revealForward, switchForwards } from "../forwards/actions";
import { isOn, useForwards } from "../forwards/forwards";
import { destination, localAddress } from "../forwards/words";
import type { ForwardView } from "../ipc/contract";
import { Button, IconButton, Tip } from "../kit/button";
import { Switch } from "../kit/controls";
import { figure } from "../kit/words";
import { showTab } from "../sessions/actions";
import { openRun } from "../sessions/run";
import { useSessions } from "../sessions/sessions";
import type { RunTarget } from "../window/dialogs";
import styles from "./inspector.module.css";

/** The first line: where it belongs, what can be done with it, and the way out. */
export function Top({ chip, children }: { chip?: ReactNode; children?: ReactNode }) {
  return (
    <div className={styles.top}>
      <span>{chip}</span>
      <span className={styles.grow} />
      {children}
      <IconButton {...buttonOf("toggle-inspector")}>
        <X size={15} />
      </IconButton>
    </div>
  );
}

/** Opens the dialog that runs a document there. */
export function RunButton({ on }: { on: RunTarget }) {
  return (
    <Button icon={<ScrollText size={14} />} onClick={() => openRun(on)} data-testid="inspector-run">
      Run document…
    </Button>
  );
}

/** Opens the dialog of a forward through what is shown. */
export function ForwardButton({ onClick }: { onClick: () => void }) {
  return (
    <Button icon={<ArrowLeftRight size={14} />} onClick={onClick} data-testid="inspector-forward">
      Forward a port…
    </Button>
  );
}

/** The forwards through what is shown, each with its switch. */
export function ForwardsThrough({ through }: { through: (forward: ForwardView) => boolean }) {
  const forwards = useForwards((now) => now.forwards);
  const here = forwards.filter(through);
  if (here.length === 0) return null;
  return (
    <Section title="Port forwards" count={here.length}>
      <div className={styles.forwards}>
        {here.map((forward) => (
          <div key={forward.id} data-testid="inspector-forward-row">
            <Switch
              label={forward.draft.name}
              checked={isOn(forward)}
              onChange={(on) => void switchForwards([forward], on)}
            />
            <Tip text={destination(forward.draft.destination)}>
              <button type="button" className="line" onClick={() => revealForward(forward)}>
                {forward.draft.name}
              </button>
            </Tip>
            <small className="mono">{localAddress(forward)?.replace("localhost", "") ?? "any port"}</small>
          </div>
        ))}
      </div>
    </Section>
  );
}

/** The open tabs of a target. */
export function OpenSessions({ target }: { target: string }) {
  const tabs = useSessions((now) => now.tabs);
  const here = tabs.filter((tab) => tab.target === target);
  if (here.length === 0) return null;
  return (
    <Section title="Open sessions" count={here.length}>
      <div className={styles.sessions}>
        {here.map((tab) => (
          <button key={tab.id} type="button" onClick={() => showTab(tab.id)}>
            <EnvBar environment={tab.environment} small />
            <Glyph state={tabGlyph(tab.state)} />
            <span className="line">{tab.title}</span>
            {tab.document !== null && <small className="line">{tab.command ?? tab.document}</small>}
          </button>
        ))}
      </div>
    </Section>
  );
}

/** A titled part of the page. */
export function Section({ title, count, children }: { title: string; count?: number; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h3>
        {title}
        {count !== undefined && <span>{figure(count)}</span>}
      </h3>
      {children}
    </section>
  );
}

/** A fact that is not known is left out. */
export function Fact({
  name,
  value,
  mono = false,
  aside = null,
}: {
  name: string;
  value: string | null;
  mono?: boolean;
  aside?: string | null;
}) {
  if (value === null || value === "") return null;
  return (
    <dl className={styles.fact}>
      <dt>{name}</dt>
      <Tip text={aside === null ? value : `${value}, ${aside}`}>
        <dd className={mono ? "line mono" : "line"} data-selectable>
          {value}
        </dd>
      </Tip>
    </dl>
  );
}

/** ["running", "agent online"] as "Running, agent online". */
export function sentence(words: readonly string[]): string {
  const text = words.join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
