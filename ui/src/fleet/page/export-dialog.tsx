/** Gives nodes to other programs: into a file, or onto the clipboard. */
import { useEffect } from "react";
import { FormDialog } from "../../forms/form-dialog";
import { useForm } from "../../forms/use-form";
import { client } from "../../ipc/client";
import type { ExportFormat } from "../../ipc/contract";
import { Button } from "../../kit/button";
import { CheckBox, Labelled, Segments } from "../../kit/controls";
import { LabelledText } from "../../kit/labelled";
import { counted } from "../../kit/words";
import { attempt } from "../../window/attempt";
import { copyText } from "../../window/clipboard";
import { closeDialog } from "../../window/dialogs";
import { showMessage } from "../../window/toasts";
import { COLUMNS } from "./columns";
import styles from "./dialogs.module.css";
import { useFleetPage } from "./fleet-page";

const FORMATS = [
  { value: "csv", label: "CSV" },
  { value: "json", label: "JSON" },
] as const;

export function ExportNodesDialog({ keys }: { keys: readonly string[] }) {
  const shown = useFleetPage((now) => now.columns);
  const tagKeys = useFleetPage((now) => now.view?.tagKeys ?? NONE);
  const form = useForm({ format: "csv" as ExportFormat, all: false, path: "", replace: false }, closeDialog);
  const { values, set } = form;
  usePathProposal(values.path, values.format, (path) => set("path", path));
  const every = [...COLUMNS.map(({ field }) => field), ...tagKeys.map(({ key }) => `tag:${key}`)];
  const draft = {
    keys: [...keys],
    columns: values.all ? every : [...shown],
    format: values.format,
    replace: values.replace,
  };
  const write = async () => {
    const { path } = await client.exportNodes({ ...draft, path: values.path });
    showMessage(`Wrote ${path ?? values.path}.`);
  };
  const copy = () =>
    attempt(async () => {
      const { text } = await client.exportNodes({ ...draft, path: null });
      await copyText(text ?? "", counted(keys.length, "node"));
      closeDialog();
    });
  const exists = form.failure?.code === "file-exists";
  return (
    <FormDialog
      title={`Export ${counted(keys.length, "node")}`}
      form={form}
      changed={false}
      action={values.replace ? "Replace the file" : "Write the file"}
      onSubmit={() => form.submit(write)}
      aside={
        <Button size="lg" look="ghost" onClick={() => void copy()} data-testid="export-copy">
          Copy
        </Button>
      }
      testId="export-nodes-dialog"
      submitTestId="export-write"
    >
      <Labelled label="Form">
        {() => (
          <Segments
            label="Form"
            value={values.format}
            choices={FORMATS}
            onChange={(format) => set("format", format)}
            data-testid="export-format"
          />
        )}
      </Labelled>
      <Choice
        label="All columns and tags, not only those that are shown"
        checked={values.all}
        onChange={(all) => set("all", all)}
      />
      <LabelledText
        {...form.text("path")}
        label="File"
        mono
        hint="Its folder and its name, from the root of the disk"
        data-testid="export-path"
      />
      {(exists || values.replace) && (
        <Choice
          label="Replace the file that is there"
          checked={values.replace}
          onChange={(replace) => set("replace", replace)}
        />
      )}
    </FormDialog>
  );
}

function Choice(props: { label: string; checked: boolean; onChange: (on: boolean) => void }) {
  const { label, checked, onChange } = props;
  const id = label.replaceAll(" ", "-");
  return (
    <span className={styles.choice}>
      <CheckBox label={label} labelledBy={id} checked={checked} onChange={onChange} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a wider target for the check box beside it */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the check box itself takes the keys */}
      <span id={id} onClick={() => onChange(!checked)}>
        {label}
      </span>
    </span>
  );
}

/** Proposes a name in the folder of downloads, and keeps its ending that of the form. */
function usePathProposal(path: string, format: ExportFormat, set: (path: string) => void) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once, and again only for another form
  useEffect(() => {
    if (path !== "") return set(path.replace(/\.(csv|json)$/, `.${format}`));
    void client.exportFolder().then((folder) => {
      const separator = folder.includes("\\") ? "\\" : "/";
      if (folder !== "") set(`${folder}${separator}postern-nodes.${format}`);
    });
  }, [format]);
}

const NONE: readonly never[] = [];
