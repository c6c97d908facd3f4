/** The dialog that is filled in: its fields, why it could not be sent, and the buttons that leave it. */
import type { ReactNode } from "react";
import { Button, Keys } from "../kit/button";
import { Dialog } from "../kit/dialog";
import { Notice } from "../kit/notice";
import { caps } from "../window/chords";
import { closeDialog } from "../window/dialogs";
import { isMac } from "../window/platform";
import type { Form } from "./use-form";

interface FormDialogProps {
  title: string;
  text?: ReactNode;
  width?: number;
  form: Pick<Form<object>, "busy" | "changed" | "failure">;
  /** Whether closing would lose something, where the form does not know all that is filled in. */
  changed?: boolean;
  /** What the button says that sends it. */
  action: string;
  onSubmit: () => void;
  /** What Cancel does, where it is more than closing. */
  onCancel?: () => void;
  /** Ctrl+Enter sends it, Cmd+Enter on macOS, and plain Enter does nothing: for what runs something. */
  runs?: boolean;
  disabled?: boolean;
  /** Left in the footer. */
  aside?: ReactNode;
  testId: string;
  submitTestId: string;
  /** The fields. */
  children: ReactNode;
}

export function FormDialog(props: FormDialogProps) {
  const { form, action, onSubmit, runs = false, disabled = false } = props;
  return (
    <Dialog
      title={props.title}
      text={props.text}
      {...(props.width !== undefined && { width: props.width })}
      onClose={closeDialog}
      changed={props.changed ?? form.changed}
      {...(runs ? { onRun: onSubmit } : { onSubmit })}
      testId={props.testId}
      aside={props.aside}
      actions={
        <>
          <Button look="ghost" size="lg" onClick={props.onCancel ?? closeDialog} data-testid={`${props.testId}-cancel`}>
            Cancel
          </Button>
          <Button
            look="primary"
            size="lg"
            busy={form.busy}
            disabled={disabled}
            {...(runs ? { onClick: onSubmit } : { type: "submit" })}
            data-testid={props.submitTestId}
          >
            {action} <Keys keys={runs ? caps("Mod+Enter", isMac) : ["Enter"]} />
          </Button>
        </>
      }
    >
      {props.children}
      {form.failure !== null && (
        <div ref={(element) => element?.scrollIntoView({ block: "nearest" })}>
          <Notice error={form.failure} />
        </div>
      )}
    </Dialog>
  );
}
