/** What can be done where sessions wait for a sign-in. */
import { signedIn } from "../sessions/actions";
import { type LoginNotice, whose } from "../sessions/logins";
import type { Actions } from "./action";

export const LOGIN_ACTIONS = {
  "signed-in": {
    title: ({ profile }) => `I have signed in to ${whose(profile)}: try now`,
    also: "login credentials resume",
    run: ({ profile }) => void signedIn(profile),
  },
} satisfies Actions<LoginNotice>;
