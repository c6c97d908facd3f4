/** Session documents of a made-up account, one of each kind that a form has to cope with. */
import type { DocumentParameterView, DocumentSummaryView, ParameterView, SessionDocumentView } from "../contract";
import { refusal } from "./host";

export const MOCK_KEY = "arn:aws:kms:eu-central-1:111122223333:key/1f0c7d52-9a4e-4d7b-8f21-6b3c0d9e5a10";

const INVENTORY = "arn:aws:ssm:eu-central-1:444455556666:document/shared-Inventory";

export const MOCK_DOCUMENTS: SessionDocumentView[] = [
  {
    name: "acme-RestartService",
    description: "Restarts one service of the node and waits until it is healthy again.",
    kind: "non-interactive-separate",
    kmsKey: null,
    parameters: [
      parameter("service", {
        description: "The unit to restart.",
        allowedValues: ["checkout-api", "checkout-worker", "payments-api", "payments-worker", "ledger-sync"],
      }),
      parameter("strategy", {
        description: "At once, or one worker after another.",
        allowedValues: ["rolling", "at-once"],
        defaultValues: ["rolling"],
      }),
      parameter("graceSeconds", {
        description: "How long a worker may finish its work.",
        defaultValues: ["30"],
        allowedPattern: "^[0-9]{1,4}$",
        maxChars: 4,
      }),
      parameter("dryRun", { kind: "boolean", description: "Only say what would be done.", defaultValues: ["true"] }),
      parameter("notify", { kind: "list", description: "Who is told about it.", maxChars: 64 }, []),
    ],
  },
  {
    name: "acme-TailLogs",
    description: "Follows the log of one unit.",
    kind: "interactive",
    kmsKey: null,
    parameters: [
      parameter("unit", { description: "A systemd unit.", minChars: 3, maxChars: 64, allowedPattern: "^[\\w@.-]+$" }),
      parameter("lines", { description: "Lines of the past.", defaultValues: ["100"] }),
      parameter("levels", {
        kind: "list",
        description: "Which levels are shown.",
        allowedValues: ["debug", "info", "warn", "error"],
        defaultValues: ["warn", "error"],
      }),
    ],
  },
  { name: "acme-EncryptedShell", description: "", kind: "shell", kmsKey: MOCK_KEY, parameters: [] },
  { name: "acme-Locked", description: "", kind: "unknown", kmsKey: null, parameters: [] },
  {
    name: INVENTORY,
    description: "Lists what is installed below some folders.",
    kind: "non-interactive",
    kmsKey: null,
    parameters: [
      parameter("paths", { kind: "list", description: "Where to look.", defaultValues: ["/opt", "/usr/local"] }),
      parameter("quiet", { kind: "boolean", description: "Print no progress." }),
    ],
  },
  {
    name: "AWS-StartInteractiveCommand",
    description: "Document to run single interactive command on an instance",
    kind: "interactive",
    kmsKey: null,
    parameters: [parameter("command", { description: "The command to run on the instance." })],
  },
  {
    name: "AWS-StartNonInteractiveCommand",
    description: "Document to run single non-interactive command on an instance",
    kind: "non-interactive-separate",
    kmsKey: null,
    parameters: [parameter("command", { description: "The command to run on the instance." })],
  },
  {
    name: "AWS-StartPortForwardingSession",
    description: "Document to start port forwarding session over Session Manager",
    kind: "port",
    kmsKey: null,
    parameters: [
      parameter("portNumber", { description: "Port on the node.", defaultValues: ["80"], allowedPattern: "^[0-9]+$" }),
    ],
  },
];

/** An account where listing is denied, one that has none, and the rest. */
export function listDocuments(profile: string | null, region: string | null): DocumentSummaryView[] {
  if (profile === "acme-edge")
    throw refusal(
      "denied",
      "The profile acme-edge may not call ssm:ListDocuments.",
      "Ask for this permission, or type the document's name.",
      "AccessDeniedException: User: arn:aws:iam::111122223333:user/edge is not authorized to perform: ssm:ListDocuments",
    );
  if (region === "ap-southeast-2") return [];
  return MOCK_DOCUMENTS.map(({ name }) => ({ name, owner: ownerOf(name) }));
}

export function describeDocument(name: string): SessionDocumentView {
  if (name === "acme-Locked")
    throw refusal(
      "denied",
      "The profile may not call ssm:DescribeDocument.",
      "Ask for this permission, or give the parameters by name.",
      "AccessDeniedException: not authorized to perform: ssm:DescribeDocument on resource: acme-Locked",
    );
  const known = MOCK_DOCUMENTS.find((document) => document.name === name);
  if (known !== undefined) return known;
  throw refusal("invalid-document", `AWS does not know the document ${name}.`, "Check its name and Region.");
}

/** What a command prints, and how it ends: words of a shell such as `exit 3`, `false` or `kill -9 $$`. */
export function outcome(command: string): { output: string; status: number } {
  if (command === "false") return { output: "", status: 1 };
  if (command.startsWith("kill")) return { output: "", status: -1 };
  const exit = /^exit (\d+)$/.exec(command);
  if (exit !== null) return { output: "checkout-api: unit not found\r\n", status: Number(exit[1]) };
  return { output: `+ ${command}\r\nchecked 3 units, all active\r\n`, status: 0 };
}

/** The command line that the program shows: the parameter `command`, if there is one. */
export function commandOf(parameters: readonly ParameterView[]): string | null {
  return parameters.find(({ name }) => name === "command")?.values.join(" ") ?? null;
}

function ownerOf(name: string): DocumentSummaryView["owner"] {
  if (name.startsWith("AWS-")) return "amazon";
  return name.startsWith("arn:") ? "shared" : "own";
}

function parameter(
  name: string,
  own: Partial<DocumentParameterView>,
  defaultValues: string[] | null = null,
): DocumentParameterView {
  return {
    name,
    kind: "text",
    description: "",
    defaultValues,
    allowedValues: [],
    allowedPattern: null,
    minChars: null,
    maxChars: null,
    ...own,
  };
}
