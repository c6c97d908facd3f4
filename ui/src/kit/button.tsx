/** Buttons, icon buttons with their tooltips, and key caps. */
import { Tooltip } from "@base-ui/react/tooltip";
import { type ComponentProps, type ReactNode, useEffect, useState } from "react";
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
  /** Key caps that the tooltip shows. */
  keys?: readonly string[];
  on?: boolean;
  small?: boolean;
}

export function IconButton({
  label,
  keys = [],
  on = false,
  small = false,
  className,
  children,
  ...rest
}: IconButtonProps) {
  const classes = [styles.icon, small && styles.iconSmall, className].filter(Boolean).join(" ");
  return (
    <Tip text={label} keys={keys}>
      <button type="button" className={classes} aria-label={label} data-on={on || undefined} {...rest}>
        {children}
      </button>
    </Tip>
  );
}

interface TipProps {
  /** Lines, if there are several. */
  text: string;
  keys?: readonly string[];
  side?: "top" | "bottom" | "left" | "right";
  children: React.ReactElement<Record<string, unknown>>;
}

/** Says more about its child on hover and focus, until the next key, press or dialog. What a menu adds goes to the child. */
export function Tip({ text, keys = [], side = "bottom", children, ...rest }: TipProps) {
  const [open, setOpen] = useTipOpen();
  return (
    <Tooltip.Root open={open} onOpenChange={setOpen}>
      <Tooltip.Trigger render={children} {...rest} />
      <Tooltip.Portal>
        <Tooltip.Positioner className={styles.tipPlace ?? ""} side={side} sideOffset={6} collisionPadding={6}>
          <Tooltip.Popup className={styles.tip ?? ""} data-testid="tip">
            <span>{text}</span>
            {keys.length > 0 && <Keys keys={keys} />}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** The tooltip that is shown closes at this; what opens over the page says so. */
const CLOSE_TIPS = "postern-close-tips";

/** Closes the tooltip that is shown, because nothing lies over a dialog or the palette. */
export function closeTips() {
  window.dispatchEvent(new Event(CLOSE_TIPS));
}

/** Whether the tooltip is shown: a window that is left says nothing, and a key is no question. */
function useTipOpen() {
  const state = useState(false);
  const [open, setOpen] = state;
  useEffect(() => {
    if (!open) return;
    const close = () => setOpen(false);
    window.addEventListener(CLOSE_TIPS, close);
    window.addEventListener("blur", close);
    window.addEventListener("keydown", close, { capture: true });
    return () => {
      window.removeEventListener(CLOSE_TIPS, close);
      window.removeEventListener("blur", close);
      window.removeEventListener("keydown", close, { capture: true });
    };
  }, [open]);
  return state;
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
