/** Small drawings with a meaning: states are round, environments are square. */
import type { Environment, NodeView, PlatformView, SessionStateView } from "../ipc/contract";
import styles from "./glyphs.module.css";
import { isStopped } from "./node";

type GlyphState = "online" | "lost" | "no-agent" | "stopped" | "starting" | "resuming" | "paused" | "ended" | "unknown";

const SPOKEN: Record<GlyphState, string> = {
  online: "online",
  lost: "agent lost",
  "no-agent": "no agent",
  stopped: "stopped",
  starting: "starting",
  resuming: "resuming",
  paused: "paused",
  ended: "ended",
  unknown: "not known",
};

/** What the glyph of a node shows: ring = machine, core = agent. */
export function nodeGlyph(node: NodeView): GlyphState {
  if (isStopped(node)) return "stopped";
  if (node.state === "pending") return "starting";
  switch (node.ping) {
    case "online":
      return "online";
    case "no-agent":
      return "no-agent";
    case "lost":
    case "inactive":
      return "lost";
    case "unknown":
      return "unknown";
  }
}

export function tabGlyph(state: SessionStateView): GlyphState {
  switch (state.kind) {
    case "connecting":
      return "starting";
    case "connected":
      return "online";
    case "paused":
      return "paused";
    case "resuming":
      return "resuming";
    case "ended":
      return "ended";
    case "failed":
      return "lost";
  }
}

/** A node's or a session's state; a rounded square for a hybrid node. */
export function Glyph({ state, hybrid = false }: { state: GlyphState; hybrid?: boolean }) {
  return (
    <svg width="12" height="12" viewBox="0 0 12 12" fill="none" role="img" aria-label={SPOKEN[state]}>
      {drawn(state, hybrid)}
    </svg>
  );
}

function drawn(state: GlyphState, hybrid: boolean) {
  switch (state) {
    case "online":
      return (
        <>
          <Ring hybrid={hybrid} colour="var(--state-online)" opacity={0.5} />
          <circle cx="6" cy="6" r="2.2" fill="var(--state-online)" />
        </>
      );
    case "lost":
      return (
        <>
          <Ring hybrid={hybrid} colour="var(--state-lost)" opacity={0.95} />
          <path
            d="M4.3 4.3 7.7 7.7M7.7 4.3 4.3 7.7"
            stroke="var(--state-lost)"
            strokeWidth="1.4"
            strokeLinecap="round"
          />
        </>
      );
    case "no-agent":
      return (
        <>
          <Ring hybrid={hybrid} colour="var(--state-online)" opacity={0.85} />
          <path d="M4.2 6h3.6" stroke="var(--state-online)" strokeWidth="1.4" strokeLinecap="round" />
        </>
      );
    case "stopped":
      return <Ring hybrid={hybrid} colour="var(--state-stopped)" opacity={0.75} />;
    case "starting":
      return <Ring hybrid={hybrid} colour="var(--state-pending)" opacity={1} dashes="2.3 2.4" />;
    case "resuming":
      return (
        <g className={styles.turn}>
          <circle cx="6" cy="6" r="4.5" stroke="var(--state-resuming)" strokeOpacity="0.25" strokeWidth="1.6" />
          <path
            d="M6 1.5A4.5 4.5 0 0 1 10.5 6"
            stroke="var(--state-resuming)"
            strokeWidth="1.6"
            strokeLinecap="round"
          />
        </g>
      );
    case "paused":
      return (
        <>
          <Ring hybrid={hybrid} colour="var(--state-resuming)" opacity={0.6} />
          <path d="M4.9 4.4v3.2M7.1 4.4v3.2" stroke="var(--state-resuming)" strokeWidth="1.3" strokeLinecap="round" />
        </>
      );
    case "ended":
      return <path d="M3.2 6h5.6" stroke="var(--text-3)" strokeWidth="1.5" strokeLinecap="round" />;
    case "unknown":
      return <Ring hybrid={hybrid} colour="var(--text-3)" opacity={0.75} dashes="1.2 1.6" />;
  }
}

function Ring({
  hybrid,
  colour,
  opacity,
  dashes,
}: {
  hybrid: boolean;
  colour: string;
  opacity: number;
  dashes?: string;
}) {
  const line = { stroke: colour, strokeWidth: 1.5, strokeOpacity: opacity, strokeDasharray: dashes };
  if (hybrid) return <rect x="1.75" y="1.75" width="8.5" height="8.5" rx="2" {...line} />;
  return <circle cx="6" cy="6" r="4.5" {...line} />;
}

/** The operating system's family; a plain chip where it is not known. */
export function PlatformIcon({ platform }: { platform: PlatformView | null }) {
  const frame = { width: 13, height: 13, viewBox: "0 0 14 14", "aria-hidden": true } as const;
  if (platform === "windows") {
    return (
      <svg {...frame} fill="currentColor" aria-hidden="true">
        <path d="M1.5 1.5h5v5h-5zM7.5 1.5h5v5h-5zM1.5 7.5h5v5h-5zM7.5 7.5h5v5h-5z" opacity=".85" />
      </svg>
    );
  }
  const line = {
    fill: "none",
    stroke: "currentColor",
    strokeWidth: 1.15,
    strokeLinejoin: "round",
    strokeLinecap: "round",
  } as const;
  if (platform === "linux") {
    return (
      <svg {...frame} {...line} aria-hidden="true">
        <path d="M7 1.2c-1.7 0-2.6 1.2-2.6 2.9 0 1.6-.5 2.3-1.2 3.5-.6 1-.9 2-.5 3.1.5 1.3 2 2.1 4.3 2.1s3.8-.8 4.3-2.1c.4-1.1.1-2.1-.5-3.1-.7-1.2-1.2-1.9-1.2-3.5C9.6 2.4 8.7 1.2 7 1.2Z" />
        <path d="M5 8.3c.5-.9 1.2-1.3 2-1.3s1.5.4 2 1.3c.5 1 .4 2.3-.1 2.9" opacity=".75" />
        <circle cx="6" cy="3.9" r=".35" fill="currentColor" />
        <circle cx="8" cy="3.9" r=".35" fill="currentColor" />
      </svg>
    );
  }
  return (
    <svg {...frame} {...line} aria-hidden="true">
      {platform === "mac-os" ? (
        <>
          <path d="M9.9 7.4c0-1.4 1.1-2.1 1.2-2.2-.7-1-1.7-1.1-2.1-1.1-.9-.1-1.7.5-2.2.5-.4 0-1.1-.5-1.9-.5C3.5 4.100 2.3 5.300 2.3 7.300c0 2.500 1.700 5.200 3 5.200.7 0 1-.5 1.900-.5s1.100.5 1.900.5c1.100 0 2-1.600 2.400-2.600-.9-.4-1.600-1.200-1.600-2.500Z" />
          <path d="M7.200 2.700c.4-.6 1-1 1.600-1.100" />
        </>
      ) : (
        <rect x="2.5" y="2.5" width="9" height="9" rx="2" />
      )}
    </svg>
  );
}

export function EnvBar({ environment, small = false }: { environment: Environment; small?: boolean }) {
  return <span className={`${styles.bar} ${small ? styles.small : ""}`} data-env={environment} />;
}

export function EnvChip({ environment, children }: { environment: Environment; children: string }) {
  return (
    <span className={styles.chip} data-env={environment}>
      <span className={`${styles.bar} ${styles.small}`} />
      <span className="line">{children}</span>
    </span>
  );
}
