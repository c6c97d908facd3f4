/** A dialog: focus is trapped, Esc cancels, and the focus goes back where it was. */
import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, type RefObject, useRef, useState } from "react";
import { Button, IconButton, Keys } from "./button";
import styles from "./dialog.module.css";

interface DialogProps {
  title: string;
  text?: ReactNode;
  icon?: ReactNode;
  width?: number;
  onClose: () => void;
  /** Whether something was filled in that closing would lose: then Esc asks first. */
  changed?: boolean;
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
  const { title, text, icon, width = 520, onClose, onSubmit, onRun, actions, children } = props;
  const form = useRef<HTMLFormElement>(null);
  const question = useDiscardQuestion(props, form);
  return (
    <BaseDialog.Root open onOpenChange={(open) => !open && question.leave()}>
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className={styles.scrim ?? ""} />
        <BaseDialog.Viewport className={styles.place ?? ""}>
          <BaseDialog.Popup
            className={styles.dialog ?? ""}
            style={{ maxWidth: width }}
            initialFocus={props.initialFocus ?? true}
            finalFocus={false}
            data-testid={props.testId}
          >
            <form
              ref={form}
              className={styles.form}
              noValidate
              onSubmit={(event) => {
                event.preventDefault();
                if (!question.asking) onSubmit?.();
              }}
              onKeyDown={(event) => {
                if (onRun === undefined || event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
                event.preventDefault();
                if (!question.asking) onRun();
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
                <IconButton label="Close" onClick={question.leave} tabIndex={-1}>
                  <X size={15} />
                </IconButton>
              </div>
              <div className={styles.body} onScroll={({ currentTarget }) => markScrolled(currentTarget)}>
                {children}
              </div>
              {question.asking ? (
                <Discard keep={question.keep} discard={onClose} />
              ) : (
                <div className={styles.foot}>
                  <div className={styles.aside}>{props.aside}</div>
                  {actions}
                </div>
              )}
            </form>
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

/** A line tells what is above the fold from the title. */
function markScrolled(body: HTMLElement) {
  body.toggleAttribute("data-scrolled", body.scrollTop > 0);
}

/** Leaving a filled dialog is a question in its footer, with the way back under the fingers: Esc again, or Enter. */
function useDiscardQuestion({ changed = false, onClose }: DialogProps, form: RefObject<HTMLFormElement | null>) {
  const [asking, setAsking] = useState(false);
  const before = useRef<Element | null>(null);
  const keep = () => {
    setAsking(false);
    const { current } = before;
    requestAnimationFrame(() => current instanceof HTMLElement && current.focus());
  };
  const leave = () => {
    if (asking) return keep();
    if (!changed) return onClose();
    const { activeElement } = document;
    before.current = form.current?.contains(activeElement) ? activeElement : null;
    setAsking(true);
  };
  return { asking, keep, leave };
}

function Discard({ keep, discard }: { keep: () => void; discard: () => void }) {
  return (
    <div className={styles.foot} role="alertdialog" aria-label="Discard what you typed?" data-testid="discard-question">
      <div className={styles.question}>Discard what you typed?</div>
      <Button size="lg" autoFocus onClick={keep} data-testid="discard-keep">
        Keep editing <Keys keys={["Esc"]} />
      </Button>
      <Button look="danger" size="lg" onClick={discard} data-testid="discard">
        Discard
      </Button>
    </div>
  );
}
