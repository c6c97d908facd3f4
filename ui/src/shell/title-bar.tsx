/** The title bar: it moves the window, opens the palette, and has the window's buttons where the system has none. */
import { Minus, PanelLeft, Search, Square, X } from "lucide-react";
import type { ReactNode } from "react";
import { useKeysOf } from "../actions/keymap";
import { buttonOf } from "../actions/menus";
import { appWindow } from "../ipc/window";
import { IconButton, Keys, Tip } from "../kit/button";
import { openPalette } from "../window/dialogs";
import { useFrame, useShown } from "../window/frame";
import { isMac } from "../window/platform";
import styles from "./frame.module.css";
import { LogoMark } from "./logo-mark";

/** Tauri drags the window by elements with this attribute. */
const DRAG = { "data-tauri-drag-region": "" } as const;

export function TitleBar({ plain = false }: { plain?: boolean }) {
  const paletteKeys = useKeysOf("palette");
  return (
    <header className={`${styles.titlebar} ${isMac ? styles.mac : ""}`} data-keeps-focus {...DRAG}>
      <div className={styles.logo} {...DRAG}>
        <LogoMark />
      </div>
      <div className={styles.left} {...DRAG}>
        {plain ? <span className={styles.productName}>Postern</span> : <SidebarToggle />}
      </div>
      {!plain && (
        <button type="button" className={styles.command} onClick={() => openPalette()} data-testid="command-field">
          <Search size={13} />
          <span className={`${styles.grow} line`}>Go to a node, connection or action</span>
          <Keys keys={paletteKeys} />
        </button>
      )}
      <div className={styles.right} {...DRAG}>
        {!isMac && <WindowControls />}
      </div>
    </header>
  );
}

function SidebarToggle() {
  // Whether it is shown names the button.
  useShown("sidebar");
  const page = useFrame((now) => now.page);
  return (
    <IconButton {...buttonOf("toggle-sidebar")} disabled={page !== "workbench"}>
      <PanelLeft size={15} />
    </IconButton>
  );
}

function WindowControls() {
  return (
    <>
      <Control label="Minimize" run={() => void appWindow.minimize()}>
        <Minus size={14} />
      </Control>
      <Control label="Maximize" run={() => void appWindow.toggleMaximize()}>
        <Square size={11} />
      </Control>
      <Control label="Close the window" run={() => void appWindow.close()} className={styles.close}>
        <X size={15} />
      </Control>
    </>
  );
}

function Control(props: { label: string; run: () => void; className?: string | undefined; children: ReactNode }) {
  return (
    <Tip text={props.label}>
      <button
        type="button"
        className={`${styles.control} ${props.className ?? ""}`}
        aria-label={props.label}
        tabIndex={-1}
        onClick={props.run}
      >
        {props.children}
      </button>
    </Tip>
  );
}
