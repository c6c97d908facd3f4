/** A dialog that waits for a browser: open it or copy the link, see why it did not work and try again, cancel. */
import { ExternalLink, Link2 } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import type { ErrorView } from "../ipc/contract";
import { BusyArc, Button, Keys } from "../kit/button";
import { Dialog } from "../kit/dialog";
import { Notice } from "../kit/notice";
import { closeDialog } from "../window/dialogs";
import { copySignInLink, openInBrowser } from "./actions";
import { type LoginNotice, waitingText } from "./logins";
import styles from "./sign-in.module.css";

interface BrowserDialogProps {
  title: string;
  text?: ReactNode;
  /** Where the browser is to go; undefined while it is asked for. */
  address: string | undefined;
  /** What is said while it is asked for. */
  asking: string;
  /** Why it did not work. */
  failure: ErrorView | null;
  /** What waits for it, and goes on by itself then. */
  login: LoginNotice | undefined;
  onAgain: () => void;
  onCancel: () => void;
  testId: string;
  /** While the browser is waited for. */
  children: ReactNode;
}

export function BrowserDialog(props: BrowserDialogProps) {
  const { address, failure, login } = props;
  const go = useRef<HTMLButtonElement>(null);
  const ready = address !== undefined || failure !== null;
  // It takes the keys when there is something to go on with.
  useEffect(() => {
    if (ready) go.current?.focus();
  }, [ready]);
  const next = () => {
    if (failure !== null) return props.onAgain();
    if (address !== undefined) void openInBrowser(address);
  };
  return (
    <Dialog
      title={props.title}
      text={props.text}
      onClose={closeDialog}
      onSubmit={next}
      initialFocus={go}
      testId={props.testId}
      actions={
        <>
          <CancelButton waits={address !== undefined} onCancel={props.onCancel} />
          {address !== undefined && (
            <Button
              size="lg"
              icon={<Link2 size={14} />}
              onClick={() => void copySignInLink(address)}
              data-testid="sign-in-copy"
            >
              Copy link
            </Button>
          )}
          <Button
            ref={go}
            type="submit"
            look="primary"
            size="lg"
            icon={failure === null && <ExternalLink size={14} />}
            disabled={!ready}
            data-testid="sign-in-open"
          >
            {failure === null ? "Open in browser" : "Try again"} <Keys keys={["Enter"]} />
          </Button>
        </>
      }
    >
      <Body {...props} />
      {login !== undefined && <p className={styles.goesOn}>{waitingText(login)}</p>}
    </Dialog>
  );
}

function Body({ failure, address, asking, children }: BrowserDialogProps) {
  if (failure !== null) return <Notice error={failure} />;
  return address === undefined ? <Waits>{asking}</Waits> : children;
}

/** That something is waited for, and what. */
export function Waits({ children }: { children: ReactNode }) {
  return (
    <p className={styles.wait} role="status">
      <BusyArc size={12} />
      <span>{children}</span>
    </p>
  );
}

function CancelButton({ waits, onCancel }: { waits: boolean; onCancel: () => void }) {
  const cancel = () => {
    if (waits) onCancel();
    closeDialog();
  };
  return (
    <Button look="ghost" size="lg" onClick={cancel} data-testid="sign-in-cancel">
      {waits ? "Cancel sign-in" : "Close"}
    </Button>
  );
}
