/** Which of the nodes that answer a saved connection's query is meant. */
import { nodeStateWords, nodeTitle } from "../domain/node";
import { FormDialog } from "../forms/form-dialog";
import { useForm } from "../forms/use-form";
import type { NodeView } from "../ipc/contract";
import { Labelled } from "../kit/controls";
import { Select } from "../kit/select";
import { counted } from "../kit/words";
import { closeDialog } from "../window/dialogs";
import { connectToOne } from "./actions";

interface ChooseNodeProps {
  connection: number;
  name: string;
  /** The best first. */
  nodes: readonly NodeView[];
}

export function ChooseNodeDialog({ connection, name, nodes }: ChooseNodeProps) {
  const form = useForm({ key: nodes[0]?.key ?? "" }, closeDialog);
  const items = nodes.map((node) => ({
    value: node.key,
    label: [nodeTitle(node), node.id, ...nodeStateWords(node)].join(", "),
  }));
  const go = async () => {
    const node = nodes.find(({ key }) => key === form.values.key);
    if (node !== undefined) await connectToOne(connection, node);
  };
  return (
    <FormDialog
      title={`Connect to ${name}`}
      text={`${counted(nodes.length, "node")} answer its query; the healthiest is offered first.`}
      form={form}
      action="Connect"
      onSubmit={() => form.submit(go)}
      testId="choose-node-dialog"
      submitTestId="choose-node-connect"
    >
      <Labelled label="Node">
        {({ id }) => (
          <Select
            id={id}
            items={items}
            value={form.values.key}
            onChange={(key) => form.set("key", key)}
            testId="choose-node"
          />
        )}
      </Labelled>
    </FormDialog>
  );
}
