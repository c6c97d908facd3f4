/** Sign-ins to IAM Identity Center, the browser in which they are confirmed, accounts, roles, and codes of MFA devices. */
import type {
  CenterAccountView,
  CenterDraft,
  CenterRoleDraft,
  ConsoleSignInView,
  DeviceCodeView,
  Environment,
  ErrorView,
  LoginView,
  MfaQuestionView,
  PairView,
  ProfileView,
  SignInsView,
  SignInView,
} from "../contract";
import { type MockHost, refusal } from "./host";
import { MOCK_PROFILES } from "./world";

/** How long the stand-in for a person takes in the browser. */
const CONFIRMING_MS = 2500;
const HOUR_MS = 3600_000;
const ENVIRONMENTS: readonly Environment[] = ["prod", "stage", "dev", "data", "edge"];

interface Around {
  pairs(): readonly PairView[];
  /** The sessions of these profiles go on. */
  resume(profiles: readonly string[]): void;
  sync(pairs: PairView[]): void;
  addPairs(drafts: { profile: string; region: string; enabled: boolean }[]): PairView[];
}

export class MockSignIns {
  signIns: SignInView[] = [];
  codes: DeviceCodeView[] = [];
  consoles: ConsoleSignInView[] = [];
  logins: LoginView[] = [];
  questions: MfaQuestionView[] = [];
  /** Profiles that live in Postern. */
  profiles: ProfileView[] = [];
  #last = 0;

  constructor(
    readonly host: MockHost,
    readonly around: Around,
  ) {
    const now = Date.now();
    if (host.options.profiles !== "found") return;
    const of = (name: string) =>
      MOCK_PROFILES.filter(({ credentials }) => credentials.endsWith(name)).map((profile) => profile.name);
    this.signIns = [
      center("acme-sso", "https://acme.awsapps.com/start", of("acme-sso"), {
        kind: "signed-in",
        untilMs: now + 6.2 * HOUR_MS,
        renewable: true,
      }),
      {
        ...center("acme-legacy-sso", "https://acme-legacy.awsapps.com/start", of("acme-legacy-sso"), {
          kind: "expired",
          sinceMs: now - 3 * 60_000,
        }),
        legacy: true,
      },
    ];
  }

  view(): SignInsView {
    return { signIns: this.signIns, error: null };
  }

  start(key: string): DeviceCodeView {
    const code = {
      key,
      userCode: "WDJB-MJHT",
      verificationUrl: "https://device.sso.eu-central-1.amazonaws.com/",
      completeUrl: `https://device.sso.eu-central-1.amazonaws.com/?user_code=WDJB-MJHT&for=${encodeURIComponent(key)}`,
      expiresAtMs: Date.now() + 10 * 60_000,
    };
    this.codes = [...this.codes.filter((other) => other.key !== key), code];
    return code;
  }

  cancel(key: string) {
    this.codes = this.codes.filter((code) => code.key !== key);
    return null;
  }

  startConsole(profile: string): ConsoleSignInView {
    const address = `https://eu-central-1.signin.aws.amazon.com/v1/authorize?response_type=code&client_id=arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fsame-device&state=aa4f&redirect_uri=http%3A%2F%2F127.0.0.1%3A43117%2Foauth%2Fcallback&for=${encodeURIComponent(profile)}`;
    const started = { profile, address };
    this.consoles = [...this.consoles.filter((other) => other.profile !== profile), started];
    return started;
  }

  cancelConsole(profile: string) {
    this.consoles = this.consoles.filter((one) => one.profile !== profile);
    return null;
  }

  /** The browser came back, or somebody refused. */
  consoleFinished(profile: string, error: ErrorView | null = null) {
    if (!this.consoles.some((one) => one.profile === profile)) return;
    this.cancelConsole(profile);
    this.host.emit({ kind: "console-sign-in-finished", profile, error });
    if (error === null) this.answer(`console ${profile}`);
  }

  /** The console's sign-in of a profile ends, and its pairs wait. */
  lapseConsole(profile: string, sessions: number) {
    const pairs = this.around.pairs().filter((pair) => pair.enabled && pair.profile === profile).length;
    const error = {
      code: "console-sign-in-needed",
      message: `A sign-in of \`aws login\` is needed for ${profile}.`,
      nextStep: "Sign in.",
      detail: "it is over",
    };
    this.#want({ ...questionOf(`console ${profile}`, null, [profile], sessions, pairs, error), console: profile });
  }

  /** Opening an address is confirming it, after a while. */
  opened(url: string) {
    const console = this.consoles.find(({ address }) => address === url);
    if (console !== undefined) this.host.later(CONFIRMING_MS, () => this.consoleFinished(console.profile));
    const code = this.codes.find(({ completeUrl }) => completeUrl === url);
    if (code !== undefined) this.host.later(CONFIRMING_MS, () => this.confirm(code.key));
    return null;
  }

  /** Somebody confirmed the code, or denied it. */
  confirm(key: string, error: ErrorView | null = null) {
    if (!this.codes.some((code) => code.key === key)) return;
    this.cancel(key);
    if (error === null) this.#set(key, { kind: "signed-in", untilMs: Date.now() + 8 * HOUR_MS, renewable: true });
    this.host.emit({ kind: "sign-in-finished", key, error });
    if (error === null) this.answer(`sign-in ${key}`);
  }

  signOut(key: string) {
    this.#set(key, { kind: "signed-out" });
    return null;
  }

  /** The sign-in of a profile ends, and everything that needs it waits. */
  lapse(profile: string | null, sessions: number, error: ErrorView) {
    const signIn = this.signIns.find(({ profiles }) => profile !== null && profiles.includes(profile));
    const names = profile === null ? [] : [profile];
    if (signIn === undefined) return this.#want(questionOf(`profile ${profile}`, null, names, sessions, 0, error));
    this.#set(signIn.key, { kind: "expired", sinceMs: Date.now() - 1000 });
    const pairs = this.#pairsOf(signIn).length;
    const needed = { ...error, code: "sign-in-needed", message: `A sign-in to ${signIn.key} is needed.` };
    this.#want(questionOf(`sign-in ${signIn.key}`, signIn.key, signIn.profiles, sessions, pairs, needed));
  }

  /** Everything that waits for this question goes on. */
  answer(id: string) {
    const login = this.logins.find((one) => one.id === id);
    if (login === undefined) return null;
    this.logins = this.logins.filter((one) => one !== login);
    this.around.resume(login.profiles);
    if (login.pairs > 0)
      this.around.sync(this.around.pairs().filter(({ profile }) => login.profiles.includes(profile)));
    this.host.emit({ kind: "login-settled", id });
    return null;
  }

  accounts(key: string): CenterAccountView[] {
    this.#signedIn(key);
    return Array.from({ length: this.host.options.accounts }, (_, at) => {
      const environment = ENVIRONMENTS[at % ENVIRONMENTS.length] ?? "shared";
      const turn = Math.floor(at / ENVIRONMENTS.length);
      const name = `acme-${["payments", "checkout", "search", "platform"][turn % 4]}-${environment}${turn < 4 ? "" : `-${turn}`}`;
      return { id: String(111_122_223_333 + at * 7919), name, email: `${name}@acme.example`, environment };
    });
  }

  roles(key: string, account: string): string[] {
    this.#signedIn(key);
    const last = Number(account.at(-1));
    if (last === 9)
      throw refusal("throttled", "AWS asked us to slow down (ListAccountRoles).", "Wait a moment, then retry.");
    return last % 3 === 0 ? ["ReadOnly"] : ["ReadOnly", "sre-operator"];
  }

  addCenter({ startUrl, region }: CenterDraft): SignInView {
    const host = /^https:\/\/([a-z0-9-]+)\./.exec(startUrl)?.[1];
    if (host === undefined)
      throw refusal(
        "bad-start-url",
        "A start URL looks like https://acme.awsapps.com/start.",
        "Correct it, then try again.",
      );
    if (!/^[a-z]+(-[a-z]+)+-\d+$/.test(region))
      throw refusal(
        "bad-region",
        "A Region looks like eu-central-1: lower-case words and a number, joined by hyphens.",
      );
    const added = { ...center(host, startUrl, [], { kind: "signed-out" }), region };
    this.signIns = [...this.signIns.filter(({ key }) => key !== added.key), added];
    this.#emit();
    return added;
  }

  addRoles(key: string, roles: readonly CenterRoleDraft[], regions: readonly string[]): PairView[] {
    const names = roles.map(({ accountName, role }) => `${accountName}-${role}`);
    const made = roles.map(({ accountName, role }, at) => ({
      name: names[at] ?? role,
      region: null,
      own: true,
      credentials: `SSO, role ${role}`,
      environment: ENVIRONMENTS.find((known) => accountName.includes(known)) ?? ("shared" as const),
      problem: null,
      regionProblem: null,
    }));
    this.profiles = [...this.profiles, ...made];
    this.signIns = this.signIns.map((one) =>
      one.key === key ? { ...one, profiles: [...one.profiles, ...names] } : one,
    );
    this.#emit();
    return this.around.addPairs(
      names.flatMap((profile) => regions.map((region) => ({ profile, region, enabled: true }))),
    );
  }

  /** A role asks for the code of its device. */
  askMfa(profile: string, retry: string | null = null) {
    this.#last += 1;
    const device = "arn:aws:iam::111122223333:mfa/mika";
    this.questions = [
      ...this.questions,
      { id: this.#last, device, profile, role: "sre-operator", account: "111122223333", retry },
    ];
    this.host.emit({ kind: "mfa-wanted", questions: this.questions });
  }

  /** 000000 is refused. */
  answerMfa(id: number, code: string | null) {
    const question = this.questions.find((one) => one.id === id);
    if (question === undefined)
      throw refusal("unknown-question", "This question no longer exists.", "Choose another one.");
    if (code !== null && !/^(\s*\d){6}\s*$/.test(code)) throw refusal("bad-code", "An MFA code has six digits.");
    this.questions = this.questions.filter((one) => one !== question);
    this.host.emit({ kind: "mfa-wanted", questions: this.questions });
    if (code?.replace(/\s/g, "") === "000000")
      this.host.later(600, () =>
        this.askMfa(question.profile, "AWS refused the code: it was used before, or is too old."),
      );
    return null;
  }

  #pairsOf({ profiles }: SignInView): PairView[] {
    return this.around.pairs().filter(({ profile, enabled }) => enabled && profiles.includes(profile));
  }

  #signedIn(key: string) {
    if (this.signIns.find((one) => one.key === key)?.state.kind === "signed-in") return;
    throw refusal("sign-in-needed", `${key} needs a sign-in to IAM Identity Center.`, "Sign in, then retry.");
  }

  #want(login: LoginView) {
    this.logins = [...this.logins.filter(({ id }) => id !== login.id), login];
    this.host.emit({ kind: "login-wanted", login });
  }

  #set(key: string, state: SignInView["state"]) {
    this.signIns = this.signIns.map((one) => (one.key === key ? { ...one, state } : one));
    this.#emit();
  }

  #emit() {
    this.host.emit({ kind: "sign-ins-changed", signIns: this.view() });
  }
}

function center(key: string, startUrl: string, profiles: string[], state: SignInView["state"]): SignInView {
  return { key, startUrl, region: "eu-central-1", legacy: false, profiles, state };
}

function questionOf(
  id: string,
  signIn: string | null,
  profiles: readonly string[],
  sessions: number,
  pairs: number,
  error: ErrorView,
): LoginView {
  return { id, signIn, console: null, profiles: [...profiles], sessions, pairs, forwards: 0, error };
}
