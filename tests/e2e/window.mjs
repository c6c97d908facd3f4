// The real program in a real window on a virtual screen, driven through WebDriver, with homes of its own.
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Builder, By, Capabilities, Key } from "selenium-webdriver";
import { virtualScreen } from "../../scripts/headless.mjs";
import { built, root } from "../../scripts/steps.mjs";

const WAIT_MS = 30_000;

/** WebKit's own driver: it starts the program and drives the web view in it. */
const WEB_DRIVER = "/usr/bin/WebKitWebDriver";

/** A keyring on the session's bus, then what follows. */
const WITH_KEYRING = ["sh", "-c", 'printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null; exec "$@"', "sh"];

/** Tauri lets a driver into its web view when it finds this. */
const DRIVEN = { TAURI_WEBVIEW_AUTOMATION: "true" };

/** A port that nothing listens on. */
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A home folder that nothing else uses: the program's data, configuration and AWS files all go there. */
export class Home {
  constructor() {
    this.path = mkdtempSync(join(tmpdir(), "postern-e2e-"));
    for (const folder of ["data", "config", "cache", "run", "aws"]) mkdirSync(join(this.path, folder), { mode: 0o700 });
  }

  /** The environment of a user who has just this home, and no AWS settings but those in its `aws` folder. */
  environment() {
    const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|XDG_|HTTPS?_PROXY|https?_proxy|POSTERN_DATA)/.test(name));
    return {
      ...Object.fromEntries(kept),
      HOME: this.path,
      XDG_DATA_HOME: join(this.path, "data"),
      XDG_CONFIG_HOME: join(this.path, "config"),
      XDG_CACHE_HOME: join(this.path, "cache"),
      XDG_RUNTIME_DIR: join(this.path, "run"),
      AWS_CONFIG_FILE: this.awsConfig,
      AWS_SHARED_CREDENTIALS_FILE: this.awsCredentials,
      AWS_EC2_METADATA_DISABLED: "true",
    };
  }

  get awsConfig() {
    return join(this.path, "aws", "config");
  }

  get awsCredentials() {
    return join(this.path, "aws", "credentials");
  }

  /** The program may write until its last moment. */
  async remove() {
    for (let tries = 0; ; tries += 1) {
      try {
        return rmSync(this.path, { recursive: true, force: true });
      } catch (error) {
        if (error.code !== "ENOTEMPTY" || tries > 50) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** One run of the program. */
export class Window {
  /**
   * Starts screen, driver and program, with `more` in its environment; resolves when the page answers. `program` is one
   * that was built before; with `framebuffer` the screen's pixels can be read from a file, and `onScreen` is told of the
   * screen before there is anything on it. With `keyring` the user has one, unlocked, that is kept in the home.
   */
  static async open(home, more = {}, { program = built("postern-desktop"), framebuffer = false, onScreen = () => {}, keyring = false } = {}) {
    const screen = await virtualScreen({ framebuffer });
    onScreen(screen);
    const port = await freePort();
    const env = { ...home.environment(), DISPLAY: screen.display, GDK_BACKEND: "x11", NO_AT_BRIDGE: "1", LIBGL_ALWAYS_SOFTWARE: "1", ...DRIVEN, ...more };
    mkdirSync(join(root, "artifacts"), { recursive: true });
    const log = openSync(join(root, "artifacts", "e2e-window.log"), "a"); // what driver and program say
    const server = spawn(
      "dbus-run-session",
      ["--", ...(keyring ? WITH_KEYRING : []), WEB_DRIVER, "--host=127.0.0.1", `--port=${port}`],
      { env: { ...env, RUST_BACKTRACE: "0" }, stdio: ["ignore", log, log], detached: true },
    );
    closeSync(log);
    try {
      await listening(port, server);
      const capabilities = new Capabilities({ browserName: "wry", "webkitgtk:browserOptions": { binary: program, args: [] } });
      const driver = await new Builder().withCapabilities(capabilities).usingServer(`http://127.0.0.1:${port}/`).build();
      return new Window(driver, server, screen);
    } catch (error) {
      // What did start must not outlive the test that could not use it.
      await new Window({ quit: async () => {} }, server, screen).close();
      throw error;
    }
  }

  constructor(driver, server, screen) {
    this.driver = driver;
    this.server = server;
    this.screen = screen;
  }

  /**
   * The element with this test id, once it is visible. A list that is filled draws its rows anew: what is asked of an
   * element that is gone is asked of the one in its place.
   */
  async see(testId, more = "") {
    const found = () =>
      this.eventually(`${testId}${more} on the screen`, async () => {
        const element = await this.driver.findElement(By.css(`[data-testid="${testId}"]${more}`));
        return (await element.isDisplayed()) && element;
      });
    return drawnAnew(await found(), found);
  }

  /** A pointer's gesture on the element with this test id, as `gesture` adds it to the actions for an element. */
  async point(gesture, testId, more = "") {
    await this.eventually(`a gesture on ${testId}${more}`, async () => {
      await gesture(this.driver.actions(), await this.see(testId, more)).perform();
      return true;
    });
  }

  /** Clicks the element with this test id. */
  async click(testId, more = "") {
    await this.eventually(`click on ${testId}${more}`, async () => {
      await (await this.see(testId, more)).click();
      return true;
    });
  }

  /** Waits until `check` gives something true; an element that was drawn anew meanwhile is looked up again. */
  async eventually(what, check, timeoutMs = WAIT_MS) {
    let last;
    try {
      return await this.driver.wait(async () => {
        try {
          last = await check();
          return last;
        } catch (error) {
          if ([GONE, "NoSuchElementError", "ElementClickInterceptedError", "ElementNotInteractableError"].includes(error.name)) return false;
          throw error;
        }
      }, timeoutMs);
    } catch (error) {
      throw new Error(`${what}: not within ${timeoutMs / 1000} s (last: ${JSON.stringify(last)}): ${error.message}`);
    }
  }

  /** Everything that the terminal in front shows, lines joined by newlines. */
  async terminalText() {
    return this.driver.executeScript(() => {
      const visible = [...document.querySelectorAll('[data-testid="terminal"]')].find((element) => element.offsetParent !== null);
      const rows = visible?.querySelectorAll(".xterm-rows > div") ?? [];
      return [...rows].map((row) => row.textContent.replace(/\u00a0/g, " ").trimEnd()).join("\n");
    });
  }

  /** Waits until the terminal's text matches; resolves with the match. */
  async terminalShows(pattern, timeoutMs = WAIT_MS) {
    let text = "";
    try {
      return await this.driver.wait(async () => {
        text = (await this.terminalText()) ?? "";
        return pattern.exec(text);
      }, timeoutMs);
    } catch {
      throw new Error(`the terminal never showed ${pattern}; it shows:\n${text}`);
    }
  }

  /** Types into whatever has the focus in the terminal in front. */
  async type(...keys) {
    const input = await this.eventually("the terminal's input", async () => {
      for (const element of await this.driver.findElements(By.css('[data-testid="terminal"] textarea'))) {
        const shown = await this.driver.executeScript((area) => area.closest('[data-testid="terminal"]').offsetParent !== null, element);
        if (shown) return element;
      }
      return null;
    });
    await input.sendKeys(...keys);
  }

  /** Types a command and Enter. */
  async command(text) {
    await this.type(text, Key.ENTER);
  }

  /** Keys to the page itself. */
  async keys(...keys) {
    let chain = this.driver.actions();
    const held = keys.slice(0, -1);
    for (const key of held) chain = chain.keyDown(key);
    chain = chain.sendKeys(keys.at(-1));
    for (const key of held.reverse()) chain = chain.keyUp(key);
    await chain.perform();
  }

  /** Closes the window with its own button, as a user does. The program then ends by itself. */
  async closeByUser() {
    const button = await this.driver.findElement(By.css('[aria-label="Close the window"]'));
    await button.click().catch(() => {}); // the window may be gone before the driver can answer
  }

  /** Ends the program and the driver, whatever state they are in. */
  async close() {
    await this.driver.quit().catch(() => {});
    try {
      process.kill(-this.server.pid);
    } catch {
      // It ended by itself.
    }
    await new Promise((resolve) => (this.server.exitCode !== null || this.server.signalCode !== null ? resolve() : this.server.once("exit", resolve)));
    this.screen.stop();
  }
}

/** What the driver says of an element that was drawn anew between two commands. */
const GONE = "StaleElementReferenceError";

/** The element, whose questions and keys go to what `again` finds once it is gone. */
function drawnAnew(element, again) {
  const asked = new Set(["click", "getAttribute", "getCssValue", "getRect", "getText", "isDisplayed", "isEnabled", "sendKeys"]);
  return new Proxy(element, {
    get(target, name) {
      const value = target[name];
      if (typeof value !== "function") return value;
      if (!asked.has(name)) return value.bind(target);
      return (...words) =>
        value.apply(target, words).catch(async (error) => {
          if (error.name !== GONE) throw error;
          return (await again())[name](...words);
        });
    },
  });
}

async function listening(port, server) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    if (server.exitCode !== null) throw new Error(`WebKitWebDriver ended with status ${server.exitCode}`);
    const answer = await fetch(`http://127.0.0.1:${port}/status`).catch(() => null);
    if (answer) return;
    if (Date.now() > deadline) throw new Error("WebKitWebDriver does not answer");
    await new Promise((resolve) => setTimeout(resolve, 50)); // polling a program of others that cannot tell
  }
}

export { By, Key };
