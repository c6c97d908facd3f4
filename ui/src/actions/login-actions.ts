/** What can be done where something waits for a person: sign-ins, and codes of MFA devices. */
import type { MfaQuestionView, SignInView } from "../ipc/contract";
import { chooseAccounts, signedIn, signIn, signInFor, signOut } from "../sign-in/actions";
import { type LoginNotice, whatOf } from "../sign-in/logins";
import { deviceName } from "../sign-in/mfa";
import { isSignedIn } from "../sign-in/sign-ins";
import { openDialog } from "../window/dialogs";
import type { Actions } from "./action";

/** With a question. One about a sign-in is answered by signing in, which the palette has by itself. */
export const LOGIN_ACTIONS = {
  "sign-in-to-console": {
    title: (login) => `Sign in to ${whatOf(login)} at the AWS console…`,
    also: "login browser aws login",
    applies: (login) => login.console !== null,
    run: (login) => signInFor(login),
  },
  "signed-in": {
    title: (login) => `I have signed in to ${whatOf(login)}: try now`,
    also: "login credentials resume",
    applies: (login) => login.signIn === null,
    run: ({ id }) => void signedIn(id),
  },
} satisfies Actions<LoginNotice>;

/** With a sign-in to IAM Identity Center. */
export const SIGN_IN_ACTIONS = {
  "sign-in": {
    title: ({ key }) => `Sign in to ${key}…`,
    label: () => "Sign in…",
    also: "login sso identity center browser code",
    applies: (signIn) => !isSignedIn(signIn, Date.now()),
    run: ({ key }) => signIn(key),
  },
  "choose-accounts": {
    title: ({ key }) => `Choose accounts of ${key}…`,
    label: () => "Choose accounts…",
    also: "sso identity center roles pairs",
    run: ({ key }) => chooseAccounts(key),
  },
  "sign-out": {
    title: ({ key }) => `Sign out of ${key}…`,
    label: () => "Sign out…",
    also: "logout sso identity center",
    applies: (signIn) => isSignedIn(signIn, Date.now()),
    run: ({ key }) => signOut(key),
  },
} satisfies Actions<SignInView>;

/** With a code that is wanted. */
export const MFA_ACTIONS = {
  "enter-mfa": {
    title: ({ profile, device }) => `Enter the MFA code of ${deviceName(device)} for ${profile}…`,
    also: "token one-time password",
    run: ({ id }) => openDialog({ kind: "mfa", id }),
  },
} satisfies Actions<MfaQuestionView>;
