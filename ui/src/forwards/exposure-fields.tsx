/** An address that other computers reach: only after somebody typed that this is meant. */
import { TriangleAlert } from "lucide-react";
import { FieldPair } from "../forms/fields";
import type { Form } from "../forms/use-form";
import { LabelledSuggest, LabelledText } from "../kit/labelled";
import { CONFIRMATION, type ForwardValues, type Problems } from "./form";
import styles from "./forwards.module.css";

const ADDRESSES = [
  {
    label: "Addresses",
    items: [
      { value: "172.17.0.1", hint: "this computer, as containers of Docker see it" },
      { value: "0.0.0.0", hint: "every address of this computer" },
    ],
  },
];

interface ExposureFieldsProps {
  form: Form<ForwardValues>;
  problems: Problems;
  /** The address that was confirmed before. */
  confirmed: string | null;
}

export function ExposureFields({ form, problems, confirmed }: ExposureFieldsProps) {
  const isConfirmed = confirmed !== null && form.values.bindAddress.trim() === confirmed;
  return (
    <div className={styles.exposure}>
      <p>
        <TriangleAlert size={13} />
        <span>
          Whoever reaches this address gets through the node without a sign-in of their own. A container of this
          computer that needs the forward is the usual reason.
        </span>
      </p>
      <FieldPair>
        <LabelledSuggest
          label="Address to listen on"
          mono
          value={form.values.bindAddress}
          onText={(address) => form.set("bindAddress", address)}
          groups={ADDRESSES}
          placeholder="172.17.0.1"
          autoFocus={form.values.bindAddress === ""}
          error={problems.bindAddress ?? form.under("bindAddress")}
          data-testid="forward-address"
        />
        {!isConfirmed && (
          <LabelledText
            {...form.text("confirmation")}
            label={`Type “${CONFIRMATION}” to let others in`}
            error={problems.confirmation ?? null}
            placeholder={CONFIRMATION}
            data-testid="forward-confirmation"
          />
        )}
      </FieldPair>
    </div>
  );
}
