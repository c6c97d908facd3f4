/** A sign-in to an IAM Identity Center that no AWS file names: its start URL and Region. */
import { RegionField } from "../forms/fields";
import { FormDialog } from "../forms/form-dialog";
import { useForm } from "../forms/use-form";
import { LabelledText } from "../kit/labelled";
import { addCenter } from "./actions";

/** The dialog of the sign-in follows, so nothing is to be closed. */
const stay = () => undefined;

export function NewCenterDialog() {
  const form = useForm({ "start-url": "", region: "" }, stay);
  const { "start-url": startUrl, region } = form.values;
  return (
    <FormDialog
      title="Sign in to IAM Identity Center"
      text="Your accounts come from there. Nothing is written to the AWS files."
      form={form}
      action="Go on"
      onSubmit={() => form.submit(() => addCenter({ startUrl: startUrl.trim(), region: region.trim() }))}
      testId="new-center-dialog"
      submitTestId="new-center-go"
    >
      <LabelledText
        {...form.text("start-url")}
        label="Start URL"
        hint="The address of your AWS access portal."
        autoFocus
        placeholder="https://acme.awsapps.com/start"
        data-testid="new-center-url"
      />
      <RegionField
        {...form.text("region")}
        hint="Where this Identity Center lives, which need not be where your nodes are."
        placeholder="eu-central-1"
        testId="new-center-region"
      />
    </FormDialog>
  );
}
