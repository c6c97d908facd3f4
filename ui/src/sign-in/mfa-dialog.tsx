/** The code of an MFA device: asked once for everything that waits for it. */
import { Smartphone, UserCog } from "lucide-react";
import { FormDialog } from "../forms/form-dialog";
import { useForm } from "../forms/use-form";
import type { MfaQuestionView } from "../ipc/contract";
import { LabelledText } from "../kit/labelled";
import { attempt } from "../window/attempt";
import { closeDialog, useDialogs } from "../window/dialogs";
import { answerMfa } from "./actions";
import { deviceName, roleOf, useMfa } from "./mfa";
import styles from "./sign-in.module.css";

export function MfaDialog({ id }: { id: number }) {
  const question = useMfa((now) => now.questions.find((one) => one.id === id));
  // Answered or given up somewhere else, and closed at once.
  return question === undefined ? null : <Filled key={id} question={question} />;
}

/** The next question may be open already, such as one about a code that was not right. */
function closeOf(id: number) {
  const { open } = useDialogs.getState();
  if (open?.kind === "mfa" && open.id === id) closeDialog();
}

/** "Role NodeOperator in account 111122223333". */
function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function Filled({ question }: { question: MfaQuestionView }) {
  const { id, device, profile, retry } = question;
  const form = useForm({ code: "" }, () => closeOf(id));
  const giveUp = () => {
    closeDialog();
    void attempt(() => answerMfa(question, null));
  };
  return (
    <FormDialog
      title={`MFA code for ${profile}`}
      text={
        <span className={styles.asker}>
          <span className={styles.device} data-testid="mfa-role">
            <UserCog size={14} />
            {sentence(roleOf(question))}
          </span>
          <span className={styles.device}>
            <Smartphone size={14} />
            {deviceName(device)}
          </span>
        </span>
      }
      width={440}
      form={form}
      changed={false}
      action="Go on"
      onSubmit={() => form.submit(() => answerMfa(question, form.values.code))}
      onCancel={giveUp}
      testId="mfa-dialog"
      submitTestId="mfa-submit"
    >
      {retry !== null && (
        <p className={styles.refused} data-testid="mfa-refused">
          {retry}
        </p>
      )}
      <LabelledText
        {...form.text("code")}
        label="Code"
        hint="Six digits, good once. Everything that waits for it goes on."
        mono
        inputMode="numeric"
        maxLength={12}
        autoFocus
        placeholder="123 456"
        data-testid="mfa-code"
      />
    </FormDialog>
  );
}
