// Checks what building Postern needs and installs what is missing, or says exactly what to install.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
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
  ["python3-venv", () => works("python3", ["-c", "import ensurepip, venv"])],
];

const works = async (program, args) => (await capture(program, args)).code === 0;

/** Rust, Node and the system packages for building; `wanted` adds "headless", "picture" and "test" packages. */
export async function ensurePrerequisites(wanted = []) {
  say("Checking what is needed to build");
  checkNode();
  await checkRust();
  if (process.platform === "linux") {
    const packages = [...BUILD_PACKAGES];
    if (wanted.includes("headless")) packages.push(...HEADLESS_PACKAGES);
    if (wanted.includes("picture")) packages.push(...PICTURE_PACKAGES);
    if (wanted.includes("test")) packages.push(...TEST_PACKAGES);
    await ensurePackages(packages);
  }
  await ensureNodeModules();
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

async function ensurePackages(packages) {
  const missing = [];
  for (const [name, present] of packages) if (!(await present())) missing.push(name);
  if (missing.length === 0) return;
  const byHand = `sudo apt-get install ${missing.join(" ")}`;
  if (!(await works("sh", ["-c", "command -v apt-get"]))) {
    fail(`These system packages are missing (Debian names): ${missing.join(", ")}.`, "Install their counterparts with your system's package manager, then start again.");
  }
  const root = process.getuid?.() === 0;
  const sudo = !root && (await works("sh", ["-c", "command -v sudo"]));
  if (!root && !sudo) fail(`These system packages are missing: ${missing.join(", ")}.`, `As root run: ${byHand.replace("sudo ", "")}`);
  say(`Installing system packages: ${missing.join(", ")} (about a minute)`);
  const apt = (...args) => run(root ? "apt-get" : "sudo", root ? args : ["apt-get", ...args], { env: { DEBIAN_FRONTEND: "noninteractive" } });
  const wait = ["-o", "DPkg::Lock::Timeout=120", "-qq"];
  for (let attempt = 1; (await apt("update", ...wait)) !== 0 && attempt < 3; attempt += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5000)); // the list lock of another apt
  }
  if ((await apt("install", "-y", "--no-install-recommends", ...wait, ...missing)) !== 0) {
    fail("The system packages could not be installed.", `Run it by hand: ${byHand}`);
  }
}

/** Installs the JavaScript packages when the lockfile is newer than what is installed. */
async function ensureNodeModules() {
  const stamp = join(root, "node_modules", ".package-lock.json");
  const lock = join(root, "package-lock.json");
  if (existsSync(stamp) && statSync(stamp).mtimeMs >= statSync(lock).mtimeMs) return;
  await step("Installing JavaScript packages (under a minute)", npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
}
