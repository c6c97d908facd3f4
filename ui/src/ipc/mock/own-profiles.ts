/** Profiles of Postern's own in the mock, with a keyring that tests lock and take away. */
import type { AccessKeyDraft, OwnProfilesView, OwnProfileView, SecretStateView } from "../contract";
import { type MockHost, refusal } from "./host";

type Keyring = "unlocked" | "locked" | "none";

export class MockOwnProfiles {
  keyring: Keyring = "unlocked";
  profiles: OwnProfileView[] = [];
  #next = 1;

  constructor(readonly host: MockHost) {}

  view(): OwnProfilesView {
    const none = refusal(
      "no-keyring",
      "This computer has no keyring that Postern can use: nothing answers on the session bus.",
      "Keep the secret for this run only, or start a keyring such as gnome-keyring.",
    );
    return { profiles: this.profiles.map((one) => this.#asNow(one)), keyring: this.keyring === "none" ? none : null };
  }

  save(id: number | null, draft: AccessKeyDraft): OwnProfilesView {
    const before = this.profiles.find((one) => one.id === id);
    const complete = draft.secretKey !== null || before !== undefined;
    if (!complete)
      throw refusal("bad-secret-key", "An access key is not complete without its secret key.", "Paste it too.");
    if (this.keyring === "locked" && !draft.thisRun)
      throw refusal("keyring-locked", "The keyring is locked.", "Unlock the keyring, then try again.");
    const secret: SecretStateView = draft.thisRun || this.keyring === "none" ? "this-run" : "stored";
    const saved: OwnProfileView = {
      id: before?.id ?? this.#next++,
      name: before?.name ?? draft.name,
      region: draft.region,
      environment: "shared",
      source: { kind: "access-key", accessKeyId: draft.accessKeyId, secret },
      problem: null,
    };
    this.profiles = [...this.profiles.filter((one) => one.id !== saved.id), saved];
    return this.#changed();
  }

  remove(id: number): OwnProfilesView {
    this.profiles = this.profiles.filter((one) => one.id !== id);
    return this.#changed();
  }

  unlock(): OwnProfilesView {
    if (this.keyring === "locked") this.keyring = "unlocked";
    return this.#changed();
  }

  /** What the keyring has cannot be seen while it is locked. */
  #asNow(profile: OwnProfileView): OwnProfileView {
    const { source } = profile;
    if (source.kind !== "access-key" || source.secret !== "stored" || this.keyring !== "locked") return profile;
    return { ...profile, source: { ...source, secret: "locked" } };
  }

  #changed(): OwnProfilesView {
    const own = this.view();
    this.host.emit({ kind: "own-profiles-changed", own });
    return own;
  }
}
