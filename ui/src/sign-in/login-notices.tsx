/** What the program waits for a person for: sign-ins and codes of MFA devices, one message for each, until nothing waits. */
import { KeyRound, Smartphone, X } from "lucide-react";
import { useState } from "react";
import type { ConsoleSignInView, DeviceCodeView, MfaQuestionView } from "../ipc/contract";
import { Button, IconButton } from "../kit/button";
import { useNow } from "../kit/time";
import { ago } from "../kit/words";
import styles from "../shell/toasts.module.css";
import { openDialog, useDialogs } from "../window/dialogs";
import { cancelConsoleSignIn, cancelSignIn, signedIn, signIn, signInFor, signInToConsole } from "./actions";
import { useConsoles } from "./consoles";
import { hasDialog, type LoginNotice, logins, useLogins, waitingText } from "./logins";
import { deviceName, mfa, roleOf, useMfa } from "./mfa";
import { signInNamed, useSignIns } from "./sign-ins";

export function LoginNotices() {
  const notices = useLogins((now) => now.notices);
  const codes = useSignIns((now) => now.codes);
  const consoles = useConsoles((now) => now.waiting);
  const { questions, hidden } = useMfa();
  const open = useDialogs((now) => now.open);
  const isAsked = ({ signIn, console }: LoginNotice) =>
    codes.some(({ key }) => key === signIn) || consoles.some(({ profile }) => profile === console);
  return (
    <>
      {questions
        .filter(({ id }) => !hidden.has(id) && !(open?.kind === "mfa" && open.id === id))
        .map((question) => (
          <MfaNotice key={question.id} question={question} />
        ))}
      {codes
        .filter(({ key }) => !(open?.kind === "sign-in" && open.key === key))
        .map((code) => (
          <CodeNotice key={code.key} code={code} />
        ))}
      {consoles
        .filter(({ profile }) => !(open?.kind === "console-sign-in" && open.profile === profile))
        .map((one) => (
          <ConsoleNotice key={one.profile} waiting={one} />
        ))}
      {notices
        .filter((notice) => !notice.hidden && !isAsked(notice))
        .map((notice) => (
          <OneNotice key={notice.id} notice={notice} />
        ))}
    </>
  );
}

function OneNotice({ notice }: { notice: LoginNotice }) {
  const { id, signIn: key, console, profiles, sessions, pairs, error } = notice;
  const helped = hasDialog(notice);
  return (
    <div
      className={styles.toast}
      role="status"
      data-warn
      data-testid="login-wanted"
      data-sign-in={key ?? undefined}
      data-console={console ?? undefined}
      data-profile={helped ? undefined : (profiles[0] ?? "")}
      data-sessions={sessions}
      data-pairs={pairs}
    >
      <KeyRound size={14} />
      <div className={styles.words} data-selectable>
        {key === null ? error.message : <Ended signInKey={key} fallback={error.message} />}
        <p>
          {waitingText(notice)}
          {!helped && ` ${error.nextStep}`}
        </p>
        {!helped && error.detail !== null && <small>{error.detail}</small>}
        <div className={styles.buttons}>
          {helped && <SignIn login={notice} />}
          {key === null && <TryNow id={id} />}
        </div>
      </div>
      <IconButton small label="Close the message; panes and pairs keep it" onClick={() => logins.hide(id)}>
        <X size={12} />
      </IconButton>
    </div>
  );
}

/** "Your sign-in to acme-sso ended 3 min ago." */
function Ended({ signInKey, fallback }: { signInKey: string; fallback: string }) {
  const now = useNow(10_000);
  const state = useSignIns((all) => signInNamed(signInKey, all)?.state);
  if (state?.kind === "expired") return `Your sign-in to ${signInKey} ended ${ago(state.sinceMs, now)}.`;
  return state?.kind === "signed-out" ? `Nobody is signed in to ${signInKey}.` : fallback;
}

function SignIn({ login }: { login: LoginNotice }) {
  return (
    <Button size="sm" onClick={() => signInFor(login)} data-testid="sign-in">
      Sign in…
    </Button>
  );
}

function TryNow({ id }: { id: string }) {
  const [trying, setTrying] = useState(false);
  const tryNow = async () => {
    setTrying(true);
    await signedIn(id);
    setTrying(false);
  };
  return (
    <Button size="sm" busy={trying} onClick={() => void tryNow()} data-testid="signed-in">
      I have signed in: try now
    </Button>
  );
}

/** A code whose dialog was closed still waits for its word in the browser. */
function CodeNotice({ code }: { code: DeviceCodeView }) {
  return (
    <div className={styles.toast} role="status" data-warn data-testid="code-waits" data-sign-in={code.key}>
      <KeyRound size={14} />
      <div className={styles.words} data-selectable>
        The sign-in to {code.key} waits for your word in the browser.
        <p>
          Its code is <b className="mono">{code.userCode}</b>.
        </p>
        <Button size="sm" onClick={() => signIn(code.key)}>
          Show the code
        </Button>
      </div>
      <IconButton small label={`Cancel the sign-in to ${code.key}`} onClick={() => void cancelSignIn(code.key)}>
        <X size={12} />
      </IconButton>
    </div>
  );
}

/** An address whose dialog was closed still waits for the browser. */
function ConsoleNotice({ waiting: { profile } }: { waiting: ConsoleSignInView }) {
  return (
    <div className={styles.toast} role="status" data-warn data-testid="console-waits" data-profile={profile}>
      <KeyRound size={14} />
      <div className={styles.words} data-selectable>
        The sign-in to {profile} waits for the browser.
        <div className={styles.buttons}>
          <Button size="sm" onClick={() => signInToConsole(profile)}>
            Show the link
          </Button>
        </div>
      </div>
      <IconButton small label={`Cancel the sign-in to ${profile}`} onClick={() => void cancelConsoleSignIn(profile)}>
        <X size={12} />
      </IconButton>
    </div>
  );
}

function MfaNotice({ question }: { question: MfaQuestionView }) {
  const { id, device, profile, retry } = question;
  return (
    <div className={styles.toast} role="status" data-warn data-testid="mfa-wanted" data-device={device}>
      <Smartphone size={14} />
      <div className={styles.words} data-selectable>
        {profile} needs a code of the MFA device {deviceName(device)}
        {retry === null ? "." : ": the one before was not taken."}
        <p>It is for the {roleOf(question)}.</p>
        <div>
          <Button size="sm" onClick={() => openDialog({ kind: "mfa", id })} data-testid="mfa-enter">
            Enter the code…
          </Button>
        </div>
      </div>
      <IconButton small label="Close the message; the palette keeps it" onClick={() => mfa.hide(id)}>
        <X size={12} />
      </IconButton>
    </div>
  );
}
