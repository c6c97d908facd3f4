/** Signing in to IAM Identity Center: the code to confirm in a browser, and the wait for it. */
import { Copy } from "lucide-react";
import { useEffect } from "react";
import type { DeviceCodeView } from "../ipc/contract";
import { IconButton } from "../kit/button";
import { useNow } from "../kit/time";
import { lasting } from "../kit/words";
import { copyText } from "../window/clipboard";
import { askForCode, cancelSignIn } from "./actions";
import { BrowserDialog, Waits } from "./browser-dialog";
import { loginOfSignIn, useLogins } from "./logins";
import styles from "./sign-in.module.css";
import { codeOf, placeOf, signInNamed, useSignIns } from "./sign-ins";

export function SignInDialog({ signInKey }: { signInKey: string }) {
  const code = useSignIns((now) => codeOf(signInKey, now));
  const failure = useSignIns((now) => now.failures.get(signInKey) ?? null);
  const startUrl = useSignIns((now) => signInNamed(signInKey, now)?.startUrl);
  const login = useLogins((now) => loginOfSignIn(signInKey, now.notices));
  useEffect(() => void askForCode(signInKey), [signInKey]);
  return (
    <BrowserDialog
      title={`Sign in to ${signInKey}`}
      text={startUrl === undefined || startUrl === signInKey ? undefined : placeOf(startUrl)}
      address={code?.completeUrl}
      asking="Asking Identity Center for a code"
      failure={failure}
      login={login}
      onAgain={() => void askForCode(signInKey)}
      onCancel={() => void cancelSignIn(signInKey)}
      testId="sign-in-dialog"
    >
      {code !== undefined && <Code code={code} />}
    </BrowserDialog>
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
      <Waits>
        <Expiry atMs={code.expiresAtMs} />
      </Waits>
    </>
  );
}

function Expiry({ atMs }: { atMs: number }) {
  const now = useNow(1000);
  return `Waiting for the browser. The code is good for ${lasting(atMs - now)}.`;
}
