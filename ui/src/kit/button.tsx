/** Buttons, icon buttons with their tooltips, and key caps. */
import { Tooltip } from "@base-ui/react/tooltip";
import type { ComponentProps, ReactNode } from "react";
import { keysOf } from "../state/keymap";
import { isMac } from "../state/platform";
import styles from "./button.module.css";

interface ButtonProps extends ComponentProps<"button"> {
  look?: "plain" | "primary" | "danger" | "ghost" | "link";
  size?: "sm" | "md" | "lg" | "xl";
  /** The label stays, the icon becomes an arc. */
  busy?: boolean;
  icon?: ReactNode;
}

export function Button({ look = "plain", size = "md", busy = false, icon, className, children, ...rest }: ButtonProps) {
  const classes = [styles.button, styles[look], styles[size], className].filter(Boolean).join(" ");
  return (
    <button type="button" className={classes} aria-busy={busy || undefined} {...rest} disabled={rest.disabled || busy}>
      {busy ? <BusyArc /> : icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends Omit<ComponentProps<"button">, "aria-label"> {
  /** What it does; the tooltip and the accessible name. */
  label: string;
  /** The action whose keys the tooltip shows. */
  action?: string;
  on?: boolean;
  small?: boolean;
}

export function IconButton({
  label,
  action,
  on = false,
  small = false,
  className,
  children,
  ...rest
}: IconButtonProps) {
  const classes = [styles.icon, small && styles.iconSmall, className].filter(Boolean).join(" ");
  return (
    <Tip text={label} keys={action === undefined ? [] : keysOf(action, isMac)}>
      <button type="button" className={classes} aria-label={label} data-on={on || undefined} {...rest}>
        {children}
      </button>
    </Tip>
  );
}

interface TipProps {
  text: string;
  keys?: readonly string[];
  side?: "top" | "bottom" | "left" | "right";
  children: React.ReactElement<Record<string, unknown>>;
}

/** Says more about its child on hover and focus. */
export function Tip({ text, keys = [], side = "bottom", children }: TipProps) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner className={styles.tipPlace ?? ""} side={side} sideOffset={6} collisionPadding={6}>
          <Tooltip.Popup className={styles.tip ?? ""}>
            {text}
            {keys.length > 0 && <Keys keys={keys} />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** Key caps: ["Ctrl", "K"]. */
export function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <span className={styles.keys} aria-hidden="true">
      {keys.map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}

export function BusyArc({ size = 14 }: { size?: number }) {
  return (
    <svg className={styles.busy} width={size} height={size} viewBox="0 0 12 12" fill="none" aria-hidden="true">
      <circle cx="6" cy="6" r="4.5" stroke="currentColor" strokeOpacity="0.25" strokeWidth="1.6" />
      <path d="M6 1.5A4.5 4.5 0 0 1 10.5 6" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
    </svg>
  );
}
