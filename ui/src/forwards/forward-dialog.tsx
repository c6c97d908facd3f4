/** A forward: what it goes by, where it leads, and where it listens here. */
import { useMemo, useState } from "react";
import { useFleet } from "../fleet/fleet";
import { FormDialog } from "../forms/form-dialog";
import { focusFirstProblem, useForm } from "../forms/use-form";
import type { ForwardDraftView } from "../ipc/contract";
import { counted } from "../kit/words";
import { closeDialog, type NewForward } from "../window/dialogs";
import { addForwards, revealForward, saveForward, switchForwards } from "./actions";
import { ExposureFields } from "./exposure-fields";
import { type Around, draftsOf, problemsOf, valuesOf, viaOfValues, waysOf } from "./form";
import { Checks, DestinationFields, GroupField, KindField, NameAndPort } from "./forward-fields";
import { useForwards } from "./forwards";
import { LocalPortCheck, PortList } from "./local-port-check";
import { useViaChoices, type ViaChoices } from "./via-choices";
import { ViaFields } from "./via-field";
import { Way } from "./way";
import { isAddress } from "./words";

export function ForwardDialog({ id, draft }: { id: number | null; draft: NewForward }) {
  const around = useAround(id, draft);
  const [start] = useState(() => valuesOf(draft, around.choices, around.pairs));
  const form = useForm(start, closeDialog);
  const [tried, setTried] = useState(false);
  const { values } = form;
  const [via, ways] = [viaOfValues(values, around), waysOf(values, around)];
  const problems = tried ? problemsOf(values, around) : {};
  const submit = () => {
    setTried(true);
    const drafts = draftsOf(values, around);
    if (drafts === null) return focusFirstProblem();
    form.submit(() => keep(id, drafts));
  };
  return (
    <FormDialog
      title={id === null ? "Add forward" : `Edit ${draft.name}`}
      width={560}
      form={form}
      action={actionOf(id, ways.length)}
      runs={id === null}
      onSubmit={submit}
      aside={<GroupField form={form} />}
      testId="forward-dialog"
      submitTestId="forward-save"
    >
      <KindField form={form} />
      <ViaFields form={form} choices={around.choices} pairs={around.pairs} problems={problems} />
      <DestinationFields form={form} problems={problems} via={via} several={id === null} />
      <NameAndPort form={form} problems={problems} ways={ways} />
      <PortChecks id={id} form={form} ways={ways} />
      {values.exposed && <ExposureFields form={form} problems={problems} confirmed={around.confirmed} />}
      <Way
        via={via}
        ways={ways}
        host={values.exposed && values.bindAddress.trim() !== "" ? values.bindAddress.trim() : "localhost"}
        kind={values.kind}
        unfinished={values.kind === "host" && values.host.trim() !== "" ? values.host.trim() : "…"}
      />
      <Checks form={form} />
    </FormDialog>
  );
}

function useAround(id: number | null, draft: NewForward): Around & { choices: ViaChoices } {
  const choices = useViaChoices(draft.via);
  const pairs = useFleet((fleet) => fleet.pairs);
  const forwards = useForwards((now) => now.forwards);
  const confirmed = id === null ? null : draft.bindAddress;
  return useMemo(() => ({ id, choices, pairs, forwards, confirmed }), [id, choices, pairs, forwards, confirmed]);
}

function actionOf(id: number | null, ways: number): string {
  if (id !== null) return "Save";
  return ways > 1 ? `Add ${ways} and turn on` : "Add and turn on";
}

/** A new one is turned on, and its row gets the focus where it is seen. */
async function keep(id: number | null, drafts: readonly ForwardDraftView[]) {
  const [only] = drafts;
  if (only === undefined) return;
  if (id !== null) return void (await saveForward(id, only));
  const added = drafts.length === 1 ? [await saveForward(null, only)] : await addForwards(drafts);
  await switchForwards(added, true);
  const [first] = added;
  if (first !== undefined && document.querySelector('[data-testid="forwards-page"]') !== null) revealForward(first);
}

type PortChecksProps = Pick<Parameters<typeof NameAndPort>[0], "form" | "ways"> & { id: number | null };

/** Of several forwards each port is checked when it is turned on. */
function PortChecks({ id, form, ways }: PortChecksProps) {
  const { exposed, bindAddress, typedPort } = form.values;
  if (ways.length > 1)
    return (
      <PortList text={`${counted(ways.length, "forward")}: ${ways.map(({ localPort }) => localPort).join(", ")}`} />
    );
  const address = exposed && isAddress(bindAddress) ? bindAddress.trim() : null;
  return (
    <LocalPortCheck
      id={id}
      address={address}
      text={typedPort ? form.values.localPort : (ways[0]?.localPort ?? "")}
      isProposed={!typedPort}
      onUse={(port) => {
        form.set("localPort", port);
        form.set("typedPort", true);
      }}
    />
  );
}
