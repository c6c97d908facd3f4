/** The import of connections: which file, then what of it is new, changed, already there and not usable. */
import { FolderOpen } from "lucide-react";
import { useEffect, useState } from "react";
import { FieldPair } from "../forms/fields";
import { FormDialog } from "../forms/form-dialog";
import { type Form, useForm } from "../forms/use-form";
import { client, Failure } from "../ipc/client";
import type { ImportFormatView, ImportReviewView } from "../ipc/contract";
import { IconButton } from "../kit/button";
import { Labelled, TextField } from "../kit/controls";
import { LabelledText } from "../kit/labelled";
import { Select } from "../kit/select";
import { closeDialog } from "../window/dialogs";
import { showFailure } from "../window/toasts";
import { applyImport, type Chosen } from "./actions";
import styles from "./imports.module.css";
import { chosenAtFirst, ReviewList } from "./review-list";
import { countedChoice, summaryOf } from "./review-words";

const FORMATS: readonly { value: ImportFormatView | "found"; label: string }[] = [
  { value: "found", label: "Found out from the file" },
  { value: "network-manager", label: "NETworkManager profiles" },
  { value: "m-remote-ng", label: "mRemoteNG connections" },
  { value: "csv", label: "CSV table" },
  { value: "ssh", label: "SSH configuration" },
  { value: "postern", label: "Postern connections" },
];

interface Values {
  path: string;
  format: ImportFormatView | "found";
  columns: string;
  into: string;
  password: string;
}

const EMPTY: Values = { path: "", format: "found", columns: "", into: "", password: "" };

/** What the person is asked for besides the file, because the file wants it. */
interface Wanted {
  password: boolean;
  columns: boolean;
}

export function ImportDialog() {
  const [review, setReview] = useState<ImportReviewView | null>(null);
  const [wanted, setWanted] = useState<Wanted>({ password: false, columns: false });
  const form = useForm<Values>(EMPTY, () => {});
  useEffect(() => () => void client.forgetImport().catch(() => {}), []);
  const read = async () => {
    try {
      setReview(await client.reviewImport(requestOf(form.values)));
    } catch (thrown) {
      const code = thrown instanceof Failure ? thrown.view.code : "";
      if (code === "import-needs-password") setWanted({ ...wanted, password: true });
      if (code === "import-columns" || code === "bad-columns") setWanted({ ...wanted, columns: true });
      throw thrown;
    }
  };
  if (review !== null) return <ReviewStep review={review} read={read} back={() => setReview(null)} />;
  return (
    <FormDialog
      title="Import connections"
      text="Profiles of NETworkManager, connections of mRemoteNG, a CSV table, an SSH configuration, or what Postern exported. You see what is in the file before anything is written, and nothing in it is ever run."
      width={560}
      form={form}
      action="Read the file"
      disabled={form.values.path.trim() === ""}
      onSubmit={() => form.submit(read)}
      testId="import-dialog"
      submitTestId="import-read"
    >
      <FileFields form={form} wanted={wanted} />
    </FormDialog>
  );
}

function FileFields({ form, wanted }: { form: Form<Values>; wanted: Wanted }) {
  const { values } = form;
  return (
    <>
      <PathField form={form} />
      {wanted.password && (
        <LabelledText
          {...form.text("password")}
          label="Password of the file"
          type="password"
          autoComplete="off"
          data-testid="import-password"
        />
      )}
      <FieldPair>
        <Labelled label="Kind of file">
          {({ id }) => (
            <Select
              id={id}
              items={FORMATS}
              value={values.format}
              onChange={(format) => form.set("format", format as Values["format"])}
              testId="import-format"
            />
          )}
        </Labelled>
        <LabelledText
          {...form.text("into")}
          label="Into group"
          aside="optional"
          placeholder="Imported/Shop"
          data-testid="import-into"
        />
      </FieldPair>
      {(wanted.columns || values.format === "csv") && (
        <LabelledText
          {...form.text("columns")}
          label="Columns"
          aside="where their names do not say it"
          placeholder='name=Server, target="Instance ID", region=3'
          data-testid="import-columns"
        />
      )}
    </>
  );
}

/** A path, typed or chosen in the system's own dialog. */
export function PathField({
  form,
}: {
  form: Pick<Form<{ path: string }>, "text"> & { set: (name: "path", path: string) => void };
}) {
  const { value, onText, error } = form.text("path");
  const choose = () =>
    client
      .chooseFile("Choose a file of connections", null)
      .then((path) => path !== null && form.set("path", path))
      .catch(showFailure);
  return (
    <Labelled label="File" error={error}>
      {({ id, describedBy, invalid }) => (
        <div className={styles.path}>
          <TextField
            id={id}
            aria-describedby={describedBy}
            invalid={invalid}
            large
            mono
            autoFocus
            value={value}
            onText={onText}
            placeholder="/home/me/Default.xml"
            data-testid="import-path"
          />
          <IconButton label="Choose a file…" onClick={() => void choose()} data-testid="import-choose">
            <FolderOpen size={14} />
          </IconButton>
        </div>
      )}
    </Labelled>
  );
}

function requestOf({ path, format, columns, into, password }: Values) {
  return {
    path,
    format: format === "found" ? null : format,
    password: password === "" ? null : password,
    columns,
    into,
  };
}

interface ReviewStepProps {
  review: ImportReviewView;
  /** Reads the file again. */
  read: () => Promise<void>;
  back: () => void;
}

function ReviewStep({ review, read, back }: ReviewStepProps) {
  const [chosen, setChosen] = useState<Chosen>(() => chosenAtFirst(review));
  const form = useForm({}, closeDialog);
  // The numbers of one review mean nothing in the next.
  useEffect(() => setChosen(chosenAtFirst(review)), [review]);
  const apply = async () => {
    try {
      await applyImport(review, chosen);
    } catch (thrown) {
      if (thrown instanceof Failure && thrown.view.code === "changed-since-review") await read();
      throw thrown;
    }
  };
  const nothing = chosen.groups.size + chosen.connections.size === 0;
  return (
    <FormDialog
      title={`Import from ${review.formatTitle}`}
      text={summaryOf(review)}
      width={760}
      form={form}
      changed={false}
      action={nothing ? "Nothing to import" : `Import ${countedChoice(chosen)}`}
      onSubmit={() => !nothing && form.submit(apply)}
      onCancel={back}
      runs
      disabled={nothing}
      testId="import-review"
      submitTestId="import-apply"
    >
      {review.remarks.map((remark) => (
        <p key={remark} className={styles.remark}>
          {remark}
        </p>
      ))}
      <ReviewList review={review} chosen={chosen} onChoose={setChosen} />
    </FormDialog>
  );
}
