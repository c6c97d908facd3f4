/** A team file is added: where it is. */
import { FormDialog } from "../forms/form-dialog";
import { useForm } from "../forms/use-form";
import { client } from "../ipc/client";
import { closeDialog } from "../window/dialogs";
import { PathField } from "./import-dialog";
import { readTeamFiles } from "./team-files";

export function TeamFileDialog() {
  const form = useForm({ path: "" }, closeDialog);
  const add = async () => {
    await client.addTeamFile(form.values.path);
    await readTeamFiles();
  };
  return (
    <FormDialog
      title="Add a team file"
      text="Connections that others keep in a file, such as in a git checkout or a synced folder: shown beside yours, read again when the file changes, and never changed by Postern."
      form={form}
      action="Add"
      disabled={form.values.path.trim() === ""}
      onSubmit={() => form.submit(add)}
      testId="team-file-dialog"
      submitTestId="team-file-add"
    >
      <PathField form={form} />
    </FormDialog>
  );
}
