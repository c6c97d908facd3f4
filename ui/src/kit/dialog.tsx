/** A dialog: focus is trapped, Esc cancels, and the focus goes back where it was. */
import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { mayTakeFocusBack } from "../state/dialogs";
import { IconButton } from "./button";
import styles from "./dialog.module.css";

interface DialogProps {
  title: string;
  text?: ReactNode;
  icon?: ReactNode;
  width?: number;
  onClose: () => void;
  /** Enter in a field. */
  onSubmit?: () => void;
  /** Ctrl+Enter, Cmd+Enter on macOS: for what runs something; plain Enter then does nothing. */
  onRun?: () => void;
  /** Left in the footer. */
  aside?: ReactNode;
  /** Buttons, the one that goes on last. */
  actions: ReactNode;
  children?: ReactNode;
  initialFocus?: RefObject<HTMLElement | null>;
  testId?: string;
}

export function Dialog(props: DialogProps) {
  const { title, text, icon, width = 520, onClose, onSubmit, onRun, aside, actions, children } = props;
  return (
    <BaseDialog.Root open onOpenChange={(open) => !open && onClose()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={styles.scrim ?? ""} />
        <BaseDialog.Viewport className={styles.place ?? ""}>
          <BaseDialog.Popup
            className={styles.dialog ?? ""}
            style={{ maxWidth: width }}
            initialFocus={props.initialFocus ?? true}
            finalFocus={mayTakeFocusBack}
            data-testid={props.testId}
          >
            <form
              className={styles.form}
              noValidate
              onSubmit={(event) => {
                event.preventDefault();
                onSubmit?.();
              }}
              onKeyDown={(event) => {
                if (onRun === undefined || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
                event.preventDefault();
                onRun();
              }}
            >
              <div className={styles.head}>
                {icon}
                <div className={styles.titles}>
                  <BaseDialog.Title className={styles.title ?? ""}>{title}</BaseDialog.Title>
                  {text !== undefined && (
                    <BaseDialog.Description className={styles.text ?? ""}>{text}</BaseDialog.Description>
                  )}
                </div>
                <IconButton label="Close" onClick={onClose} tabIndex={-1}>
                  <X size={15} />
                </IconButton>
              </div>
              <div className={styles.body}>{children}</div>
              <div className={styles.foot}>
                <div className={styles.aside}>{aside}</div>
                {actions}
              </div>
            </form>
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}
