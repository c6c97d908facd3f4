/** The group of a saved connection: one that there is, none, or a new one by its name. */
import { Plus } from "lucide-react";
import type { Form } from "../forms/use-form";
import { client, errorView, Failure } from "../ipc/client";
import type { GroupView } from "../ipc/contract";
import { emptyGroup } from "../ipc/saved-drafts";
import { IconButton } from "../kit/button";
import { Labelled, TextField } from "../kit/controls";
import { keepGroup } from "./actions";
import styles from "./group-field.module.css";
import { GroupSelect } from "./group-select";

/** The group that is chosen, or the name of one that is to be made. */
interface GroupValues {
  group: number | null;
  newGroup: string | null;
}

interface GroupFieldProps {
  form: { values: GroupValues; set: Form<GroupValues>["set"]; under: Form<GroupValues>["under"] };
  groups: readonly GroupView[];
}

export function GroupField({ form, groups }: GroupFieldProps) {
  const { group, newGroup } = form.values;
  return (
    <Labelled label="Group" error={form.under("group")}>
      {({ id, describedBy, invalid }) =>
        newGroup === null ? (
          <div className={styles.select}>
            <GroupSelect
              id={id}
              groups={groups}
              value={group}
              onChange={(chosen) => form.set("group", chosen)}
              testId="connection-group"
            />
            <IconButton label="New group" onClick={() => form.set("newGroup", "")} data-testid="connection-new-group">
              <Plus size={14} />
            </IconButton>
          </div>
        ) : (
          <TextField
            id={id}
            aria-describedby={describedBy}
            invalid={invalid}
            large
            autoFocus
            value={newGroup}
            onText={(name) => form.set("newGroup", name)}
            placeholder="Name of the new group"
            data-testid="connection-group-name"
            onKeyDown={(event) => {
              if (event.key !== "Escape") return;
              event.stopPropagation();
              form.set("newGroup", null);
            }}
          />
        )
      }
    </Labelled>
  );
}

const NAME_CODES = ["bad-name", "empty-name", "group-exists"];

/** Makes a group that sets nothing; its number. */
export async function createGroup(name: string): Promise<number> {
  try {
    const group = await client.saveGroup(null, { ...emptyGroup(), name: name.trim() });
    keepGroup(group);
    return group.id;
  } catch (thrown) {
    // Two names are in this dialog; this one belongs to the group.
    const view = errorView(thrown);
    throw NAME_CODES.includes(view.code) ? new Failure({ ...view, code: "bad-group" }) : thrown;
  }
}
