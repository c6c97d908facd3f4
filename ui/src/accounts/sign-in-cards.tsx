/** The sign-ins to IAM Identity Center: how long each still holds, and what is done with it. */
import { CircleAlert, Clock, Ellipsis, LogIn, ShieldCheck } from "lucide-react";
import { buttonOf, menuOf } from "../actions/menus";
import { useFleet } from "../fleet/fleet";
import type { SignInView } from "../ipc/contract";
import { Button, IconButton } from "../kit/button";
import { MenuButton } from "../kit/menu";
import { Notice } from "../kit/notice";
import { Card } from "../kit/section";
import { useNow } from "../kit/time";
import { counted } from "../kit/words";
import { useProgram } from "../program/program";
import { cancelSignIn, signIn, signOut } from "../sign-in/actions";
import { codeOf, isSignedIn, placeOf, stateText, useSignIns } from "../sign-in/sign-ins";
import styles from "./sign-in-cards.module.css";

/** How long a sign-in holds where nobody knows how long it held at first. */
const WHOLE_MS = 8 * 3600_000;

export function SignInCards() {
  const { known } = useSignIns();
  const isDemo = useProgram((now) => now.mode === "demo");
  if (isDemo && known.signIns.length === 0) return null;
  return (
    <section aria-label="IAM Identity Center sign-in">
      <div className={styles.head}>
        <h2>IAM Identity Center sign-in</h2>
        {!isDemo && <NewCenter />}
      </div>
      {known.error !== null && <Notice error={known.error} />}
      {known.signIns.length > 0 && (
        <div className={styles.cards}>
          {known.signIns.map((one) => (
            <SignInCard key={one.key} signIn={one} />
          ))}
        </div>
      )}
      {known.signIns.length === 0 && known.error === null && (
        <p className={styles.none}>
          None yet. With the start URL of your access portal the accounts come from there, without any AWS file.
        </p>
      )}
    </section>
  );
}

function NewCenter() {
  const { label, onClick } = buttonOf("new-center");
  return (
    <Button look="link" size="sm" onClick={onClick} data-testid="new-center">
      {label}
    </Button>
  );
}

function SignInCard({ signIn: one }: { signIn: SignInView }) {
  const now = useNow(10_000);
  const code = useSignIns((all) => codeOf(one.key, all));
  const holds = isSignedIn(one, now);
  const tone = holds ? "ok" : one.state.kind === "unreadable" ? "danger" : "warn";
  return (
    <Card className={styles.card} data-testid="sign-in-card" data-key={one.key} data-state={one.state.kind}>
      <span className={styles.icon} data-tone={tone}>
        {holds ? <ShieldCheck size={16} /> : tone === "danger" ? <CircleAlert size={16} /> : <Clock size={16} />}
      </span>
      <div className={styles.words}>
        <div className={styles.name}>
          <b className="line">{one.key}</b>
          {one.startUrl !== one.key && <span className="line">{placeOf(one.startUrl)}</span>}
        </div>
        <div className={styles.state} data-tone={tone}>
          <span className={styles.bar} aria-hidden="true">
            <i style={{ transform: `scaleX(${shareLeft(one, now)})` }} />
          </span>
          <span className="line" data-testid="sign-in-state">
            {code === undefined ? stateText(one, now) : `Waits for the browser, code ${code.userCode}`}
            <UsedBy signIn={one} holds={holds} />
          </span>
        </div>
      </div>
      <CardButton signIn={one} holds={holds} waits={code !== undefined} />
      <MenuButton entries={menuOf("signIn", ["choose-accounts", "line", "sign-in", "sign-out"], one)} align="end">
        <IconButton label={`More for ${one.key}`} data-testid="sign-in-more">
          <Ellipsis size={14} />
        </IconButton>
      </MenuButton>
    </Card>
  );
}

function CardButton({ signIn: one, holds, waits }: { signIn: SignInView; holds: boolean; waits: boolean }) {
  if (waits)
    return (
      <Button onClick={() => void cancelSignIn(one.key)} data-testid="card-cancel">
        Cancel
      </Button>
    );
  if (holds)
    return (
      <Button onClick={() => signOut(one.key)} data-testid="card-sign-out">
        Sign out
      </Button>
    );
  return (
    <Button look="primary" icon={<LogIn size={14} />} onClick={() => signIn(one.key)} data-testid="card-sign-in">
      Sign in
    </Button>
  );
}

/** ", used by 16 pairs", ", 4 pairs paused". */
function UsedBy({ signIn: { profiles }, holds }: { signIn: SignInView; holds: boolean }) {
  const pairs = useFleet((fleet) => {
    const names = new Set(profiles);
    return fleet.pairs.filter((pair) => pair.enabled && names.has(pair.profile)).length;
  });
  if (pairs === 0) return null;
  return holds ? `, used by ${counted(pairs, "pair")}` : `, ${counted(pairs, "pair")} paused`;
}

/** For the bar: what runs out empties, what ran out is full in its warning colour. */
function shareLeft(one: SignInView, now: number): number {
  if (one.state.kind !== "signed-in" || !isSignedIn(one, now)) return 1;
  return Math.max(0.04, Math.min(1, (one.state.untilMs - now) / WHOLE_MS));
}
