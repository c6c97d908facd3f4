/** The window: first run, or the frame with workbench, forwards and settings. */
import { Tooltip } from "@base-ui/react/tooltip";
import { useEffect } from "react";
import { FirstRun, ThemeSwitch } from "../first-run/first-run";
import { Inspector } from "../fleet/inspector";
import { FleetSidebar } from "../fleet/sidebar";
import { watchTraffic } from "../forwards/traffic";
import { TeamFilesSection } from "../imports/team-files-section";
import { Button } from "../kit/button";
import { Notice } from "../kit/notice";
import { type Program, useProgram } from "../program/program";
import { start } from "../program/start";
import { listenToNetwork } from "../sessions/network";
import { StatusBar } from "../status/status-bar";
import { closePalette, useDialogs } from "../window/dialogs";
import { useFrame, useShown } from "../window/frame";
import { useThemeOnDocument } from "../window/theme";
import { Dialogs } from "./dialogs";
import { keepFocus } from "./focus";
import styles from "./frame.module.css";
import { listenToKeys } from "./keys";
import { LazyPart, partOf } from "./lazy-part";
import { ownMenusOnly } from "./menus";
import { Rail } from "./rail";
import { TitleBar } from "./title-bar";
import { Toasts } from "./toasts";

// What the first frame does not need: the terminal is the largest part of the page.
const WORKBENCH = partOf("The workbench", () => import("../workbench/workbench"));
const FLEET = partOf("The fleet", () => import("../fleet/page/page"));
const FORWARDS = partOf("The forwards", () => import("../forwards/forwards-page"));
const SETTINGS = partOf("The settings", () => import("./settings"));
const PALETTE = partOf("The palette", () => import("../palette/palette"), closePalette);

export function App() {
  const mode = useProgram((now) => now.mode);
  const startError = useProgram((now) => now.startError);
  const paletteOpen = useDialogs((now) => now.palette !== null);
  useThemeOnDocument();
  useEffect(listenToKeys, []);
  useEffect(keepFocus, []);
  useEffect(ownMenusOnly, []);
  useEffect(listenToNetwork, []);
  useEffect(watchTraffic, []);
  return (
    <Tooltip.Provider delay={450}>
      <Frame mode={mode} startError={startError} />
      <Dialogs />
      {paletteOpen && <LazyPart part={PALETTE} props={{}} />}
      <Toasts />
    </Tooltip.Provider>
  );
}

function Frame({ mode, startError }: Pick<Program, "mode" | "startError">) {
  if (mode === "first-run") return <FirstRunFrame />;
  if (mode !== null) return <WorkFrame />;
  return startError === null ? <p className={styles.starting}>Starting</p> : <StartError />;
}

function FirstRunFrame() {
  const version = useProgram((now) => now.version);
  return (
    <div className={styles.app}>
      <TitleBar plain />
      <main className={`${styles.opening} ${styles.plain}`}>
        <FirstRun />
      </main>
      <footer className={styles.footer}>
        <span className={styles.footItem}>Version {version}</span>
        <span className={styles.grow} />
        <ThemeSwitch className={styles.footItem ?? ""} />
      </footer>
    </div>
  );
}

function WorkFrame() {
  const page = useFrame((now) => now.page);
  const sidebarOpen = useShown("sidebar");
  const inspectorOpen = useShown("inspector");
  return (
    <div className={styles.app}>
      <TitleBar />
      <Rail />
      <main className={styles.opening} tabIndex={-1}>
        {/* It stays while another page is shown, so that terminals keep their place and go on reading. */}
        <div className={styles.workbench} hidden={page !== "workbench"}>
          <h1 className="visually-hidden">Terminals</h1>
          {sidebarOpen && <FleetSidebar below={<TeamFilesSection />} />}
          <div className={styles.main}>
            <LazyPart part={WORKBENCH} props={{ inspector: inspectorOpen && <Inspector /> }} />
          </div>
        </div>
        {page === "fleet" && <LazyPart part={FLEET} props={{ inspector: inspectorOpen && <Inspector /> }} />}
        {page === "forwards" && <LazyPart part={FORWARDS} props={{}} />}
        {page === "settings" && <LazyPart part={SETTINGS} props={{}} />}
      </main>
      <StatusBar />
    </div>
  );
}

function StartError() {
  const error = useProgram((now) => now.startError);
  return (
    <div className={styles.startError}>
      <div>{error !== null && <Notice error={error} />}</div>
      <div>
        <Button onClick={() => void start()}>Try again</Button>
      </div>
    </div>
  );
}
