/**
 * Pictures of the page on its stand-in, for comparing with the design: `npm run build:mock && node screenshots/take.mjs [name]`.
 * The pictures of the product in docs/images are taken from the real window instead.
 */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { preview } from "vite";

const out = fileURLToPath(new URL("./out/", import.meta.url));
const WIDE = { width: 1440, height: 900 };

/** Each: where the page starts, its size, its colours, and what is done before the picture. */
const PICTURES = {
  "first-run": { query: "" },
  "first-run-light": { query: "", theme: "light" },
  "first-run-none": { query: "?profiles=none" },
  "first-run-error": { query: "?profiles=error", size: { width: 900, height: 640 } },
  workspace: { query: "?mode=demo", act: openSessions },
  "workspace-light": { query: "?mode=demo", theme: "light", act: openSessions },
  "workspace-narrow": { query: "?mode=demo", size: { width: 960, height: 600 }, act: openSessions },
  "workspace-tiny": { query: "?mode=demo", size: { width: 720, height: 480 }, act: openSessions },
  fleet: { query: "?mode=demo", act: (page) => fleetPage(page) },
  "fleet-light": { query: "?mode=demo", theme: "light", act: (page) => fleetPage(page) },
  "fleet-narrow": { query: "?mode=demo", size: { width: 720, height: 480 }, act: (page) => fleetPage(page) },
  containers: { query: "?mode=demo", act: containersPage },
  empty: { query: "?mode=demo" },
  ended: { query: "?mode=demo", act: endSession },
  resuming: { query: "?mode=demo", act: dropSession },
  failed: { query: "?mode=demo", act: failSession },
  "run-pick": { query: "?mode=demo", act: (page) => runDialog(page) },
  "run-form": { query: "?mode=demo", act: (page) => runDialog(page, "RestartService") },
  "run-form-light": { query: "?mode=demo", theme: "light", act: (page) => runDialog(page, "TailLogs") },
  "run-denied": { query: "?mode=demo", act: (page) => runDialog(page, "Locked") },
  "run-port": { query: "?mode=demo", theme: "light", act: (page) => runDialog(page, "PortForwarding") },
  "exit-status": { query: "?mode=demo", act: (page) => runCommand(page, "exit 3") },
  "exit-killed": { query: "?mode=demo", theme: "light", act: (page) => runCommand(page, "kill -9 $$") },
  encrypted: { query: "?mode=demo", act: encryptedSession },
  "encryption-refused": { query: "?mode=demo", act: (page) => openSaved(page, 2) },
  "accounts-waiting-low": {
    query: "?mode=demo",
    size: { width: 720, height: 480 },
    act: (page) => waitingSettings(page),
  },
  "login-wanted": { query: "?mode=demo", act: lapseLogin },
  "login-wanted-light": { query: "?mode=demo", theme: "light", act: lapseLogin },
  "sign-in": { query: "?mode=aws", act: (page) => signInDialog(page) },
  "sign-in-light": { query: "?mode=aws", theme: "light", act: (page) => signInDialog(page) },
  "sign-in-failed": { query: "?mode=aws", act: (page) => signInDialog(page, true) },
  "new-center": { query: "?profiles=none", act: newCenter },
  "new-center-light": { query: "?profiles=none", theme: "light", act: newCenter },
  "center-accounts": { query: "?mode=demo", act: centerAccounts },
  "center-accounts-light": { query: "?mode=demo&accounts=480", theme: "light", act: centerAccounts },
  "center-accounts-low": { query: "?mode=demo", size: { width: 960, height: 600 }, act: centerAccounts },
  "accounts-all": { query: "?mode=aws", act: addAllProfiles },
  "accounts-narrow": {
    query: "?mode=demo",
    size: { width: 960, height: 600 },
    act: (page) => settings(page, "accounts"),
  },
  "accounts-demo": { query: "?mode=demo", act: (page) => settings(page, "accounts") },
  "accounts-demo-light": { query: "?mode=demo", theme: "light", act: (page) => settings(page, "accounts") },
  mfa: { query: "?mode=demo", act: mfaDialog },
  "mfa-light": { query: "?mode=demo", theme: "light", act: mfaDialog },
  "console-sign-in": { query: "?mode=aws", act: consoleSignIn },
  "console-sign-in-light": { query: "?mode=aws", theme: "light", act: consoleSignIn },
  network: { query: "?mode=aws", act: (page) => settings(page, "network") },
  "network-own": { query: "?mode=aws", act: ownProxy },
  "network-own-light": { query: "?mode=aws", theme: "light", act: ownProxy },
  "network-narrow": { query: "?mode=aws", size: { width: 760, height: 520 }, act: ownProxy },
  "proxy-wrong": { query: "?mode=aws", act: proxyDialog },
  "proxy-low-light": { query: "?mode=aws", theme: "light", size: { width: 760, height: 480 }, act: proxyDialog },
  "own-profiles": { query: "?mode=aws", act: ownProfiles },
  "own-profiles-light": { query: "?mode=aws", theme: "light", act: ownProfiles },
  "own-profiles-narrow": { query: "?mode=aws", size: { width: 800, height: 560 }, act: ownProfiles },
  "access-key": { query: "?mode=aws", act: accessKey },
  "pairs-add": { query: "?mode=demo", act: (page) => addPairs(page, "acme-stage") },
  "pairs-add-light": { query: "?mode=demo", theme: "light", act: (page) => addPairs(page, "acme-shared") },
  "pairs-add-low": {
    query: "?mode=demo",
    size: { width: 720, height: 480 },
    act: (page) => addPairs(page, "acme-dev"),
  },
  endpoints: { query: "?mode=aws", act: pairEndpoints },
  "endpoints-light": { query: "?mode=aws", theme: "light", act: pairEndpoints },
  "waits-for-code": { query: "?mode=demo", act: waitsForCode },
  forwards: { query: "?mode=demo", act: forwards },
  "forwards-light": { query: "?mode=demo", theme: "light", act: forwards },
  "forwards-narrow": { query: "?mode=demo", size: { width: 960, height: 600 }, act: forwards },
  "forwards-tiny": { query: "?mode=demo", size: { width: 720, height: 480 }, act: forwards },
  "forwards-none": { query: "?mode=demo&forwards=none", act: forwards },
  "forward-add": { query: "?mode=demo", act: (page) => addForward(page) },
  "forward-add-light": { query: "?mode=demo", theme: "light", act: (page) => addForward(page, "19200") },
  "forward-add-empty": { query: "?mode=demo&forwards=none", act: emptyForward },
  "forward-set": { query: "?mode=demo", act: (page) => forwardSet(page) },
  "forward-hosts": { query: "?mode=demo", act: (page) => remoteHosts(page) },
  "forward-hosts-light": { query: "?mode=demo", theme: "light", act: (page) => remoteHosts(page) },
  "forward-socks": { query: "?mode=demo", act: (page) => socksForward(page) },
  "forward-socks-light": { query: "?mode=demo", theme: "light", act: (page) => socksForward(page) },
  "forward-socks-low": {
    query: "?mode=demo",
    size: { width: 720, height: 480 },
    act: (page) => socksForward(page),
  },
  "forward-menu": { query: "?mode=demo", act: (page) => forwardMenu(page) },
  "forwards-close": { query: "?mode=demo", theme: "light", act: closeWithForwards },
  "palette-forwards": { query: "?mode=demo", act: (page) => palette(page, ":ledger") },
  "desktop-inspector": { query: "?mode=demo", act: windowsNode },
  "desktop-dialog": { query: "?mode=demo", act: (page) => desktopDialog(page, "inspector-desktop") },
  "desktop-password-light": {
    query: "?mode=demo",
    theme: "light",
    act: (page) => desktopDialog(page, "inspector-password"),
  },
  "forward-inspector": { query: "?mode=demo", act: forwardsOfNode },
  palette: { query: "?mode=demo", act: (page) => palette(page, "pay work") },
  "palette-empty": { query: "?mode=demo", act: (page) => palette(page, "") },
  "palette-light": { query: "?mode=demo", theme: "light", act: (page) => palette(page, "check") },
  accounts: { query: "?mode=aws", act: (page) => settings(page, "accounts") },
  "accounts-light": { query: "?mode=aws", theme: "light", act: (page) => settings(page, "accounts") },
  general: { query: "?mode=demo", act: (page) => settings(page, "general") },
  sync: { query: "?mode=demo", act: (page) => settings(page, "sync") },
  about: { query: "?mode=demo", act: (page) => settings(page, "about") },
  connect: { query: "?mode=demo", act: connectDialog },
  connection: { query: "?mode=demo", act: connectionDialog },
  choose: { query: "", act: chooseProfiles },
  paste: { query: "?mode=demo", act: paste },
  search: { query: "?mode=demo", act: search },
  menu: { query: "?mode=demo", act: rowMenu },
  hostile: { query: "?mode=demo", act: hostile },
};

async function connect(page, index) {
  await page.locator('[data-testid="node-row"]').nth(index).dblclick();
  const anyway = page.getByTestId("confirm");
  if (await anyway.isVisible().catch(() => false)) await anyway.click();
}

async function fleetPage(page) {
  await page.getByTestId("fleet-open").click();
  await page.locator("[data-place='3']").click();
  await page.locator("[data-place='6']").click({ modifiers: ["Control"] });
  await page.locator("[data-place='8']").click({ modifiers: ["Control"] });
  await page.locator("[data-place='11']").click({ modifiers: ["Control"] });
}

async function containersPage(page) {
  await page.getByTestId("fleet-open").click();
  await page.getByRole("radio", { name: "Containers" }).click();
  await page.getByTestId("container-pair").first().click();
  await page.getByTestId("container-cluster").nth(1).click();
  await page.getByTestId("container-container").first().waitFor();
}

async function openSessions(page) {
  for (const index of [0, 1, 3]) {
    if (!(await page.getByTestId("tree").isVisible())) await page.getByLabel("Show the sidebar").click();
    await connect(page, index);
  }
  await page.waitForTimeout(1500);
  await page.evaluate(() => {
    const ids = [...window.mock.tabs.keys()];
    window.mock.setTab(ids[1], {
      kind: "resuming",
      sinceMs: Date.now() - 8000,
      attempts: 2,
      heldBytes: 0,
      nextTryAtMs: Date.now() + 4000,
      waitsForLogin: false,
      lastError: null,
    });
    window.mock.setTab(ids[2], { kind: "ended", atMs: Date.now(), reason: "The shell exited." });
  });
  await page.locator('[data-testid="tab"]').first().click();
  await page.keyboard.type("logs\n");
  await page.waitForTimeout(300);
}

async function endSession(page) {
  await connect(page, 0);
  await page.waitForTimeout(1300);
  await page.keyboard.type("exit\n");
  await page.waitForTimeout(400);
}

async function dropSession(page) {
  await connect(page, 0);
  await page.waitForTimeout(1300);
  await page.evaluate(() => window.mock.commands.demoDropNetwork([...window.mock.tabs.keys()][0]));
  await page.keyboard.type("uptime");
  await page.waitForTimeout(1500);
}

async function failSession(page) {
  await connect(page, 0);
  await page.waitForTimeout(100);
  await page.evaluate(() => {
    const id = [...window.mock.tabs.keys()][0];
    window.mock.tabs.get(id).view.target = "i-0123456789abcdead";
  });
  await page.waitForTimeout(1500);
}

async function openSaved(page, index) {
  await page.getByTestId("connection-row").nth(index).dblclick();
  await page.waitForTimeout(1500);
}

async function runDialog(page, part) {
  await page.getByTestId("connection-row").first().click();
  await page.keyboard.press("Control+Shift+R");
  await page.getByTestId("document-row").first().waitFor();
  if (part === undefined) return;
  await page.getByTestId("document-search").fill(part);
  await page.keyboard.press("Enter");
  await page.waitForTimeout(500);
}

async function runCommand(page, command) {
  await runDialog(page, "NonInteractive");
  await page.getByTestId("parameter-value").fill(command);
  await page.keyboard.press("Control+Enter");
  await page.waitForTimeout(2500);
}

async function encryptedSession(page) {
  await openSaved(page, 0);
  await page.getByTestId("encrypted").click();
  await page.waitForTimeout(300);
}

async function lapseLogin(page) {
  await openSaved(page, 0);
  await openSaved(page, 1);
  await page.keyboard.type("lapse\n");
  await page.waitForTimeout(300);
  await page.keyboard.type("uptime");
  await page.waitForTimeout(300);
}

async function waitingSettings(page) {
  await page.evaluate(() => window.mock.signIns.lapseConsole("acme-edge", 1));
  await settings(page, "accounts");
  await page.evaluate(() => {
    const body = document.querySelector("[data-testid=settings-page] [class*=body]");
    body.scrollTop = body.scrollHeight;
  });
  await page.waitForTimeout(300);
}

async function signInDialog(page, failed = false) {
  await page.getByTestId("settings-open").click();
  await page.getByTestId("card-sign-in").click();
  await page.getByTestId("sign-in-code").waitFor();
  if (failed)
    await page.evaluate(() =>
      window.mock.signIns.confirm("acme-legacy-sso", {
        code: "sign-in-failed",
        message: "The sign-in to acme-legacy-sso failed: it was denied in the browser.",
        nextStep: "Start the sign-in again.",
        detail: null,
      }),
    );
  await page.waitForTimeout(300);
}

async function newCenter(page) {
  await page.keyboard.press("s");
  await page.getByTestId("new-center-url").fill("acme.awsapps.com");
  await page.getByTestId("new-center-region").fill("eu-central-1");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Enter");
  await page.waitForTimeout(400);
}

async function centerAccounts(page) {
  await page.getByTestId("settings-open").click();
  await page.getByTestId("sign-in-more").first().click();
  await page.getByRole("menuitem", { name: "Choose accounts" }).click();
  await page.getByTestId("role-row").first().waitFor();
  await page.waitForTimeout(500);
  await page.getByTestId("role-search").fill("prod");
  await page.getByTestId("role-pick").nth(0).click();
  await page.getByTestId("role-pick").nth(1).click();
  await page.getByTestId("region-pick").nth(3).click();
  await page.waitForTimeout(400);
}

async function addAllProfiles(page) {
  await page.getByTestId("settings-open").click();
  await page.getByTestId("add-all-profiles").click();
  await page.waitForTimeout(400);
}

async function mfaDialog(page) {
  await page.evaluate(() => window.mock.signIns.askMfa("acme-dev", "AWS refused the code: it was used before."));
  await page.getByTestId("mfa-code").fill("123 456");
  await page.waitForTimeout(300);
}

async function consoleSignIn(page) {
  await page.evaluate(() => window.mock.signIns.lapseConsole("acme-edge", 1));
  await page.getByTestId("sign-in").click();
  await page.getByTestId("sign-in-address").waitFor();
  await page.waitForTimeout(300);
}

async function ownProxy(page) {
  await page.getByTestId("settings-open").click();
  await page.getByTestId("settings-network").click();
  await page.getByText("This one").click();
  await page.getByTestId("proxy-host").fill("proxy.acme.example");
  await page.getByTestId("proxy-port").fill("3128");
  await page.getByTestId("proxy-user").fill("ops");
  await page.getByTestId("proxy-password").fill("secret");
  await page.getByTestId("proxy-exceptions").fill("vpce.amazonaws.com, 10.0.0.0/8");
  await page.keyboard.press("Enter");
  await page.waitForTimeout(400);
}

async function proxyDialog(page) {
  await page.getByTestId("settings-open").click();
  await page.getByTestId("settings-network").click();
  await page.getByText("This one").click();
  await page.getByTestId("proxy-host").fill("proxy.acme.example");
  await page.getByTestId("proxy-port").fill("99999");
  await page.keyboard.press("Enter");
  await page.waitForTimeout(400);
}

async function accessKey(page, name = "ci-runner", secret = "secret", thisRun = false) {
  await page.getByTestId("settings-open").click();
  await page.getByTestId("access-key-add").click();
  await page.getByTestId("access-key-name").fill(name);
  await page.getByTestId("access-key-id").fill("AKIAIOSFODNN7EXAMPLE");
  await page.getByTestId("access-key-secret").fill(secret);
  if (thisRun) await page.getByTestId("access-key-this-run").click();
  await page.waitForTimeout(200);
}

async function ownProfiles(page) {
  await accessKey(page);
  await page.keyboard.press("Enter");
  await page.waitForTimeout(300);
  await accessKey(page, "break-glass", "secret", true);
  await page.getByTestId("access-key-save").click();
  await page.waitForTimeout(300);
  await page.getByTestId("own-profile").last().scrollIntoViewIfNeeded();
}

async function addPairs(page, profile) {
  await page.getByTestId("settings-open").click();
  await page.getByTestId("pair-add").click();
  await page.getByTestId("pair-profile").fill(profile);
  await page.keyboard.press("Escape");
  for (const region of ["us-east-1", "eu-west-2"])
    await page.locator(`[data-testid=region-row][data-region=${region}] [role=checkbox]`).click();
  await page.waitForTimeout(600);
}

async function pairEndpoints(page) {
  await page.getByTestId("settings-open").click();
  await page.getByTestId("pair-add").click();
  await page.getByTestId("pair-profile").fill("acme-prod");
  await page.keyboard.press("Escape");
  await page.getByTestId("pair-endpoints").click();
  await page
    .getByTestId("pair-endpoint-ssmmessages")
    .fill("vpce-0a1b2c3d-x1y2z3.ssmmessages.eu-central-1.vpce.amazonaws.com");
  await page.waitForTimeout(300);
}

async function waitsForCode(page) {
  await openSaved(page, 0);
  await page.keyboard.type("mfa\n");
  await page.keyboard.type("lapse\n");
  await page.getByTestId("sign-in").click();
  await page.getByTestId("sign-in-code").waitFor();
  await page.keyboard.press("Escape");
  await page.waitForTimeout(400);
}

async function palette(page, text) {
  await openSessions(page);
  await page.keyboard.press("Control+Shift+K");
  await page.getByTestId("palette-input").fill(text);
  await page.waitForTimeout(300);
}

async function forwards(page) {
  await page.getByTestId("forwards-open").click();
  await page.getByTestId("forwards-page").waitFor();
  await page.waitForTimeout(9000);
  await page
    .getByTestId("forward-row")
    .first()
    .hover()
    .catch(() => {});
}

async function closeWithForwards(page) {
  await page.locator('[data-testid="node-row"]').first().dblclick();
  await page.waitForTimeout(1500);
  await page.getByLabel("Close the window").click();
  await page.getByTestId("terminate-dialog").waitFor();
}

async function emptyForward(page) {
  await page.getByTestId("forwards-open").click();
  await page.getByTestId("forward-add").click();
  await page.getByTestId("forward-save").click();
  await page.waitForTimeout(300);
}

async function addForward(page, localPort = "") {
  await page.getByTestId("forwards-open").click();
  await page.getByTestId("forward-add").click();
  await page.getByTestId("forward-via").fill("ledger");
  await page.waitForTimeout(200);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByTestId("forward-kind").locator("[data-value=host]").click();
  await page.getByTestId("forward-host").fill("audit.cluster-c0ffee.eu-central-1.rds.amazonaws.com");
  await page.getByTestId("forward-port").fill("5432");
  if (localPort !== "") await page.getByTestId("forward-local-port").fill(localPort);
  await page.waitForTimeout(700);
}

async function forwardVia(page) {
  await page.getByTestId("forwards-open").click();
  await page.getByTestId("forward-add").click();
  await page.getByTestId("forward-via").fill("ledger");
  await page.waitForTimeout(200);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
}

async function forwardSet(page) {
  await forwardVia(page);
  await page.getByTestId("forward-port").fill("5432, 6379, 8080");
  await page.getByTestId("forward-name").fill("Ledger");
  await page.waitForTimeout(500);
}

async function remoteHosts(page) {
  await forwardVia(page);
  await page.getByTestId("forward-kind").locator("[data-value=host]").click();
  await page.getByTestId("forward-host").click();
  await page.keyboard.press("ArrowDown");
  await page.waitForTimeout(500);
}

async function socksForward(page) {
  await page.getByTestId("forwards-open").click();
  await page.getByTestId("forward-add").click();
  await page.getByTestId("forward-kind").locator("[data-value=socks]").click();
  await page.getByTestId("forward-by").click();
  await page.getByTestId("forward-pair").fill("acme-prod / eu-central-1");
  await page.keyboard.press("Escape");
  await page.getByTestId("forward-tags").fill("team=payments");
  await page.getByTestId("forward-allowed").fill("10.88.0.0/16, *.internal");
  await page.getByTestId("forward-exposed").click();
  await page.getByTestId("forward-address").fill("172.17.0.1");
  await page.keyboard.press("Escape");
  await page.getByTestId("forward-save").click();
  await page.waitForTimeout(700);
}

async function forwardMenu(page) {
  await page.getByTestId("forwards-open").click();
  await page.getByTestId("forward-more").first().click();
  await page.waitForTimeout(400);
}

async function windowsNode(page) {
  await page.getByTestId("search").fill("report-win");
  await page.waitForTimeout(400);
  await page.locator('[data-testid="node-row"]').first().click();
  await page.waitForTimeout(300);
}

async function desktopDialog(page, button) {
  await windowsNode(page);
  await page.getByTestId(button).click();
  await page.getByTestId("remote-desktop-go").waitFor();
  await page.waitForTimeout(300);
}

async function forwardsOfNode(page) {
  await page.locator('[data-testid="connection-row"]').first().click();
  await page.waitForTimeout(300);
}

async function settings(page, section) {
  await page.getByTestId("settings-open").click();
  await page.getByTestId(`settings-${section}`).click();
  await page.waitForTimeout(300);
}

async function connectDialog(page) {
  await page.keyboard.press("Control+t");
  await page.getByTestId("connect-target").fill("db-1");
  await page.getByTestId("connect-more").click();
  await page.getByTestId("connect-document").fill("acme-TailLogs");
  await page.getByTestId("document-form").waitFor();
  await page.getByTestId("connect-reason").focus();
  await page.keyboard.press("Enter");
  await page.waitForTimeout(400);
}

async function connectionDialog(page) {
  await page.getByTestId("connection-row").first().click();
  await page.keyboard.press("F2");
  await page.waitForTimeout(300);
}

async function chooseProfiles(page) {
  await page.getByTestId("first-run-aws").click();
  await page.getByTestId("choose-profiles-dialog").waitFor();
  await page.getByTestId("profile-pick").nth(0).click();
  await page.getByTestId("profile-pick").nth(2).click();
  await page.waitForTimeout(200);
}

async function paste(page) {
  await openSessions(page);
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/plain", "begin;\ndelete from entry\n where account_id = 84112;\nselect 1;\n");
    document.activeElement.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
    );
  });
  await page.waitForTimeout(300);
}

async function search(page) {
  await page.getByTestId("search").fill("tag:team=checkout,payments api");
  await page.waitForTimeout(400);
  await page.locator('[data-testid="node-row"]').nth(1).click();
  await page.waitForTimeout(200);
}

async function rowMenu(page) {
  await page.locator('[data-testid="node-row"]').nth(2).click({ button: "right" });
  await page.waitForTimeout(300);
}

async function hostile(page) {
  await page.getByTestId("search").fill("profile:acme-dev");
  await page.waitForTimeout(500);
  await page.locator('[data-testid="node-row"]').nth(0).click();
  await page.waitForTimeout(300);
}

const wanted = process.argv.slice(2);
const server = await preview({
  mode: "mock",
  preview: { port: 4179, host: "127.0.0.1" },
  build: { outDir: "dist-mock" },
  logLevel: "error",
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
mkdirSync(out, { recursive: true });
for (const [name, { query, size = WIDE, theme = "dark", act }] of Object.entries(PICTURES)) {
  if (
    wanted.length > 0 &&
    !wanted.some((part) => name === part || (part.endsWith("*") && name.startsWith(part.slice(0, -1))))
  )
    continue;
  const page = await browser.newPage({ viewport: size, colorScheme: theme });
  page.on("pageerror", (error) => console.log(name, "page error:", error.message));
  page.on("console", (message) => message.type() === "error" && console.log(name, "console:", message.text()));
  await page.goto(`http://127.0.0.1:4179/${query}`);
  await page.waitForTimeout(700);
  try {
    await act?.(page);
  } catch (error) {
    console.log(name, "could not be prepared:", error.message.split("\n")[0]);
  }
  await page.screenshot({ path: `${out}${name}.png` });
  console.log(name);
  await page.close();
}
await browser.close();
await server.close();
