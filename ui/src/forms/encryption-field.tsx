/** The demand on encryption: what is inherited, preferred, required with which key, or off. */
import { useState } from "react";
import type { EncryptionPolicyView } from "../ipc/contract";
import { Labelled, Segments } from "../kit/controls";
import { LabelledText } from "../kit/labelled";
import { policySentence, policyWords } from "../saved/encryption";
import styles from "./fields.module.css";
import { optional } from "./use-form";

interface EncryptionFieldProps {
  /** Null inherits. */
  value: EncryptionPolicyView | null;
  onChange: (value: EncryptionPolicyView | null) => void;
  /** What applies when nothing is set, and from where; without it something is always set. */
  inherits?: { policy: EncryptionPolicyView; from: string };
  error: string | null;
  /** Before the names that tests hold on to. */
  testId: string;
}

type Choice = "inherit" | EncryptionPolicyView["kind"];

const CHOICES: readonly { value: Choice; label: string }[] = [
  { value: "inherit", label: "Inherit" },
  { value: "prefer", label: "Prefer" },
  { value: "require", label: "Require" },
  { value: "off", label: "Off" },
];

export function EncryptionField({ value, onChange, inherits, error, testId }: EncryptionFieldProps) {
  const [key, setKey] = useState(value?.kind === "require" ? (value.key ?? "") : "");
  const required = value?.kind === "require";
  const choices = CHOICES.filter((choice) => inherits !== undefined || choice.value !== "inherit");
  const choose = (choice: Choice) => onChange(policyOf(choice, key));
  return (
    <div className={styles.stack}>
      <Labelled label="Encryption with KMS" error={required ? null : error} hint={sentence(value, inherits)}>
        {({ describedBy, invalid }) => (
          <div>
            <Segments
              label="Encryption with KMS"
              value={value?.kind ?? "inherit"}
              choices={choices}
              onChange={choose}
              describedBy={describedBy}
              invalid={invalid}
              data-testid={`${testId}-encryption`}
            />
          </div>
        )}
      </Labelled>
      {required && (
        <LabelledText
          label="Only with this key"
          aside="optional"
          error={error}
          mono
          value={key}
          onText={(text) => {
            setKey(text);
            onChange(policyOf("require", text));
          }}
          placeholder="Key id, alias/… or ARN; empty takes any key"
          data-testid={`${testId}-encryption-key`}
        />
      )}
    </div>
  );
}

function policyOf(choice: Choice, key: string): EncryptionPolicyView | null {
  if (choice === "inherit") return null;
  return choice === "require" ? { kind: "require", key: optional(key) } : { kind: choice };
}

function sentence(value: EncryptionPolicyView | null, inherits: EncryptionFieldProps["inherits"]): string {
  if (value !== null) return policySentence(value);
  if (inherits === undefined) return "";
  return `${policyWords(inherits.policy)}, from ${inherits.from}. ${policySentence(inherits.policy)}`;
}
