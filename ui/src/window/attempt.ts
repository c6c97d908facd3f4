/** Something asked of the program, with its failure shown. */
import { showFailure } from "./toasts";

/** Does something in the program and shows why if it fails. Answers whether it worked. */
export async function attempt(what: () => Promise<unknown>): Promise<boolean> {
  try {
    await what();
    return true;
  } catch (thrown) {
    showFailure(thrown);
    return false;
  }
}
