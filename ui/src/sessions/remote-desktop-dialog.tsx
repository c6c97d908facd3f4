/** The key file that decrypts a Windows node's password, and what is done with it. */
import { useState } from "react";
import { nodeTitle } from "../domain/node";
import { useNode } from "../fleet/fleet";
import { FormDialog } from "../forms/form-dialog";
import { focusFirstProblem, optional, useForm } from "../forms/use-form";
import { LabelledText } from "../kit/labelled";
import { closeDialog } from "../window/dialogs";
import { copyPassword, lastKeyFile, openDesktop } from "./remote-desktop";

interface RemoteDesktopDialogProps {
  /** The key of the node. */
  node: string;
  /** `password` leaves the desktop alone. */
  only: "password" | null;
}

export function RemoteDesktopDialog({ node: key, only }: RemoteDesktopDialogProps) {
  const node = useNode(key);
  const [start] = useState(() => ({ keyFile: lastKeyFile() }));
  const form = useForm(start, closeDialog);
  const [missing, setMissing] = useState(false);
  const keyFile = optional(form.values.keyFile);
  const forPassword = only === "password";
  if (node === undefined) return null;
  const submit = () => {
    setMissing(forPassword && keyFile === null);
    if (!forPassword) return form.submit(() => openDesktop(node, keyFile));
    if (keyFile === null) return focusFirstProblem();
    form.submit(() => copyPassword(node, keyFile));
  };
  return (
    <FormDialog
      title={forPassword ? `Administrator's password of ${nodeTitle(node)}` : `Remote desktop of ${nodeTitle(node)}`}
      text={
        forPassword
          ? "EC2 keeps it encrypted for the key pair of the instance. It is decrypted here and put on the clipboard for a short time."
          : "A forward to port 3389 of the node is opened, and this computer's remote desktop client on it."
      }
      form={form}
      action={forPassword ? "Copy password" : "Open remote desktop"}
      onSubmit={submit}
      testId="remote-desktop-dialog"
      submitTestId="remote-desktop-go"
    >
      <LabelledText
        {...form.text("keyFile")}
        label="Key file"
        {...(!forPassword && { aside: "optional" })}
        mono
        autoFocus
        placeholder="~/.ssh/windows.pem"
        error={wrongOf(missing && keyFile === null, form.under("keyFile"))}
        hint={
          forPassword
            ? "The private key of the instance's key pair. It stays where it is."
            : "The private key of the instance's key pair. With it the Administrator's password is put on the clipboard."
        }
        data-testid="remote-desktop-key-file"
      />
    </FormDialog>
  );
}

function wrongOf(missing: boolean, refused: string | null): string | null {
  return missing ? "Name the file with the private key." : refused;
}
