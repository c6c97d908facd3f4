/** What is said of a local port while it is typed: whether it can be had now, and another one where it cannot. */
import { Check, CircleAlert } from "lucide-react";
import { useEffect, useState } from "react";
import { client } from "../ipc/client";
import type { LocalPortView } from "../ipc/contract";
import { Button } from "../kit/button";
import { useForwards } from "./forwards";
import styles from "./forwards.module.css";
import { portOf } from "./words";

/** As long as somebody types, nobody needs to know. */
const TYPING_MS = 250;

interface LocalPortCheckProps {
  id: number | null;
  /** Where it listens; null is this computer only. */
  address: string | null;
  /** As it is typed; empty is any free port. */
  text: string;
  /** Whether nobody typed it; an empty one is then no word for any free port. */
  isProposed: boolean;
  onUse: (port: string) => void;
}

export function LocalPortCheck({ id, address, text, isProposed, onUse }: LocalPortCheckProps) {
  const port = portOf(text);
  const checked = useChecked(id, address, port);
  const other = useForwards((now) =>
    now.forwards.find((forward) => forward.id !== id && forward.draft.localPort === port && port !== null),
  );
  return (
    <div className={styles.live} aria-live="polite" data-testid="forward-port-check">
      {text.trim() === "" && !isProposed ? "Any free port is taken each time that it is turned on." : null}
      {port === null && text.trim() !== "" ? <Wrong text="A port is a number from 1 to 65535." /> : null}
      {checked?.error === null && other === undefined && (
        <span className={styles.free}>
          <Check size={12} />
          {address === null ? `${port} is free, listens on this computer only` : `${port} is free on ${address}`}
        </span>
      )}
      {checked?.error === null && other !== undefined && `${other.draft.name} has this port too: one at a time.`}
      {checked !== null && checked.error !== null && (
        <>
          <Wrong text={checked.error.message} />
          {checked.freePort !== null && (
            <Button
              look="link"
              size="sm"
              onClick={() => onUse(String(checked.freePort))}
              data-testid="forward-port-use-other"
            >
              Use {checked.freePort} instead
            </Button>
          )}
        </>
      )}
    </div>
  );
}

function Wrong({ text }: { text: string }) {
  return (
    <span className={styles.bad}>
      <CircleAlert size={12} />
      {text}
    </span>
  );
}

/** What the program says of the port; null while it is asked, and of what is no port. */
function useChecked(id: number | null, address: string | null, port: number | null): LocalPortView | null {
  const [answer, setAnswer] = useState<{ of: string; view: LocalPortView } | null>(null);
  useEffect(() => {
    if (port === null) return;
    let wanted = true;
    const timer = setTimeout(() => {
      client
        .checkLocalPort(id, address, port)
        .then((view) => wanted && setAnswer({ of: `${address} ${port}`, view }))
        // Turning it on says what is wrong.
        .catch(() => {});
    }, TYPING_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [id, address, port]);
  return answer !== null && answer.of === `${address} ${port}` ? answer.view : null;
}

/** The local ports of several forwards that are added at once; each is checked when it is turned on. */
export function PortList({ text }: { text: string }) {
  return (
    <div className={styles.live} data-testid="forward-ports">
      {text}
    </div>
  );
}
