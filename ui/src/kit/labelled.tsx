/** The two fields that dialogs are made of, each tied to its label, hint and error. */
import type { ComponentProps } from "react";
import { Labelled, TextField } from "./controls";
import { SuggestField } from "./suggest-field";

type LabelWords = Omit<ComponentProps<typeof Labelled>, "children">;
type Tied = "id" | "describedBy" | "aria-describedby" | "invalid" | "large" | "label";

/** A dialog's field with suggestions. */
export function LabelledSuggest({
  label,
  aside,
  hint,
  error,
  ...field
}: LabelWords & Omit<ComponentProps<typeof SuggestField>, Tied>) {
  return (
    <Labelled label={label} aside={aside} hint={hint} error={error}>
      {({ id, describedBy, invalid }) => (
        <SuggestField {...field} id={id} describedBy={describedBy} invalid={invalid} large />
      )}
    </Labelled>
  );
}

/** A dialog's field for any text. */
export function LabelledText({
  label,
  aside,
  hint,
  error,
  ...field
}: LabelWords & Omit<ComponentProps<typeof TextField>, Tied>) {
  return (
    <Labelled label={label} aside={aside} hint={hint} error={error}>
      {({ id, describedBy, invalid }) => (
        <TextField {...field} id={id} aria-describedby={describedBy} invalid={invalid} large />
      )}
    </Labelled>
  );
}
