/** What a saved connection leads to: one target, or whatever of the fleet answers a query when it is opened. */
import { FieldPair, TargetField } from "../forms/fields";
import type { Form } from "../forms/use-form";
import type { PickRuleView } from "../ipc/contract";
import { Labelled, Segments } from "../kit/controls";
import { LabelledText } from "../kit/labelled";
import { Select } from "../kit/select";
import { PICKS } from "./picks";

export type Goal = "target" | "query";

export interface GoalValues {
  goal: Goal;
  target: string;
  query: string;
  pick: PickRuleView;
}

const GOALS: readonly { value: Goal; label: string }[] = [
  { value: "target", label: "One target" },
  { value: "query", label: "What a query finds" },
];

interface GoalFieldsProps {
  form: {
    values: GoalValues;
    set: (name: "goal" | "pick", value: never) => void;
    text: Form<GoalValues>["text"];
  };
}

export function GoalFields({ form }: GoalFieldsProps) {
  const { goal, pick } = form.values;
  return (
    <>
      <Labelled label="Leads to">
        {({ describedBy }) => (
          <Segments
            label="Leads to"
            value={goal}
            choices={GOALS}
            onChange={(value) => form.set("goal", value as never)}
            describedBy={describedBy}
            data-testid="connection-goal"
          />
        )}
      </Labelled>
      {goal === "target" ? (
        <TargetField {...form.text("target")} testId="connection-target" />
      ) : (
        <FieldPair>
          <LabelledText
            {...form.text("query")}
            label="Query"
            placeholder="tag:app=web state:running"
            data-testid="connection-query"
          />
          <Labelled label="Of several">
            {({ id }) => (
              <Select
                id={id}
                items={PICKS}
                value={pick}
                onChange={(chosen) => form.set("pick", chosen as never)}
                testId="connection-pick"
              />
            )}
          </Labelled>
        </FieldPair>
      )}
    </>
  );
}
