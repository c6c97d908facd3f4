// The simulator from outside: its sessions, its faults, and as a program of its own.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../scripts/steps.mjs";

/** One order to a running simulator. */
async function order(endpoint, method, path, body) {
  const answer = await fetch(`${endpoint}/_simulator/${path}`, {
    method,
    headers: { "x-postern-simulator": "1", "content-type": "application/json" },
    body: body ? JSON.stringify(body) : undefined,
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : {};
}

/** All sessions that the simulator granted, the oldest first. */
export const sessions = async (endpoint) => (await order(endpoint, "GET", "sessions")).sessions;
/** Drops a session's socket, as a lost network does. */
export const cutLink = (endpoint, session) => order(endpoint, "POST", "links/cut", { session });
/** No data channel can be opened until `allowLinks`. */
export const refuseLinks = (endpoint) => order(endpoint, "POST", "links/refuse");
export const allowLinks = (endpoint) => order(endpoint, "POST", "links/allow");

/** From now on a server of this kind answers on a port of every node, or of a host that nodes reach. */
export const openPort = (endpoint, port, server, host) => order(endpoint, "POST", "ports/open", { port, server, host });

/** Every call of this profile is answered as with expired credentials, until `renew`. */
export const expire = (endpoint, profile) => order(endpoint, "POST", "faults/expire", { profile });
export const renew = (endpoint, profile) => order(endpoint, "POST", "faults/renew", { profile });
/** What a person does on the page that a sign-in leads to. */
export async function confirmSignIn(endpoint, userCode) {
  const answer = await fetch(`${endpoint}/device`, { method: "POST", body: new URLSearchParams({ user_code: userCode, answer: "allow" }) });
  if (!answer.ok) throw new Error(`the code ${userCode} was not confirmed: ${answer.status} ${await answer.text()}`);
}
/** The credentials of roles and the access tokens have run out; both can be had anew without a person. */
export async function expireTokens(endpoint) {
  await order(endpoint, "POST", "tokens/expire");
  await order(endpoint, "POST", "credentials/expire");
}
/** Tokens and credentials are good for nothing any more, as when an administrator ends the sessions of a user. */
export async function revokeTokens(endpoint) {
  await order(endpoint, "POST", "tokens/revoke");
  await order(endpoint, "POST", "credentials/expire");
}
/** Every call of this operation fails with HTTP 500, until `mend`. */
export const breakOperation = (endpoint, operation) => order(endpoint, "POST", "faults/break", { operation });
export const mendOperation = (endpoint, operation) => order(endpoint, "POST", "faults/mend", { operation });
/** From now on the shells of the profile's account are encrypted with this key. */
export const setSessionKey = (endpoint, profile, region, key) => order(endpoint, "POST", "sessions/key", { profile, region, key });

/** `postern simulate` on a free port, with what `more` says; resolves when its environment file is there. */
export async function simulate(home, more = []) {
  const file = join(home.path, "simulator.env");
  const program = spawn(built("postern"), ["simulate", "--listen", "127.0.0.1:0", "--env-file", file, ...more], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve, reject) => {
    program.stdout.on("data", () => existsSync(file) && resolve());
    program.once("exit", (code) => reject(new Error(`postern simulate ended with status ${code}`)));
  });
  const values = Object.fromEntries(
    readFileSync(file, "utf8").split("\n").filter((line) => line.includes("=")).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  return {
    endpoint: values.AWS_ENDPOINT_URL,
    config: values.AWS_CONFIG_FILE,
    credentials: values.AWS_SHARED_CREDENTIALS_FILE,
    stop: () => new Promise((resolve) => {
      program.removeAllListeners("exit");
      program.once("exit", resolve);
      program.kill();
    }),
  };
}
