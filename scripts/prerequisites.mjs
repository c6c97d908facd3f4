// Checks what building Postern needs. What is missing it installs as scripts/install.mjs decides, or says exactly what to install.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { FORWARDED_PACKAGES } from "./forwarded-programs.mjs";
import { installMissing } from "./install.mjs";
import { capture, fail, npm, root, run, say, step } from "./steps.mjs";

const RUST = [1, 95];
const NODE = [20, 19];

/** Debian and Ubuntu packages, each with a test that tells whether it is there. */
const BUILD_PACKAGES = [
  ["build-essential", () => works("cc", ["--version"])],
  ["pkg-config", () => works("pkg-config", ["--version"])],
  ["libwebkit2gtk-4.1-dev", () => works("pkg-config", ["--exists", "webkit2gtk-4.1"])],
  ["libgtk-3-dev", () => works("pkg-config", ["--exists", "gtk+-3.0"])],
  ["librsvg2-dev", () => works("pkg-config", ["--exists", "librsvg-2.0"])],
  ["libxdo-dev", () => existsSync("/usr/include/xdo.h")],
  ["libdbus-1-dev", () => works("pkg-config", ["--exists", "dbus-1"])],
];
/** What a machine without a display needs to show a window and take its picture. */
const HEADLESS_PACKAGES = [
  ["xvfb", () => works("sh", ["-c", "command -v Xvfb"])],
  ["xauth", () => works("sh", ["-c", "command -v xauth"])],
  ["dbus", () => works("sh", ["-c", "command -v dbus-run-session"])],
  ["libgl1-mesa-dri", () => works("dpkg", ["-s", "libgl1-mesa-dri"])],
  ["fonts-dejavu-core", () => works("dpkg", ["-s", "fonts-dejavu-core"])],
];
const PICTURE_PACKAGES = [["x11-apps", () => works("sh", ["-c", "command -v xwd"])], ["netpbm", () => works("sh", ["-c", "command -v xwdtopnm"])]];
const TEST_PACKAGES = [
  ["webkit2gtk-driver", () => existsSync("/usr/bin/WebKitWebDriver")],
  ["curl", () => works("curl", ["--version"])],
  ["openssh-client", () => works("sh", ["-c", "command -v ssh && command -v sftp"])],
  ["openssh-server", () => existsSync("/usr/sbin/sshd")],
  ["rsync", () => works("rsync", ["--version"])],
  ["gnome-keyring", () => works("sh", ["-c", "command -v gnome-keyring-daemon"])],
  ["python3-venv", () => works("python3", ["-c", "import ensurepip, venv"])],
];

const works = async (program, args) => (await capture(program, args)).code === 0;

/** What each group of packages is for. */
const GROUPS = {
  build: { packages: BUILD_PACKAGES, why: "to compile the window" },
  headless: { packages: HEADLESS_PACKAGES, why: "to show a window without a display" },
  picture: { packages: PICTURE_PACKAGES, why: "to take a picture of the window" },
  test: { packages: TEST_PACKAGES, why: "to drive the window, the AWS CLI, a keyring and OpenSSH in tests" },
  forwarded: { packages: FORWARDED_PACKAGES, why: "to lead forwards to real databases, a browser and a remote desktop in tests" },
};

/** Rust, Node and the packages for building; `wanted` adds "headless", "picture", "test" and "forwarded" packages. */
export async function ensurePrerequisites(wanted = []) {
  say("Checking what is needed to build");
  checkNode();
  await checkRust();
  const packages = process.platform === "linux" ? await missingPackages(["build", ...wanted]) : [];
  const testRunner = wanted.includes("test") ? await missingTestRunner() : [];
  await installMissing([...packages, ...testRunner, ...missingNodeModules()]);
}

function atLeast(version, minimum) {
  const [major, minor] = version.split(".").map(Number);
  return major > minimum[0] || (major === minimum[0] && minor >= minimum[1]);
}

function checkNode() {
  if (!atLeast(process.versions.node, NODE)) {
    fail(`Node ${process.versions.node} is too old: Postern needs ${NODE.join(".")} or later.`, "Install a newer Node, then start again.");
  }
}

async function checkRust() {
  const { code, text } = await capture("rustc", ["--version"]);
  if (code !== 0) fail("Rust is not installed.", "Install it from https://rustup.rs, open a new terminal, then start again.");
  const version = /rustc (\d+\.\d+)/.exec(text)?.[1] ?? "0.0";
  if (!atLeast(version, RUST)) fail(`Rust ${version} is too old: Postern needs ${RUST.join(".")} or later.`, "Run `rustup update stable`, then start again.");
  console.log(`Node ${process.versions.node}, Rust ${version}`);
}

/** The system packages that are not there, as one thing to install. */
async function missingPackages(groups) {
  const [missing, reasons] = [[], new Set()];
  for (const { packages, why } of groups.map((group) => GROUPS[group])) {
    for (const [name, present] of packages) {
      if (await present()) continue;
      missing.push(name);
      reasons.add(why);
    }
  }
  if (missing.length === 0) return [];
  const program = await packageProgram(missing);
  return [{
    what: `System packages: ${missing.join(", ")} (about a minute)`,
    why: [...reasons].join(", "),
    command: [...program, "install", "--no-install-recommends", ...missing.map((name) => name.split("|")[0])].join(" "),
    install: () => installPackages(program, missing),
  }];
}

/** `apt-get`, with `sudo` where it is needed; ends the task where neither can be used. */
async function packageProgram(missing) {
  if (!(await works("sh", ["-c", "command -v apt-get"]))) {
    fail(`These system packages are missing (Debian names): ${missing.join(", ")}.`, "Install their counterparts with your system's package manager, then start again.");
  }
  if (process.getuid?.() === 0) return ["apt-get"];
  if (await works("sh", ["-c", "command -v sudo"])) return ["sudo", "apt-get"];
  return fail(`These system packages are missing: ${missing.join(", ")}.`, `As root run: apt-get install ${missing.join(" ")}`);
}

async function installPackages([program, ...before], missing) {
  say("Installing system packages");
  const apt = (...args) => run(program, [...before, ...args], { env: { DEBIAN_FRONTEND: "noninteractive" } });
  const wait = ["-o", "DPkg::Lock::Timeout=120", "-qq"];
  for (let attempt = 1; (await apt("update", ...wait)) !== 0 && attempt < 3; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5000)); // the list lock of another apt
  }
  const names = await known(missing);
  if (names.length > 0 && (await apt("install", "-y", "--no-install-recommends", ...wait, ...names)) !== 0) {
    fail("The system packages could not be installed.", `Run it by hand: ${[program, ...before].join(" ")} install ${missing.join(" ")}`);
  }
}

/** The first of each `name|other name` that this system has; what it has under no name is left out, and so are the tests that need it. */
async function known(packages) {
  const has = async (name) => /Candidate: [^(]/.test((await capture("apt-cache", ["policy", name])).text);
  const names = [];
  for (const alternatives of packages.map((name) => name.split("|"))) {
    if (alternatives.length === 1) names.push(...alternatives);
    else for (const name of alternatives) if (await has(name)) { names.push(name); break; }
  }
  return names;
}

/** cargo-nextest, when it is not there: it runs the Rust tests (decision 16). */
async function missingTestRunner() {
  if (await works("cargo", ["nextest", "--version"])) return [];
  const args = ["install", "--locked", "cargo-nextest"];
  return [{
    what: "cargo-nextest, into Cargo's own folder (a few minutes)",
    why: "to run the Rust tests side by side and to end one that hangs",
    command: `cargo ${args.join(" ")}`,
    install: () => step("Installing cargo-nextest", "cargo", args),
  }];
}

/** The JavaScript packages, when the lockfile is newer than what is installed. */
function missingNodeModules() {
  const stamp = join(root, "node_modules", ".package-lock.json");
  const lock = join(root, "package-lock.json");
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs) return [];
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  return [{
    what: "JavaScript packages of package-lock.json, into node_modules in this folder (under a minute)",
    why: "to build the interface",
    command: `npm ${args.join(" ")}`,
    install: () => step("Installing JavaScript packages", npm, args),
  }];
}
