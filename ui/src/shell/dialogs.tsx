/** The one dialog that is open: features bring theirs, the frame shows it. */
import { type ReactNode, useRef } from "react";
import { AccessKeyDialog } from "../accounts/access-key-dialog";
import { AddPairsDialog } from "../accounts/add-pairs-dialog";
import { ChooseProfilesDialog } from "../accounts/choose-profiles-dialog";
import { PairDialog } from "../accounts/pair-dialog";
import { ExportNodesDialog } from "../fleet/page/export-dialog";
import { ForwardDialog } from "../forwards/forward-dialog";
import { ImportDialog } from "../imports/import-dialog";
import { TeamFileDialog } from "../imports/team-file-dialog";
import type { ErrorView } from "../ipc/contract";
import { Button, Keys } from "../kit/button";
import { Dialog } from "../kit/dialog";
import { Notice } from "../kit/notice";
import { ConnectionDialog } from "../saved/connection-dialog";
import { EditManyDialog } from "../saved/edit-many-dialog";
import { GroupDialog } from "../saved/group-dialog";
import { MoveDialog } from "../saved/move-dialog";
import { SaveNodesDialog } from "../saved/save-nodes-dialog";
import { ChooseNodeDialog } from "../sessions/choose-node-dialog";
import { ConnectDialog } from "../sessions/connect-dialog";
import { RemoteDesktopDialog } from "../sessions/remote-desktop-dialog";
import { TerminateDialog } from "../sessions/terminate-dialog";
import { ProxyDialog } from "../settings/proxy-dialog";
import { ConsoleSignInDialog } from "../sign-in/console-sign-in-dialog";
import { MfaDialog } from "../sign-in/mfa-dialog";
import { NewCenterDialog } from "../sign-in/new-center-dialog";
import { SignInDialog } from "../sign-in/sign-in-dialog";
import { type Confirm, closeDialog, dropQuestion, type Dialog as OpenDialog, useDialogs } from "../window/dialogs";
import { PasteDialog } from "../workbench/paste-dialog";
import { LazyPart, partOf } from "./lazy-part";

// What the first frame does not need.
const ACCOUNTS_DIALOG = partOf("The list of accounts", () => import("../sign-in/accounts-dialog"), closeDialog);
const RUN_NODES_DIALOG = partOf("The dialog", () => import("../fleet/page/run-nodes-dialog"), closeDialog);
const RUN_DIALOG = partOf("The dialog", () => import("../sessions/run-dialog"), closeDialog);

export function Dialogs() {
  const open = useDialogs((now) => now.open);
  const question = useDialogs((now) => now.question);
  return (
    <>
      {open !== null && dialogOf(open)}
      {question !== null && <TerminateDialog {...question} onClose={dropQuestion} />}
    </>
  );
}

function dialogOf(open: OpenDialog): ReactNode {
  switch (open.kind) {
    case "connect":
      return <ConnectDialog />;
    case "import":
      return <ImportDialog />;
    case "team-file":
      return <TeamFileDialog />;
    case "run":
      return <LazyPart part={RUN_DIALOG} props={{ on: open.on }} />;
    case "run-on-nodes":
      return <LazyPart part={RUN_NODES_DIALOG} props={{ keys: open.keys }} />;
    case "save-nodes":
      return <SaveNodesDialog keys={open.keys} />;
    case "export-nodes":
      return <ExportNodesDialog keys={open.keys} />;
    case "connection":
      return <ConnectionDialog id={open.id} draft={open.draft} />;
    case "group":
      return <GroupDialog id={open.id} parent={open.parent ?? null} />;
    case "move-saved":
      return <MoveDialog item={open.item} name={open.name} />;
    case "edit-connections":
      return <EditManyDialog ids={open.ids} title={open.title} />;
    case "choose-node":
      return <ChooseNodeDialog connection={open.connection} name={open.name} nodes={open.nodes} />;
    case "forward":
      return <ForwardDialog key={open.id} id={open.id} draft={open.draft} />;
    case "pair":
      return open.pair === null ? <AddPairsDialog /> : <PairDialog pair={open.pair} />;
    case "access-key":
      return <AccessKeyDialog profile={open.profile} />;
    case "choose-profiles":
      return <ChooseProfilesDialog all={open.all === true} />;
    case "sign-in":
      return <SignInDialog key={open.key} signInKey={open.key} />;
    case "console-sign-in":
      return <ConsoleSignInDialog key={open.profile} profile={open.profile} />;
    case "new-center":
      return <NewCenterDialog />;
    case "center-accounts":
      return <LazyPart part={ACCOUNTS_DIALOG} props={{ signInKey: open.key }} />;
    case "mfa":
      return <MfaDialog id={open.id} />;
    case "proxy":
      return <ProxyDialog />;
    case "remote-desktop":
      return <RemoteDesktopDialog key={open.node} node={open.node} only={open.only} />;
    case "cause":
      return <CauseDialog title={open.title} error={open.error} />;
    case "confirm":
      return <ConfirmDialog {...open} />;
    case "terminate":
      return <TerminateDialog {...open} onClose={closeDialog} />;
    case "paste":
      return <PasteDialog {...open} />;
  }
}

/** Where something would be lost, the safe button has the focus. */
function ConfirmDialog({ title, text, action, danger, run }: Confirm) {
  const safe = useRef<HTMLButtonElement>(null);
  const go = useRef<HTMLButtonElement>(null);
  const confirm = () => {
    closeDialog();
    run();
  };
  return (
    <Dialog
      title={title}
      text={text}
      width={440}
      onClose={closeDialog}
      initialFocus={danger ? safe : go}
      testId="confirm-dialog"
      actions={
        <>
          <Button ref={safe} size="lg" look={danger ? "plain" : "ghost"} onClick={closeDialog}>
            Cancel <Keys keys={["Esc"]} />
          </Button>
          <Button ref={go} size="lg" look={danger ? "danger" : "primary"} onClick={confirm} data-testid="confirm">
            {action}
          </Button>
        </>
      }
    />
  );
}

function CauseDialog({ title, error }: { title: string; error: ErrorView }) {
  const close = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      title={title}
      onClose={closeDialog}
      initialFocus={close}
      testId="cause-dialog"
      actions={
        <Button ref={close} size="lg" onClick={closeDialog}>
          Close <Keys keys={["Esc"]} />
        </Button>
      }
    >
      <Notice error={error} />
    </Dialog>
  );
}
