/** Chooses accounts and roles of a sign-in and the Regions to sync them in: each role in each Region becomes a pair. */
import { useMemo, useState } from "react";
import { EnvBar } from "../domain/glyphs";
import { FormDialog } from "../forms/form-dialog";
import { RegionPicker } from "../forms/region-picker";
import { useForm } from "../forms/use-form";
import type { CenterAccountView } from "../ipc/contract";
import { BusyArc, Button } from "../kit/button";
import { CheckBox } from "../kit/controls";
import { fitOf, moreOf, NO_FIT, wordsOf } from "../kit/fit";
import { Notice } from "../kit/notice";
import { PickList } from "../kit/pick-list";
import { Progress } from "../kit/progress";
import { counted, figure } from "../kit/words";
import { useProgram } from "../program/program";
import { closeDialog } from "../window/dialogs";
import { frame } from "../window/frame";
import { showMessage } from "../window/toasts";
import { addRoles } from "./actions";
import styles from "./sign-in.module.css";
import { signInNamed, useSignIns } from "./sign-ins";
import { type CenterAccounts, useCenterAccounts } from "./use-center-accounts";

const ROW_HEIGHT = 36;

/** A role of an account, or what stands in for the roles of one that cannot be read, or not yet. */
interface Row {
  key: string;
  account: CenterAccountView;
  role: string | null;
  /** Why there is no role to pick. */
  problem: string | null;
}

export default function CenterAccountsDialog({ signInKey }: { signInKey: string }) {
  const center = useCenterAccounts(signInKey);
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set());
  const [regions, setRegions] = useState<ReadonlySet<string>>(useFirstRegions(signInKey));
  const { accounts, roles: known } = center;
  const rows = useMemo(() => rowsOf(accounts ?? [], known), [accounts, known]);
  const chosen = rows.filter(({ key }) => picked.has(key));
  const form = useForm({}, () => {
    closeDialog();
    frame.show("workbench");
  });
  const add = async () => {
    const roles = chosen.flatMap(({ account, role }) =>
      role === null ? [] : [{ account: account.id, accountName: account.name, role }],
    );
    const added = await addRoles(signInKey, roles, [...regions]);
    showMessage(added === 0 ? "All of these pairs were there already." : `Added ${counted(added, "pair")}.`);
  };
  const pairs = chosen.length * regions.size;
  return (
    <FormDialog
      title={`Choose accounts of ${signInKey}`}
      text="Each role becomes a profile of Postern's own, synced in the Regions below. The AWS files stay as they are."
      width={600}
      form={form}
      changed={picked.size > 0}
      action={`Add ${counted(pairs, "pair")}`}
      onSubmit={() => pairs > 0 && form.submit(add)}
      runs
      disabled={pairs === 0}
      aside={asideOf(chosen.length, regions.size)}
      testId="accounts-dialog"
      submitTestId="accounts-add"
    >
      <Roles center={center} rows={rows} picked={picked} onPick={setPicked} />
      <RegionPicker picked={regions} onPick={setRegions} />
    </FormDialog>
  );
}

function asideOf(roles: number, regions: number): string {
  if (roles === 0) return "Choose at least one role.";
  if (regions === 0) return "Choose at least one Region.";
  return `${counted(roles, "role")} in ${counted(regions, "Region")}`;
}

/** The Region of the settings, else the one of the Identity Center: most people work where theirs is. */
function useFirstRegions(signInKey: string): ReadonlySet<string> {
  const own = useSignIns((now) => signInNamed(signInKey, now)?.region);
  const first = useProgram((now) => now.settings.defaultRegion) ?? own;
  return new Set(first === undefined ? [] : [first]);
}

interface RolesProps {
  center: CenterAccounts;
  rows: readonly Row[];
  picked: ReadonlySet<string>;
  onPick: (picked: ReadonlySet<string>) => void;
}

function Roles({ center, rows, picked, onPick }: RolesProps) {
  const [sought, setSought] = useState("");
  const shown = useMemo(() => matching(rows, sought), [rows, sought]);
  const pickable = useMemo(() => shown.filter(({ role }) => role !== null), [shown]);
  if (center.failure !== null) return <Unread center={center} />;
  if (center.accounts === null) return <Reading />;
  if (center.accounts.length === 0)
    return (
      <p className={styles.none}>No account is assigned to you. Whoever runs this Identity Center can change that.</p>
    );
  const pick = (some: readonly Row[], on: boolean) => onPick(withRows(picked, some, on));
  return (
    <PickList
      label="Accounts and roles"
      items={shown}
      keyOf={({ key }) => key}
      rowHeight={ROW_HEIGHT}
      sought={sought}
      onSought={setSought}
      placeholder="Search accounts and roles"
      count={`${figure(picked.size)} of ${counted(rows.filter(({ role }) => role !== null).length, "role")}`}
      isPicked={({ key }) => picked.has(key)}
      isPickable={({ role }) => role !== null}
      pick={pick}
      all={sought === "" ? `All ${counted(pickable.length, "role")}` : `All ${figure(pickable.length)} that match`}
      note={<ReadSoFar center={center} />}
      none="No account or role matches."
      className={styles.roles}
      autoFocus
      testId="role"
    >
      {(row) => <RoleRow row={row} picked={picked.has(row.key)} pick={pick} retry={center.retry} />}
    </PickList>
  );
}

function Reading() {
  return (
    <p className={styles.wait} role="status">
      <BusyArc size={12} />
      Reading your accounts
    </p>
  );
}

function Unread({ center }: { center: CenterAccounts }) {
  if (center.failure === null) return null;
  return (
    <Notice error={center.failure}>
      <div>
        <Button look="link" size="sm" onClick={center.retryAll} data-testid="accounts-retry">
          Read again
        </Button>
      </div>
    </Notice>
  );
}

/** Nothing once all of them are known. */
function ReadSoFar({ center }: { center: CenterAccounts }) {
  const all = center.accounts?.length ?? 0;
  const read = center.roles.size;
  if (read >= all) return null;
  return (
    <>
      <span data-testid="roles-read">
        Roles of {figure(read)} of {counted(all, "account")}
      </span>
      <Progress width={54} share={read / all} label="Reading roles" />
    </>
  );
}

interface RoleRowProps {
  row: Row;
  picked: boolean;
  pick: (rows: readonly Row[], on: boolean) => void;
  retry: (account: string) => void;
}

function RoleRow({ row, picked, pick, retry }: RoleRowProps) {
  const { account, role, problem } = row;
  return (
    <div
      className={styles.role}
      data-picked={picked || undefined}
      data-testid="role-row"
      data-account={account.id}
      data-role={role ?? undefined}
    >
      <CheckBox
        label={`${account.name}, ${role ?? "no role"}`}
        checked={picked}
        disabled={role === null}
        onChange={(on) => pick([row], on)}
        data-testid="role-pick"
      />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a wider target for the check box beside it */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the check box itself takes the keys */}
      <span className={styles.account} onClick={() => role !== null && pick([row], !picked)}>
        <EnvBar environment={account.environment} />
        <span className="line">{account.name === "" ? account.id : account.name}</span>
      </span>
      <span className={`${styles.number} mono`}>{account.id}</span>
      {problem === null ? (
        <span className="line">{role ?? "Reading its roles"}</span>
      ) : (
        <span className={styles.problem}>
          <span className="line">{problem}</span>
          <Button look="link" size="sm" onClick={() => retry(account.id)}>
            Retry
          </Button>
        </span>
      )}
    </div>
  );
}

function rowsOf(accounts: readonly CenterAccountView[], roles: CenterAccounts["roles"]): Row[] {
  return accounts.flatMap((account): Row[] => {
    const known = roles.get(account.id);
    const instead = (problem: string | null) => [{ key: account.id, account, role: null, problem }];
    if (known === undefined) return instead(null);
    if (known.kind === "failed") return instead(known.error.message);
    if (known.roles.length === 0) return instead("No role here is assigned to you.");
    return known.roles.map((role) => ({ key: `${account.id}/${role}`, account, role, problem: null }));
  });
}

function matching(rows: readonly Row[], sought: string): readonly Row[] {
  const words = wordsOf(sought);
  if (words.length === 0) return rows;
  const fits = ({ account, role }: Row) =>
    fitOf({ name: account.name.toLowerCase(), more: moreOf(account.id, role, account.email) }, words) !== NO_FIT;
  return rows.filter(fits);
}

function withRows(picked: ReadonlySet<string>, rows: readonly Row[], on: boolean): ReadonlySet<string> {
  const next = new Set(picked);
  for (const { key } of rows) {
    if (on) next.add(key);
    else next.delete(key);
  }
  return next;
}
