/** Saves all picked nodes as connections, in a group that there is, in a new one, or in none. */
import { useState } from "react";
import { useFleet } from "../fleet/fleet";
import { clearPicks } from "../fleet/page/fleet-page";
import { FormDialog } from "../forms/form-dialog";
import { useForm } from "../forms/use-form";
import { client } from "../ipc/client";
import { counted } from "../kit/words";
import { closeDialog } from "../window/dialogs";
import { showMessage } from "../window/toasts";
import { draftOfNode, keepConnection, savedAs } from "./actions";
import { useConnections } from "./connections";
import { createGroup, GroupField } from "./group-field";

export function SaveNodesDialog({ keys }: { keys: readonly string[] }) {
  const groups = useConnections((now) => now.groups);
  const form = useForm({ group: null as number | null, newGroup: null as string | null }, closeDialog);
  const [saved, setSaved] = useState(0);
  const { group, newGroup } = form.values;
  const save = async () => {
    const into = newGroup === null ? group : await createGroup(newGroup);
    // What fails later does not make the group a second time.
    if (newGroup !== null) form.set("newGroup", null);
    form.set("group", into);
    const known = await saveAll(keys, into, setSaved);
    clearPicks();
    showMessage(
      known === 0
        ? `Saved ${counted(keys.length, "connection")}.`
        : `Saved ${counted(keys.length - known, "connection")}; ${known} ${known === 1 ? "was" : "were"} saved already.`,
    );
  };
  return (
    <FormDialog
      title={`Save ${counted(keys.length, "node")} as connections`}
      text={form.busy ? `${saved} of ${keys.length}` : "Each by its name, with the pair that it was found through."}
      form={form}
      action="Save"
      onSubmit={() => form.submit(save)}
      testId="save-nodes-dialog"
      submitTestId="save-nodes"
    >
      <GroupField form={form} groups={groups} />
    </FormDialog>
  );
}

/** Answers how many were saved before. */
async function saveAll(keys: readonly string[], group: number | null, told: (count: number) => void): Promise<number> {
  const { pairs } = useFleet.getState();
  let known = 0;
  for (const [at, node] of (await client.fleetNodesByKey([...keys])).entries()) {
    told(at + 1);
    const pair = pairs.find(({ id }) => id === node.pair);
    if (savedAs(node, pair, useConnections.getState().connections) !== undefined) {
      known += 1;
      continue;
    }
    keepConnection(await client.saveConnection(null, { ...draftOfNode(node, pair), group }));
  }
  return known;
}
