/** Set up before the tests: a busy machine is slow and not wrong, so what is awaited may take its time. */
import { configure } from "@testing-library/react";

configure({ asyncUtilTimeout: 10_000 });
