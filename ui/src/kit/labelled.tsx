/** The two fields that dialogs are made of, each tied to its label, hint and error. */
import type { ComponentProps } from "react";
import { Labelled, SuggestField, TextField } from "./controls";

type Words = Omit<ComponentProps<typeof Labelled>, "children">;
type Tied = "id" | "describedBy" | "aria-describedby" | "invalid" | "large" | "label";

/** A dialog's field with suggestions. */
export function LabelledSuggest({
  label,
  aside,
  hint,
  error,
  ...field
}: Words & Omit<ComponentProps<typeof SuggestField>, Tied>) {
  return (
    <Labelled {...given({ aside, hint, error })} label={label}>
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
}: Words & Omit<ComponentProps<typeof TextField>, Tied>) {
  return (
    <Labelled {...given({ aside, hint, error })} label={label}>
      {({ id, describedBy, invalid }) => (
        <TextField {...field} id={id} aria-describedby={describedBy} invalid={invalid} large />
      )}
    </Labelled>
  );
}

/** Only the words that there are: the types tell a missing word from an undefined one. */
function given({ aside, hint, error }: { [word in "aside" | "hint" | "error"]: Words[word] }): Omit<Words, "label"> {
  return { ...(aside !== undefined && { aside }), ...(hint !== undefined && { hint }), error };
}
