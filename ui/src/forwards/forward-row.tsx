/** One forward: its switch, where it listens, what it goes by, where it leads, and how it stands. */
import { AppWindow, ArrowRight, CircleAlert, Copy, Ellipsis, Tags, TriangleAlert } from "lucide-react";
import type { KeyboardEvent } from "react";
import { FORWARD_ACTIONS } from "../actions/forward-actions";
import { keysOf } from "../actions/keymap";
import { menuOf } from "../actions/menus";
import { EnvBar } from "../domain/glyphs";
import type { ErrorView, ForwardView } from "../ipc/contract";
import { BusyArc, Button, IconButton, Tip } from "../kit/button";
import { Switch } from "../kit/controls";
import { ContextArea, MenuButton } from "../kit/menu";
import { useTimeText } from "../kit/time";
import { size } from "../kit/words";
import { answerWhatWaits } from "../sign-in/actions";
import { chordOf } from "../window/chords";
import { isMac } from "../window/platform";
import { copyForwardAddress, forwardKey, retryForward, switchForwards, takeOtherPort } from "./actions";
import { isOn, useForwards } from "./forwards";
import styles from "./forwards.module.css";
import { Sparkline } from "./sparkline";
import { rateOf, useTraffic } from "./traffic";
import { useLookup } from "./use-lookup";
import {
  destination,
  destinationParts,
  localAddress,
  localHost,
  localPort,
  openWords,
  stateWords,
  throughOf,
  viaOf,
} from "./words";

const NO_RATES: readonly number[] = [];

export function ForwardRow({ forward, focusable }: { forward: ForwardView; focusable: boolean }) {
  const { id, draft, state } = forward;
  return (
    <ContextArea entries={() => menuOfForward(forward)}>
      <div
        className={styles.row}
        role="row"
        tabIndex={focusable ? 0 : -1}
        aria-label={labelOf(forward)}
        data-row={forwardKey(id)}
        data-off={!isOn(forward) || undefined}
        data-testid="forward-row"
        data-name={draft.name}
        data-state={state.kind}
        onFocus={() => useForwards.setState({ selected: id })}
        onKeyDown={(event) => onRowKey(event, forward)}
        data-area-focus={focusable || undefined}
      >
        <div className={styles.cells} role="presentation">
          <span role="gridcell">
            <Switch
              label={draft.name}
              checked={isOn(forward)}
              onChange={(on) => void switchForwards([forward], on)}
              data-testid="forward-switch"
            />
          </span>
          <NameCell forward={forward} />
          <LocalCell forward={forward} />
          <Arrow />
          <ViaCell forward={forward} />
          <Arrow />
          <span role="gridcell" className={`${styles.reaches} mono`}>
            <Destination draft={draft} />
          </span>
          <span role="gridcell" className={forward.traffic.open === 0 ? styles.faint : undefined}>
            {openWords(forward)}
          </span>
          <TrafficCell forward={forward} />
          <span role="gridcell" className={styles.state} data-testid="forward-state">
            <StateCell forward={forward} />
          </span>
          <span role="gridcell" className={styles.more}>
            <MenuButton entries={() => menuOfForward(forward)} align="end">
              <IconButton label={`More for ${draft.name}`} data-testid="forward-more">
                <Ellipsis size={15} />
              </IconButton>
            </MenuButton>
          </span>
        </div>
        <Note forward={forward} />
      </div>
    </ContextArea>
  );
}

/** Keys of the row itself; those of its controls are theirs. */
function onRowKey(event: KeyboardEvent, forward: ForwardView) {
  if (event.target !== event.currentTarget) return;
  const pressed = event.key === " " ? "Space" : chordOf(event.nativeEvent, isMac);
  const actions = Object.values(FORWARD_ACTIONS);
  const action = actions.find(({ rowKey }) => rowKey?.replace("Mod", isMac ? "Cmd" : "Ctrl") === pressed);
  if (action === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  action.run(forward);
}

function menuOfForward(forward: ForwardView) {
  return menuOf(
    "forward",
    [
      ...(["switch-forward", "open-forward", "copy-forward", "line"] as const),
      ...(["copy-hosts-line", "copy-tls-server-name", "line"] as const),
      ...(["edit-forward", "duplicate-forward", "line", "delete-forward"] as const),
    ],
    forward,
  );
}

/** "Ledger primary, on, localhost:15432, to db.internal:5432". */
function labelOf(forward: ForwardView): string {
  const state = isOn(forward) ? "on" : "off";
  const local = localAddress(forward) ?? "any free port";
  const exposed = forward.draft.bindAddress === null ? [] : ["open to others"];
  return [forward.draft.name, state, local, ...exposed, `to ${destination(forward.draft.destination)}`].join(", ");
}

function Arrow() {
  return (
    <span role="presentation" className={styles.arrow}>
      <ArrowRight size={13} />
    </span>
  );
}

/** What a browser is for has a mark. */
function NameCell({ forward: { draft } }: { forward: ForwardView }) {
  return (
    <span role="gridcell" className={styles.name}>
      <span className="line" data-selectable>
        {draft.name}
      </span>
      {draft.isWeb && (
        <Tip text="A web page">
          <AppWindow size={12} aria-label="web page" />
        </Tip>
      )}
    </span>
  );
}

/** The port is never cut off, what stands before it is. Where others can reach it stays marked. */
function LocalCell({ forward }: { forward: ForwardView }) {
  const address = localAddress(forward);
  const { destination, bindAddress } = forward.draft;
  const host = `${destination.kind === "socks" ? "socks5 " : ""}${localHost(forward)}`;
  const port = localPort(forward);
  return (
    <span role="gridcell" className={styles.local}>
      {port === null && bindAddress === null ? (
        <span className={styles.faint}>any free port</span>
      ) : (
        <span
          className={`${styles.destination} ${bindAddress === null ? "" : styles.warn} mono`}
          data-selectable
          data-testid="forward-local"
        >
          <span>{host}</span>
          <span>{port === null ? "" : `:${port}`}</span>
        </span>
      )}
      {bindAddress !== null && <ExposedMark address={bindAddress} />}
      {address !== null && <CopyAddress forward={forward} address={address} />}
    </span>
  );
}

function ExposedMark({ address }: { address: string }) {
  return (
    <Tip text={`Other computers and containers that reach ${address} reach this forward.`}>
      <span className={styles.exposed} data-testid="forward-open-to-others">
        <TriangleAlert size={12} aria-label="open to others" />
      </span>
    </Tip>
  );
}

function CopyAddress({ forward, address }: { forward: ForwardView; address: string }) {
  return (
    <span className={styles.copy}>
      <IconButton
        small
        tabIndex={-1}
        label={`Copy ${address}`}
        keys={keysOf("copy-forward")}
        onClick={() => copyForwardAddress(forward)}
        data-testid="forward-copy"
      >
        <Copy size={12} />
      </IconButton>
    </span>
  );
}

function ViaCell({ forward }: { forward: ForwardView }) {
  const lookup = useLookup();
  const via = viaOf(forward.draft.via, lookup);
  const through = throughOf(forward, lookup);
  return (
    <span role="gridcell" className={styles.via} data-testid="forward-through">
      <EnvBar environment={via.environment} />
      {forward.draft.via.kind === "tags" && <Tags size={12} aria-label="by tags" />}
      <Tip text={[through === null ? via.title : `${through}, by ${via.title}`, via.scope].filter(Boolean).join(", ")}>
        <span className={`line ${via.gone ? styles.bad : ""}`}>{through ?? via.title}</span>
      </Tip>
    </span>
  );
}

/** The port is never cut off, the host is. */
export function Destination({ draft }: { draft: ForwardView["draft"] }) {
  const [host, port] = destinationParts(draft.destination);
  return (
    <Tip text={destination(draft.destination)}>
      <span className={styles.destination}>
        <span>{host}</span>
        <span>{port}</span>
      </span>
    </Tip>
  );
}

function TrafficCell({ forward }: { forward: ForwardView }) {
  const rates = useTraffic((now) => now.rates.get(forward.id) ?? NO_RATES);
  const { kind } = forward.state;
  return (
    <span role="gridcell" className={styles.traffic}>
      {kind === "up" && <Sparkline rates={rates} />}
      <span className={styles.rate}>{kind === "resuming" ? "held" : rateWords(kind, rateOf(rates))}</span>
    </span>
  );
}

function rateWords(kind: ForwardView["state"]["kind"], rate: number): string {
  return kind === "up" && rate >= 1 ? `${size(rate)}/s` : "";
}

function StateCell({ forward }: { forward: ForwardView }) {
  const { state } = forward;
  const text = useTimeText(1000, (nowMs) => stateWords(forward, nowMs));
  switch (state.kind) {
    case "up":
      return (
        <>
          <i className={styles.dot} />
          {text}
        </>
      );
    case "failed":
      return (
        <span className={styles.bad}>
          <CircleAlert size={12} />
          {text}
        </span>
      );
    case "resuming":
      return (
        <span className={styles.warn}>
          <BusyArc size={12} />
          {text}
        </span>
      );
    case "starting":
    case "stopping":
      return (
        <span className={state.kind === "starting" && state.waitsForLogin ? styles.warn : undefined}>
          <BusyArc size={12} />
          {text}
        </span>
      );
    case "asleep":
      return (
        <Tip text="AWS closed the session because nobody used it. The next connection opens another.">
          <span>{text}</span>
        </Tip>
      );
    case "off":
      return <span className={styles.faint}>{text}</span>;
  }
}

/** What is wrong, and the next step. */
function Note({ forward }: { forward: ForwardView }) {
  const { state, problem } = forward;
  if (state.kind === "failed") {
    const { error, freePort } = state;
    return (
      <NoteLine error={error} step={freePort === null} tone="alert">
        {freePort === null ? (
          <Button look="link" size="sm" onClick={() => void retryForward(forward)} data-testid="forward-retry">
            Try again
          </Button>
        ) : (
          <Button
            look="link"
            size="sm"
            onClick={() => void takeOtherPort(forward, freePort)}
            data-testid="forward-use-other"
          >
            Use {freePort} instead
          </Button>
        )}
      </NoteLine>
    );
  }
  if ((state.kind === "starting" || state.kind === "resuming") && state.waitsForLogin)
    return (
      <div className={styles.note} role="gridcell">
        <span>It goes on by itself when somebody has signed in.</span>
        <Button look="link" size="sm" onClick={() => answerWhatWaits()} data-testid="forward-sign-in">
          Sign in…
        </Button>
      </div>
    );
  if (state.kind === "resuming" && state.error !== null) return <NoteLine error={state.error} step />;
  return problem === null || !isOn(forward) ? null : <NoteLine error={problem} step />;
}

interface NoteLineProps {
  error: ErrorView;
  /** Whether the next step is said in words. */
  step: boolean;
  tone?: "alert";
  children?: React.ReactNode;
}

function NoteLine({ error, step, tone, children }: NoteLineProps) {
  return (
    <div className={styles.note} role="gridcell" data-testid="forward-note">
      <span data-selectable>
        <span role={tone}>
          {error.message} {step && error.nextStep}
        </span>
        {error.detail !== null && <small> {error.detail}</small>}
      </span>
      {children}
    </div>
  );
}
