/** A command, or a document for commands, on all picked nodes. */
import { useRef, useState } from "react";
import { DocumentFields, refusalOf } from "../../documents/document-form";
import { DocumentPicker } from "../../documents/document-picker";
import { useDocumentForm } from "../../documents/use-document";
import { ReasonField } from "../../forms/fields";
import { FormDialog } from "../../forms/form-dialog";
import { focusFirstProblem, optional, useForm } from "../../forms/use-form";
import { Button } from "../../kit/button";
import { Segments } from "../../kit/controls";
import { LabelledText } from "../../kit/labelled";
import { counted } from "../../kit/words";
import { closeDialog } from "../../window/dialogs";
import { frame } from "../../window/frame";
import { useFleet } from "../fleet";
import { productionWords } from "./bulk";
import styles from "./dialogs.module.css";
import { startRun } from "./runs";

type Kind = "command" | "document";

const KINDS = [
  { value: "command", label: "Command" },
  { value: "document", label: "Document" },
] as const;

export default function RunNodesDialog({ keys }: { keys: readonly string[] }) {
  const [kind, setKind] = useState<Kind>("command");
  const form = useForm({ command: "", reason: "" }, closeDialog, ["document", "parameters"]);
  const chosen = useChosenDocument(keys);
  const submit = () => {
    const what = kind === "command" ? commandOf(form.values.command) : chosen.what();
    if (what === null) return focusFirstProblem();
    form.submit(async () => {
      await startRun(keys, what, optional(form.values.reason));
      frame.show("fleet");
    });
  };
  return (
    <FormDialog
      title={`Run on ${counted(keys.length, "node")}`}
      text={["Eight at a time, each in a session of its own.", productionWords(keys)].filter(Boolean).join(" ")}
      width={600}
      form={form}
      changed={form.changed || chosen.name !== ""}
      action="Run"
      runs
      disabled={kind === "command" ? form.values.command.trim() === "" : !chosen.ready}
      onSubmit={submit}
      testId="run-nodes-dialog"
      submitTestId="run-nodes"
    >
      <Segments label="What to run" value={kind} choices={KINDS} onChange={setKind} data-testid="run-nodes-kind" />
      {kind === "command" ? (
        <LabelledText
          {...form.text("command")}
          label="Command"
          mono
          autoFocus
          placeholder="uptime"
          hint="A line of the node's shell: sh, or PowerShell on Windows"
          data-testid="run-nodes-command"
        />
      ) : (
        <ChosenDocument chosen={chosen} error={form.under("parameters") ?? form.under("document")} />
      )}
      <ReasonField {...form.text("reason")} testId="run-nodes-reason" />
    </FormDialog>
  );
}

function commandOf(line: string) {
  return line.trim() === "" ? null : { kind: "command" as const, line };
}

/** The document is read where the first of the nodes is; every node's own account and Region has to have it. */
function useChosenDocument(keys: readonly string[]) {
  const [name, setName] = useState("");
  const pairs = useFleet((now) => now.pairs);
  const first = pairs.find(({ id }) => `${id}` === keys[0]?.slice(0, keys[0].indexOf("/")));
  const at = { profile: first?.profile ?? null, region: first?.region ?? null };
  const document = useDocumentForm(at, name, { debounceMs: 0 });
  const what = () => {
    const parameters = document.finish();
    return parameters === null ? null : { kind: "document" as const, document: name, parameters: [...parameters] };
  };
  const ready = name !== "" && !document.waiting && refusalOf(document) === null;
  return { name, setName, at, document, what, ready };
}

function ChosenDocument({ chosen, error }: { chosen: ReturnType<typeof useChosenDocument>; error: string | null }) {
  const { name, setName, at, document } = chosen;
  const fields = useRef<HTMLDivElement>(null);
  if (name === "") return <DocumentPicker at={at} onChoose={setName} />;
  return (
    <>
      <div className={styles.chosen}>
        <span className="mono line">{name}</span>
        <Button size="sm" onClick={() => setName("")}>
          Change
        </Button>
      </div>
      <div ref={fields} className={styles.fields}>
        <DocumentFields form={document} error={error} />
      </div>
    </>
  );
}
