/** One change of many saved connections: what is left alone stays as each has it. */
import { ENVIRONMENT_NAMES, ENVIRONMENTS } from "../domain/environments";
import { FieldPair, ProfileField, RegionField } from "../forms/fields";
import { FormDialog } from "../forms/form-dialog";
import { optional, useForm } from "../forms/use-form";
import { client } from "../ipc/client";
import type { ConnectionEditView } from "../ipc/contract";
import { Labelled, Segments } from "../kit/controls";
import { LabelledText } from "../kit/labelled";
import { Select } from "../kit/select";
import { counted } from "../kit/words";
import { closeDialog } from "../window/dialogs";
import { changeOrThrow } from "./changes";
import { splitTags } from "./tags";

type How = "keep" | "inherit" | "set";

const HOW: readonly { value: How; label: string }[] = [
  { value: "keep", label: "Keep" },
  { value: "inherit", label: "Inherit" },
  { value: "set", label: "Set" },
];

const START = {
  profileHow: "keep" as How,
  profile: "",
  regionHow: "keep" as How,
  region: "",
  colour: "keep",
  addTags: "",
  removeTags: "",
};

export function EditManyDialog({ ids, title }: { ids: readonly number[]; title: string }) {
  const form = useForm(START, closeDialog);
  const { values, set } = form;
  const many = counted(ids.length, "connection");
  const save = () => changeOrThrow(() => client.editConnections([...ids], editOf(values)), `Changed ${many}.`);
  return (
    <FormDialog
      title={title}
      text={`What is kept stays as each of the ${many} has it.`}
      form={form}
      action="Change all"
      onSubmit={() => form.submit(save)}
      disabled={!form.changed}
      testId="edit-many-dialog"
      submitTestId="edit-many-save"
    >
      <FieldPair>
        <HowField
          label="Profile"
          value={values.profileHow}
          onChange={(how) => set("profileHow", how)}
          testId="edit-many-profile"
        />
        <HowField
          label="Region"
          value={values.regionHow}
          onChange={(how) => set("regionHow", how)}
          testId="edit-many-region"
        />
      </FieldPair>
      {values.profileHow === "set" && <ProfileField {...form.text("profile")} testId="edit-many-profile-name" />}
      {values.regionHow === "set" && <RegionField {...form.text("region")} testId="edit-many-region-name" />}
      <Labelled label="Colour">
        {({ id }) => (
          <Select
            id={id}
            items={COLOURS}
            value={values.colour}
            onChange={(to) => set("colour", to)}
            testId="edit-many-colour"
          />
        )}
      </Labelled>
      <FieldPair>
        <LabelledText
          {...form.text("addTags")}
          label="Add tags"
          aside="comma separated"
          data-testid="edit-many-add-tags"
        />
        <LabelledText
          {...form.text("removeTags")}
          label="Remove tags"
          aside="comma separated"
          data-testid="edit-many-remove-tags"
        />
      </FieldPair>
    </FormDialog>
  );
}

const COLOURS = [
  { value: "keep", label: "Keep" },
  { value: "inherit", label: "Inherit" },
  ...ENVIRONMENTS.map((one) => ({ value: one as string, label: ENVIRONMENT_NAMES[one] })),
];

interface HowFieldProps {
  label: string;
  value: How;
  onChange: (how: How) => void;
  testId: string;
}

function HowField({ label, value, onChange, testId }: HowFieldProps) {
  return (
    <Labelled label={label}>
      {({ describedBy }) => (
        <Segments
          label={label}
          value={value}
          choices={HOW}
          onChange={onChange}
          describedBy={describedBy}
          data-testid={testId}
        />
      )}
    </Labelled>
  );
}

function editOf(values: typeof START): ConnectionEditView {
  const { colour } = values;
  return {
    profile: written(values.profileHow, values.profile),
    region: written(values.regionHow, values.region),
    document: null,
    encryption: null,
    colour: colour === "keep" ? null : { value: ENVIRONMENTS.find((one) => one === colour) ?? null },
    guard: null,
    addTags: splitTags(values.addTags),
    removeTags: splitTags(values.removeTags),
  };
}

function written(how: How, text: string): { value: string | null } | null {
  if (how === "keep") return null;
  return { value: how === "inherit" ? null : optional(text) };
}
