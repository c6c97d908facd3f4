/** Signing in: the code to confirm in a browser, and the wait for it. */
import { Copy, ExternalLink, Link2 } from "lucide-react";
import { useEffect, useRef } from "react";
import type { DeviceCodeView, ErrorView } from "../ipc/contract";
import { BusyArc, Button, IconButton, Keys } from "../kit/button";
import { Dialog } from "../kit/dialog";
import { Notice } from "../kit/notice";
import { useNow } from "../kit/time";
import { lasting } from "../kit/words";
import { copyText } from "../window/clipboard";
import { closeDialog } from "../window/dialogs";
import { askForCode, cancelSignIn, copySignInLink, openInBrowser } from "./actions";
import { loginOfSignIn, useLogins, waitingText } from "./logins";
import styles from "./sign-in.module.css";
import { codeOf, placeOf, signInNamed, useSignIns } from "./sign-ins";

export function SignInDialog({ signInKey }: { signInKey: string }) {
  const code = useSignIns((now) => codeOf(signInKey, now));
  const failure = useSignIns((now) => now.failures.get(signInKey) ?? null);
  const startUrl = useSignIns((now) => signInNamed(signInKey, now)?.startUrl);
  useEffect(() => void askForCode(signInKey), [signInKey]);
  const go = useRef<HTMLButtonElement>(null);
  const ready = code !== undefined || failure !== null;
  // It takes the keys when there is something to go on with.
  useEffect(() => {
    if (ready) go.current?.focus();
  }, [ready]);
  const next = () => {
    if (failure !== null) return void askForCode(signInKey);
    if (code !== undefined) void openInBrowser(code);
  };
  return (
    <Dialog
      title={`Sign in to ${signInKey}`}
      text={startUrl === undefined || startUrl === signInKey ? undefined : placeOf(startUrl)}
      onClose={closeDialog}
      onSubmit={next}
      initialFocus={go}
      testId="sign-in-dialog"
      aside={<Waiting signInKey={signInKey} />}
      actions={
        <>
          <CancelButton signInKey={signInKey} waits={code !== undefined} />
          {code !== undefined && (
            <Button size="lg" icon={<Link2 size={14} />} onClick={() => void copySignInLink(code)}>
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
      <Body code={code} failure={failure} />
    </Dialog>
  );
}

function Body({ code, failure }: { code: DeviceCodeView | undefined; failure: ErrorView | null }) {
  if (failure !== null) return <Notice error={failure} />;
  if (code !== undefined) return <Code code={code} />;
  return (
    <p className={styles.wait} role="status">
      <BusyArc size={12} />
      Asking Identity Center for a code
    </p>
  );
}

function CancelButton({ signInKey, waits }: { signInKey: string; waits: boolean }) {
  const cancel = () => {
    if (waits) void cancelSignIn(signInKey);
    closeDialog();
  };
  return (
    <Button look="ghost" size="lg" onClick={cancel} data-testid="sign-in-cancel">
      {waits ? "Cancel sign-in" : "Close"}
    </Button>
  );
}

function Code({ code }: { code: DeviceCodeView }) {
  return (
    <>
      <p className={styles.lead}>Confirm in the browser that it shows this code, on this or any other device.</p>
      <div className={styles.code}>
        <output className={styles.letters} data-selectable data-testid="sign-in-code" data-url={code.completeUrl}>
          {code.userCode}
        </output>
        <IconButton label="Copy the code" onClick={() => void copyText(code.userCode, "the code")}>
          <Copy size={14} />
        </IconButton>
      </div>
      <p className={`${styles.address} mono`} data-selectable>
        {code.verificationUrl}
      </p>
      <p className={styles.wait} role="status">
        <BusyArc size={12} />
        <Expiry atMs={code.expiresAtMs} />
      </p>
    </>
  );
}

function Expiry({ atMs }: { atMs: number }) {
  const now = useNow(1000);
  return `Waiting for the browser. The code is good for ${lasting(atMs - now)}.`;
}

/** What goes on by itself afterwards. */
function Waiting({ signInKey }: { signInKey: string }) {
  const login = useLogins((now) => loginOfSignIn(signInKey, now.notices));
  return login === undefined ? null : waitingText(login);
}
