/** Signing in and out, codes of MFA devices, and the accounts that a sign-in opens. */
import { useFleet } from "../fleet/fleet";
import { client, errorView } from "../ipc/client";
import type { CenterDraft, CenterRoleDraft, LoginView, MfaQuestionView } from "../ipc/contract";
import { counted } from "../kit/words";
import { chooseMode } from "../program/mode";
import { useProgram } from "../program/program";
import { changeSettings } from "../settings/actions";
import { attempt } from "../window/attempt";
import { copyText } from "../window/clipboard";
import { openDialog } from "../window/dialogs";
import { frame } from "../window/frame";
import { addressOf, consoles } from "./consoles";
import { hasDialog, useLogins } from "./logins";
import { mfa, useMfa } from "./mfa";
import { codeOf, signInNamed, signIns } from "./sign-ins";

/** Shows the dialog of a sign-in; `next` its accounts, for who came to choose some. */
export function signIn(key: string, next: "accounts" | null = null) {
  openDialog({ kind: "sign-in", key, next });
}

/** Asks for a code, unless one waits already. Why there is none is shown where the code would be. */
export async function askForCode(key: string) {
  if (codeOf(key) !== undefined) return;
  try {
    signIns.started(await client.startSignIn(key));
  } catch (thrown) {
    signIns.over(key, errorView(thrown));
  }
}

export function cancelSignIn(key: string) {
  signIns.over(key, null);
  return attempt(() => client.cancelSignIn(key));
}

/** Shows the dialog of a sign-in to the console, as `aws login` makes one. */
export function signInToConsole(profile: string) {
  openDialog({ kind: "console-sign-in", profile });
}

/** Asks where to sign in, unless an address waits already. Why there is none is shown where it would be. */
export async function askForAddress(profile: string) {
  if (addressOf(profile) !== undefined) return;
  try {
    consoles.started(await client.startConsoleSignIn(profile));
  } catch (thrown) {
    consoles.over(profile, errorView(thrown));
  }
}

export function cancelConsoleSignIn(profile: string) {
  consoles.over(profile, null);
  return attempt(() => client.cancelConsoleSignIn(profile));
}

export function openInBrowser(address: string) {
  return attempt(() => client.openLink(address));
}

export function copySignInLink(address: string) {
  return copyText(address, "the link");
}

/** What answers a question: a dialog, where there is one. */
export function signInFor({ signIn: key, console: profile }: Pick<LoginView, "signIn" | "console">) {
  if (key !== null) signIn(key);
  else if (profile !== null) signInToConsole(profile);
}

/** The AWS CLI shares the sign-in, so it is asked first. */
export function signOut(key: string) {
  const profiles = new Set(signInNamed(key)?.profiles);
  const pairs = useFleet.getState().pairs.filter((pair) => pair.enabled && profiles.has(pair.profile)).length;
  const waits = pairs === 0 ? "" : ` ${counted(pairs, "pair waits", "pairs wait")} for the next sign-in.`;
  openDialog({
    kind: "confirm",
    title: `Sign out of ${key}?`,
    text: `The AWS CLI shares this sign-in and is signed out too. Open sessions go on.${waits}`,
    action: "Sign out",
    danger: true,
    run: () => void attempt(() => client.signOut(key)),
  });
}

/** Somebody renewed what a question is about: everything that waits for it tries at once. */
export function signedIn(id: string) {
  return attempt(() => client.answerLogin(id));
}

/** The question that waits longest: a code, or a sign-in. Without one, how the sign-ins stand. */
export function answerWhatWaits() {
  const question = useMfa.getState().questions[0];
  if (question !== undefined) return openDialog({ kind: "mfa", id: question.id });
  const login = useLogins.getState().notices.find(hasDialog);
  if (login !== undefined) return signInFor(login);
  frame.show("settings", "accounts");
}

export async function answerMfa(question: MfaQuestionView, code: string | null) {
  if (code !== null) mfa.answered(question.device);
  await client.answerMfa(question.id, code);
}

export function newCenter() {
  openDialog({ kind: "new-center" });
}

/** Keeps the address of an Identity Center that no AWS file has, and begins to sign in. */
export async function addCenter(draft: CenterDraft) {
  const { key } = await client.addCenter(draft);
  if (useProgram.getState().mode === "first-run" && (await chooseMode("aws"))) frame.show("settings", "accounts");
  signIn(key, "accounts");
}

/** Who is not signed in signs in first. */
export function chooseAccounts(key: string) {
  if (signInNamed(key)?.state.kind === "signed-in") openDialog({ kind: "center-accounts", key });
  else signIn(key, "accounts");
}

/** Makes pairs of roles and Regions, and turns sync on. Answers how many are new. */
export async function addRoles(
  key: string,
  roles: readonly CenterRoleDraft[],
  regions: readonly string[],
): Promise<number> {
  if (!useProgram.getState().settings.syncEnabled) await changeSettings({ syncEnabled: true });
  return (await client.addCenterRoles(key, [...roles], [...regions])).length;
}
