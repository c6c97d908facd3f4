/** What keeps a made-up session from beginning or from going on: no agent, the wrong key, no line, no sign-in. */
import type { EncryptionPolicyView, ErrorView, TabView } from "../contract";
import { MOCK_DOCUMENTS, MOCK_KEY } from "./documents";
import { refusal } from "./host";

export const UNREACHABLE = refusal(
  "unreachable",
  "ssmmessages.eu-central-1.amazonaws.com cannot be reached.",
  "It is tried again by itself.",
  "connection refused",
);

export function kindOf(document: string) {
  return MOCK_DOCUMENTS.find(({ name }) => name === document)?.kind ?? "unknown";
}

/** Production sessions are encrypted by the preferences of their Region. */
export function keyOf(view: TabView): string | null {
  const own = MOCK_DOCUMENTS.find(({ name }) => name === view.document)?.kmsKey ?? null;
  return own ?? (view.profile === "acme-prod" ? MOCK_KEY : null);
}

export function lapsed(profile: string | null): ErrorView {
  return refusal(
    "credentials-expired",
    `The sign-in of ${profile ?? "the default credentials"} has expired.`,
    `Sign in again, for example with aws sso login${profile === null ? "" : ` --profile ${profile}`}.`,
    "ExpiredTokenException: The security token included in the request is expired",
  );
}

export function failure(view: TabView, policy: EncryptionPolicyView, key: string | null): ErrorView | null {
  if (view.target.endsWith("dead"))
    return refusal(
      "target-not-connected",
      `${view.title} is not connected to Systems Manager.`,
      "Check that it runs and that its agent may reach AWS.",
      "TargetNotConnected: i-0123456789abcdead is not connected.",
    );
  if (policy.kind === "off" && key !== null)
    return refusal(
      "encryption-refused",
      `The session of ${view.title} would be encrypted, but the connection switches encryption off.`,
      "Set the connection's encryption to Prefer, or remove the KMS key from the session preferences.",
    );
  if (policy.kind === "require" && key === null)
    return refusal(
      "not-encrypted",
      `The session of ${view.title} is not encrypted, and the connection requires it.`,
      "Set a KMS key in the session preferences of this Region, or set the connection's encryption to Prefer.",
    );
  if (policy.kind === "require" && policy.key !== null && policy.key !== key)
    return refusal(
      "wrong-key",
      "The session asks for another KMS key than the one that this connection requires.",
      "Check who changed the session preferences before you trust the new key.",
      `required: ${policy.key}\nasked for: ${key}`,
    );
  return null;
}
