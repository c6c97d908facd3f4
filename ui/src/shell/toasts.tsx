/** Results of what was done out of view, and the live region for screen readers. */
import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button, IconButton } from "../kit/button";
import { LoginNotices } from "../sign-in/login-notices";
import { close, dismiss, type Toast, useToasts } from "../window/toasts";
import styles from "./toasts.module.css";

export function Toasts() {
  const { toasts, said } = useToasts();
  const region = useRoomForNotices();
  return (
    <>
      <div ref={region} className={styles.toasts} role="region" aria-label="Messages" data-messages data-keeps-focus>
        <LoginNotices />
        {toasts.map((toast) => (
          <OneToast key={toast.id} toast={toast} />
        ))}
      </div>
      <div className="visually-hidden" aria-live="polite">
        {said}
      </div>
    </>
  );
}

/** Pages leave as much room at their end as notices that stay take, so that what these cover can be scrolled free. */
function useRoomForNotices() {
  const region = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = region.current;
    if (element === null) return;
    const page = document.documentElement.style;
    const observer = new ResizeObserver(() => {
      const stays = element.querySelector("[data-warn]") !== null;
      page.setProperty("--h-notices", stays ? `calc(${element.offsetHeight}px + var(--h-terminal-buttons))` : "0px");
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      page.removeProperty("--h-notices");
    };
  }, []);
  return region;
}

function OneToast({ toast }: { toast: Toast }) {
  const { id, text, error, action } = toast;
  const run = () => {
    dismiss(id);
    action?.run();
  };
  return (
    <div
      className={styles.toast}
      role={error === null ? "status" : "alert"}
      data-error={error === null ? undefined : true}
      data-testid={error === null ? "toast" : "toast-error"}
    >
      {error === null ? <CircleCheck size={14} /> : <CircleAlert size={14} />}
      <div className={styles.words} data-selectable>
        {text}
        {error !== null && <p>{error.nextStep}</p>}
        {error?.detail != null && <small>{error.detail}</small>}
        {action !== null && (
          <div>
            <Button look="link" onClick={run}>
              {action.label}
            </Button>
          </div>
        )}
      </div>
      <IconButton small label="Close the message" onClick={() => close(id)}>
        <X size={12} />
      </IconButton>
    </div>
  );
}
