// `npm run pictures`: takes the pictures of docs/images in the real window, on the demo fleet.
import { mkdirSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { connect, count, openDemo, rewrite } from "../tests/e2e/demo.mjs";
import { confirmSignIn, openPort, simulate } from "../tests/e2e/simulator.mjs";
import { By, Home, Key, Window } from "../tests/e2e/window.mjs";
import { pixelsOf } from "./headless.mjs";
import { root } from "./steps.mjs";

const folder = join(root, "docs", "images");
mkdirSync(folder, { recursive: true });

/** A made-up configuration for the first run. */
const PROFILES = `[sso-session acme-sso]
sso_start_url = https://acme.awsapps.com/start
sso_region = eu-central-1
${["prod", "stage", "data"].map((name) => `[profile acme-${name}]
sso_session = acme-sso
sso_account_id = 111122223333
sso_role_name = sre-operator
region = ${name === "data" ? "eu-west-1" : "eu-central-1"}
`).join("")}[profile acme-dev]
role_arn = arn:aws:iam::111122223333:role/dev-admin
source_profile = acme-stage
region = us-east-1
`;

/** A window of one colour compresses to less. */
const EMPTY_BYTES = 30_000;

/** Commands whose output shows colours and letters beyond ASCII on a tidy screen. */
const TOUR = [
  String.raw`printf 'show() { printf "\033[1mcheckout-api\033[0m  \033[32m\u25cf\033[0m active (running) since 06:12 UTC\n"; for s in 201 200 504 201; do printf "09:41:0%%s \033[34mINFO\033[0m  POST /v1/orders \033[%%sm%%s\033[0m  Z\u00fcrich\n" $((s%%7)) $((s==504?31:32)) $s; done; }
' > show.sh`,
  ". ./show.sh; clear",
  "show",
  "stty size",
];

async function picture(window, name) {
  await window.driver.executeScript(() => document.fonts.ready);
  writeFileSync(join(folder, `${name}.png`), await drawn(window));
  console.log(`docs/images/${name}.png`);
}

/**
 * The web view draws some time after the page has changed: two pictures in a row must be equal, and not an empty window. They are of
 * the screen, because the web view gives none of itself where the processor paints it.
 */
async function drawn(window) {
  let last = null;
  return window.eventually("the window is drawn", async () => {
    const { width, height } = await window.driver.manage().window().getRect();
    const picture = await pixelsOf(window.screen, width, height);
    const rests = picture.length > EMPTY_BYTES && last?.equals(picture);
    last = picture;
    return rests ? picture : null;
  });
}

async function open(window, node) {
  await connect(window, "node-row", `[data-name="${node}"]`);
  await window.see("tab", `[data-name="${node}"][aria-selected="true"][data-state="connected"]`);
  await window.terminalShows(/\$ ?$/m);
}

/** First run, and the demo with sessions, in one theme. */
async function tour(theme, scenes) {
  const home = new Home();
  const aws = join(home.path, ".aws");
  mkdirSync(aws);
  writeFileSync(join(aws, "config"), PROFILES);
  // The AWS files are where everybody has them, so that the pictures show no path of this run.
  const env = { AWS_CONFIG_FILE: undefined, AWS_SHARED_CREDENTIALS_FILE: undefined };
  const window = await Window.open(home, { ...env, GTK_THEME: theme === "dark" ? "Adwaita:dark" : "Adwaita" }, { framebuffer: true });
  try {
    await window.see("first-run-demo");
    if (scenes.firstRun) await picture(window, scenes.firstRun);
    await window.click("first-run-demo");
    await window.see("node-row", '[data-name="checkout-api-2"]');
    await window.eventually("the sync is over", async () => /Synced 7 of 8/.test(await (await window.see("status-sync")).getAttribute("textContent")));
    for (const node of ["auth-gateway-1", "kafka-broker-2"]) await open(window, node);
    await open(window, "checkout-api-2");
    for (const command of TOUR) await window.command(command);
    await window.terminalShows(/^\d+ \d+$/m);
    await picture(window, scenes.workspace);
    if (scenes.narrow) await narrow(window, scenes.narrow);
    if (scenes.run) await runs(window, scenes);
    if (scenes.ended) await ended(window, scenes.ended);
  } finally {
    await window.close();
    await home.remove();
  }
}

async function narrow(window, name) {
  const { rows } = await size(window);
  await window.driver.manage().window().setRect({ width: 900, height: 640 });
  await window.eventually("the terminal gets smaller", async () => (await size(window)).rows < rows);
  await picture(window, name);
  await window.driver.manage().window().setRect({ width: 1440, height: 900 });
  await window.eventually("the terminal gets larger", async () => (await size(window)).rows >= rows);
}

async function ended(window, name) {
  await window.type("exit", Key.ENTER);
  await window.see("session-over");
  await window.eventually("messages have passed", async () => (await count(window, "toast")) === 0);
  await picture(window, name);
}

/** The form of a document, and what became of it. The tab in front stays the shell's. */
async function runs(window, scenes) {
  await restart(window, "nginx");
  await window.see("tab", '[data-exit="0"]');
  await restart(window, "legacy-batch", () => picture(window, scenes.run));
  await window.see("tab", '[data-exit="5"]');
  await window.terminalShows(/start limit reached/);
  await picture(window, scenes.result);
  for (const exit of ["5", "0"]) await window.click("tab", `[data-exit="${exit}"] [data-testid="tab-close"]`);
  await window.click("tab", '[data-name="checkout-api-2"]');
}

/** Runs Acme-RestartService where the tab in front is. */
async function restart(window, service, filled = async () => {}) {
  await window.keys(Key.CONTROL, Key.SHIFT, "r");
  await window.click("document-row", '[data-name="Acme-RestartService"]');
  await window.click("parameter", `[data-name="service"] [data-value="${service}"]`);
  await (await window.see("run-reason")).sendKeys("CHG-4821");
  await filled();
  await window.keys(Key.CONTROL, Key.ENTER);
  await window.eventually("the dialog is gone", async () => (await window.driver.findElements(By.css('[data-testid="run-dialog"]'))).length === 0);
}

/** Accounts and roles of an Identity Center, for who has no AWS file. */
async function accounts(name) {
  const home = new Home();
  const simulator = await simulate(home);
  const window = await Window.open(home, { AWS_ENDPOINT_URL: simulator.endpoint, GTK_THEME: "Adwaita:dark" }, { framebuffer: true });
  try {
    await window.click("first-run-center");
    await (await window.see("new-center-url")).sendKeys("https://acme.awsapps.com/start");
    await (await window.see("new-center-region")).sendKeys("eu-central-1", Key.ESCAPE, Key.ENTER);
    await confirmSignIn(simulator.endpoint, await (await window.see("sign-in-code")).getText());
    const search = await window.see("role-search");
    await window.eventually("every role is read", async () => (await count(window, "role-row")) > 6 && (await count(window, "roles-read")) === 0);
    for (const role of ["prod NodeOperator", "dev NodeOperator"]) {
      await rewrite(search, role);
      await window.eventually(`${role} is left`, async () => (await count(window, "role-row")) === 1);
      await search.sendKeys(Key.ENTER);
    }
    await rewrite(search, Key.DELETE);
    const region = await window.see("region-search");
    await region.sendKeys("eu-west-1", Key.ENTER);
    await rewrite(region, Key.DELETE);
    await picture(window, name);
  } finally {
    await window.close();
    await simulator.stop();
    await home.remove();
  }
}

/** Of each kind, some with something going through. */
const FORWARDS = [
  { kind: "host", via: "ledger-db-1", host: "ledger.cluster-c0ffee.eu-central-1.rds.amazonaws.com", port: "5432", name: "Ledger primary", group: "Ledger databases" },
  { kind: "host", via: "ledger-db-1", host: "ledger.cluster-ro-c0ffee.eu-central-1.rds.amazonaws.com", port: "5433", name: "Ledger replica", group: "Ledger databases" },
  { kind: "node", via: "kafka-broker-2", port: "9090", name: "Metrics", group: "Platform tools" },
  { kind: "node", via: "checkout-api-2", port: "9200", name: "Search console", group: "Platform tools" },
  { kind: "socks", pair: "acme-prod / eu-central-1", tags: "team=checkout", allowed: "10.88.0.0/16", name: "Shared VPC", group: "SOCKS" },
];

async function forwards(name, dialog) {
  const home = new Home();
  const window = await Window.open(home, { GTK_THEME: "Adwaita:dark" }, { framebuffer: true });
  const connections = [];
  try {
    const endpoint = await openDemo(window);
    await window.eventually("the sync is over", async () => /Synced 7 of 8/.test(await (await window.see("status-sync")).getAttribute("textContent")));
    for (const { host, port } of FORWARDS) if (port !== undefined) await openPort(endpoint, Number(port), "echo", host);
    await window.click("forwards-open");
    for (const forward of FORWARDS) await fillForward(window, forward, true);
    for (const port of [15432, 15433, 19090]) connections.push(flowing(port));
    await window.eventually("something goes through", async () => /3 open connections, \d/.test(await (await window.see("forwards-summary")).getAttribute("textContent")));
    await new Promise((resolve) => setTimeout(resolve, LINE_MS)); // the line of the throughput is drawn second by second
    for (const connection of connections) connection.pause();
    await picture(window, name);
    await fillForward(window, { ...FORWARDS[0], host: "audit.cluster-c0ffee.eu-central-1.rds.amazonaws.com", name: "Audit primary" }, false);
    await window.eventually("the port was checked", async () => /is free/.test(await (await window.see("forward-port-check")).getAttribute("textContent")));
    await picture(window, dialog);
  } finally {
    for (const connection of connections) connection.destroy();
    await window.close();
    await home.remove();
  }
}

/** As long as the line of a forward's throughput is drawn. */
const LINE_MS = 30_000;

/** A connection that gets back what it sends, now more and now less. */
function flowing(port) {
  const connection = createConnection({ host: "127.0.0.1", port });
  const timer = setInterval(() => connection.isPaused() || connection.write(Buffer.alloc(Math.round(1000 * (1 + Math.sin(Date.now() / 700)) * (port % 7)))), 100);
  connection.on("error", () => {}).on("close", () => clearInterval(timer)).resume();
  return connection;
}

async function fillForward(window, { kind, via, pair, name, group, ...texts }, add) {
  await window.click("forward-add");
  await window.click("forward-kind", ` [data-value="${kind}"]`);
  if (via === undefined) {
    await window.click("forward-by");
    await (await window.see("forward-pair")).sendKeys(pair, Key.ESCAPE);
  } else await (await window.see("forward-via")).sendKeys(via, Key.ARROW_DOWN, Key.ENTER);
  await rewrite(await window.see("forward-group-name"), group);
  await window.keys(Key.TAB); // Leaves the list of groups.
  for (const [field, text] of Object.entries({ ...texts, name })) await (await window.see(`forward-${field}`)).sendKeys(text);
  if (!add) return;
  await window.keys(Key.CONTROL, Key.ENTER);
  await window.see("forward-row", `[data-name="${name}"][data-state="up"]`);
}

const size = async (window) => ({ rows: (await window.terminalText()).split("\n").length });

await tour("dark", { firstRun: "first-run", workspace: "workspace-dark", narrow: "workspace-narrow", run: "run-document", result: "run-result", ended: "session-ended" });
await tour("light", { workspace: "workspace-light" });
await accounts("accounts");
await forwards("forwards", "forward-dialog");
