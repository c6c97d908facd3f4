/** The window around the page. */
import { backend } from "#backend";

export const appWindow = backend.window;
