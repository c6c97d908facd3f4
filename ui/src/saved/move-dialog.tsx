/** Moves a group or a saved connection to another group, without a pointer. */
import { FormDialog } from "../forms/form-dialog";
import { useForm } from "../forms/use-form";
import { client } from "../ipc/client";
import type { SavedItemView } from "../ipc/contract";
import { closeDialog } from "../window/dialogs";
import { changeOrThrow } from "./changes";
import { groupsWithin, useConnections } from "./connections";
import { LabelledGroup } from "./group-select";

export function MoveDialog({ item, name }: { item: SavedItemView; name: string }) {
  const { groups, connections } = useConnections();
  const at =
    item.kind === "group"
      ? groups.find(({ id }) => id === item.id)?.draft.parent
      : connections.find(({ id }) => id === item.id)?.draft.group;
  const form = useForm({ group: at ?? null }, closeDialog);
  const move = () => {
    const into = form.values.group;
    const where = groups.find(({ id }) => id === into)?.draft.name ?? "the top";
    return changeOrThrow(() => client.moveSaved([item], { into, before: null }), `Moved ${name} to ${where}.`);
  };
  return (
    <FormDialog
      title={`Move ${name}`}
      form={form}
      action="Move"
      onSubmit={() => form.submit(move)}
      testId="move-dialog"
      submitTestId="move-confirm"
    >
      <LabelledGroup
        label="To the group"
        groups={groups}
        {...(item.kind === "group" && { without: groupsWithin(item.id, groups) })}
        value={form.values.group}
        onChange={(group) => form.set("group", group)}
        error={form.under("group")}
        testId="move-group"
      />
    </FormDialog>
  );
}
