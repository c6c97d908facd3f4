import { beforeEach, expect, test } from "vitest";
import type { LoginView } from "../ipc/contract";
import { applyEvent } from "../program/events";
import { loginOf, logins, useLogins, waitingText, whatOf } from "./logins";

function login(signIn: string | null, own: Partial<LoginView> = {}): LoginView {
  const error = { code: "sign-in-needed", message: "A sign-in is needed.", nextStep: "Sign in.", detail: null };
  return {
    id: `sign-in ${signIn}`,
    signIn,
    console: null,
    profiles: ["acme-prod"],
    sessions: 1,
    pairs: 0,
    forwards: 0,
    error,
    ...own,
  };
}

const notices = () => useLogins.getState().notices;
const wanted = (view: LoginView) => applyEvent({ kind: "login-wanted", login: view });

beforeEach(() => useLogins.setState({ notices: [] }));

test("a lapse is one notice for each sign-in, changed in place", () => {
  wanted(login("acme-sso"));
  wanted(login(null, { id: "default", profiles: [] }));
  wanted(login("acme-sso", { sessions: 3, pairs: 4 }));
  expect(notices().map(({ id, sessions, pairs }) => [id, sessions, pairs])).toEqual([
    ["sign-in acme-sso", 3, 4],
    ["default", 1, 0],
  ]);
});

test("a settled sign-in takes its own notice away and no other", () => {
  wanted(login("acme-sso"));
  wanted(login("edge-sso"));
  applyEvent({ kind: "login-settled", id: "sign-in edge-sso" });
  expect(notices().map(({ signIn }) => signIn)).toEqual(["acme-sso"]);
});

test("a closed notice stays closed while the number changes, and comes back with the next lapse", () => {
  wanted(login("acme-sso"));
  logins.hide("sign-in acme-sso");
  wanted(login("acme-sso", { sessions: 2 }));
  expect(notices()[0]).toMatchObject({ hidden: true, sessions: 2 });
  logins.all([login("acme-sso")]);
  expect(notices()[0]?.hidden).toBe(true);
  applyEvent({ kind: "login-settled", id: "sign-in acme-sso" });
  wanted(login("acme-sso"));
  expect(notices()[0]?.hidden).toBe(false);
});

test("a pane finds the question that its session waits for", () => {
  wanted(login("acme-sso", { profiles: ["acme-dev", "acme-prod"] }));
  wanted(login(null, { id: "default", profiles: [] }));
  expect(loginOf("acme-dev", notices())?.signIn).toBe("acme-sso");
  expect(loginOf(null, notices())?.id).toBe("default");
  expect(loginOf("acme-edge", notices())).toBeUndefined();
});

test("what waits and for what is said in words", () => {
  expect(waitingText({ sessions: 1, pairs: 0, forwards: 0 })).toBe("1 session waits and goes on by itself.");
  expect(waitingText({ sessions: 2, pairs: 16, forwards: 0 })).toBe(
    "16 pairs and 2 sessions wait and go on by themselves.",
  );
  expect(waitingText({ sessions: 2, pairs: 1, forwards: 3 })).toBe(
    "1 pair, 3 forwards and 2 sessions wait and go on by themselves.",
  );
  expect(whatOf(login("acme-sso"))).toBe("acme-sso");
  expect(whatOf(login(null))).toBe("acme-prod");
  expect(whatOf(login(null, { console: "acme-login", profiles: ["acme-role"] }))).toBe("acme-login");
  expect(whatOf(login(null, { profiles: [] }))).toBe("the default credentials");
});
