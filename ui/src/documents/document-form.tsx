/** What a chosen document is, and its parameters to fill in: as it describes them, or by name where it cannot be read. */
import { CircleAlert, LockKeyhole } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { DocumentKindView } from "../ipc/contract";
import { BusyArc, Button, Tip } from "../kit/button";
import { Notice } from "../kit/notice";
import { shortKey } from "../saved/encryption";
import { ParameterField } from "./parameter-field";
import { ParameterRows } from "./parameter-rows";
import styles from "./parameters.module.css";
import type { DocumentForm } from "./use-document";

const KINDS: Record<DocumentKindView, string> = {
  shell: "A shell.",
  interactive: "A command with a terminal.",
  "non-interactive": "A command without a terminal; its output comes at the end.",
  "non-interactive-separate": "A command without a terminal, with standard error and an exit status of their own.",
  port: "A port forward.",
  unknown: "",
};

/** Why a document cannot be run in a tab; null if it can. */
export function refusalOf(form: DocumentForm): string | null {
  return form.document?.kind === "port" ? "It forwards a port, so there is nothing to show in a tab." : null;
}

export function DocumentFields({ form, error }: { form: DocumentForm; error: string | null }) {
  if (form.name === "") return null;
  if (form.waiting) return <Waiting>Reading what {form.name} asks for</Waiting>;
  if (form.document === null) return <Unread form={form} error={error} />;
  return (
    <div className={styles.form} data-testid="document-form" data-kind={form.document.kind}>
      <About form={form} />
      {form.fields.map((field) => (
        <ParameterField
          key={field.name}
          field={field}
          values={form.values[field.name] ?? []}
          onChange={(values) => form.give(field.name, values)}
          error={shownProblem(form, field.name)}
        />
      ))}
      {form.unknown.length > 0 && (
        <p className={styles.quiet} data-testid="parameters-unknown">
          {unknownWords(form.unknown)}
        </p>
      )}
      {error !== null && <p className={styles.bad}>{error}</p>}
    </div>
  );
}

function unknownWords(names: readonly string[]): string {
  const noun = names.length === 1 ? "parameter" : "parameters";
  return `Left out, because the document has no ${noun} ${names.join(", ")}.`;
}

/** What is missing is said once somebody wants to go on, what is wrong at once. */
function shownProblem({ problems, tried, values }: DocumentForm, name: string): string | null {
  const filled = (values[name] ?? []).some((value) => value !== "");
  return tried || filled ? (problems.get(name) ?? null) : null;
}

function About({ form }: { form: DocumentForm }) {
  const { document } = form;
  if (document === null) return null;
  const refusal = refusalOf(form);
  const words = [document.description, KINDS[document.kind]].filter((text) => text !== "").map(sentence);
  return (
    <div className={styles.about}>
      {words.length > 0 && <p data-selectable>{words.join(" ")}</p>}
      {document.kmsKey !== null && (
        <Tip text={document.kmsKey}>
          <p className={styles.key}>
            <LockKeyhole size={12} />
            Encrypted with <span className="mono">{shortKey(document.kmsKey)}</span>
          </p>
        </Tip>
      )}
      {refusal !== null && (
        <p className={styles.refusal} role="status" data-testid="document-refusal">
          <CircleAlert size={13} />
          <span>
            <b>This document cannot be run here.</b> {refusal}
          </span>
        </p>
      )}
      {form.fields.length === 0 && refusal === null && <p className={styles.quiet}>It has no parameters.</p>}
    </div>
  );
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

function Unread({ form, error }: { form: DocumentForm; error: string | null }) {
  return (
    <div className={styles.form} data-testid="document-unread">
      {form.error !== null && (
        <Notice error={form.error}>
          <div className={styles.retry}>
            <Button look="link" onClick={form.retry}>
              Retry
            </Button>
          </div>
        </Notice>
      )}
      <ParameterRows rows={form.rows} onChange={form.setRows} error={error} />
    </div>
  );
}

/** Nothing for the first moment, so that what is quick does not flicker. */
export function Waiting({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p className={styles.waiting} role="status" data-testid="document-waiting">
      {shown && (
        <>
          <BusyArc size={12} />
          <span className="line">{children}</span>
        </>
      )}
    </p>
  );
}
