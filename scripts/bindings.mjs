// `npm run bindings`: writes the TypeScript bindings of the window's commands from their Rust signatures.
import { step } from "./steps.mjs";

await step("Writing ui/src/ipc/bindings.ts", "cargo", ["test", "-p", "postern-desktop", "bindings"], { env: { POSTERN_WRITE_BINDINGS: "1" } });
