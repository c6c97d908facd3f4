/** Sign-ins that sessions wait for: one notice for each profile, until nobody waits any more. */
import { KeyRound, X } from "lucide-react";
import { useState } from "react";
import { Button, IconButton } from "../kit/button";
import { counted } from "../kit/words";
import styles from "../shell/toasts.module.css";
import { signedIn } from "./actions";
import { type LoginNotice, logins, useLogins } from "./logins";

export function LoginNotices() {
  const notices = useLogins((now) => now.notices);
  return notices
    .filter((notice) => !notice.hidden)
    .map((notice) => <OneNotice key={notice.profile ?? ""} notice={notice} />);
}

function OneNotice({ notice }: { notice: LoginNotice }) {
  const { profile, sessions, error } = notice;
  const [trying, setTrying] = useState(false);
  const tryNow = async () => {
    setTrying(true);
    await signedIn(profile);
    setTrying(false);
  };
  return (
    <div
      className={styles.toast}
      role="status"
      data-warn
      data-testid="login-wanted"
      data-profile={profile ?? ""}
      data-sessions={sessions}
    >
      <KeyRound size={14} />
      <div className={styles.words} data-selectable>
        {error.message}
        <p>
          {counted(sessions, "session waits", "sessions wait")} and {sessions === 1 ? "goes" : "go"} on by{" "}
          {sessions === 1 ? "itself" : "themselves"}. {error.nextStep}
        </p>
        {error.detail !== null && <small>{error.detail}</small>}
        <Button size="sm" busy={trying} onClick={() => void tryNow()} data-testid="signed-in">
          I have signed in: try now
        </Button>
      </div>
      <IconButton small label="Close the message; the panes keep it" onClick={() => logins.hide(profile)}>
        <X size={12} />
      </IconButton>
    </div>
  );
}
