import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { LazyPart, partOf } from "./lazy-part";

afterEach(cleanup);

test("a part that cannot be loaded says so beside the rest of the page, and Retry loads it", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const load = vi
    .fn<() => Promise<{ default: (props: { name: string }) => string }>>()
    .mockRejectedValueOnce(new Error("no such file"))
    .mockRejectedValueOnce(new Error("still none"))
    .mockResolvedValue({ default: ({ name }) => `Hello ${name}` });
  const part = partOf("The palette", load);
  render(
    <>
      <p>The rest</p>
      <LazyPart part={part} props={{ name: "Ada" }} />
    </>,
  );
  const user = userEvent.setup({ delay: null });
  expect((await screen.findByTestId("part-failed")).textContent).toContain("The palette could not be loaded.");
  await user.click(screen.getByRole("button", { name: "Retry" }));
  await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(2));
  await user.click(await screen.findByRole("button", { name: "Retry" }));
  expect(await screen.findByText("Hello Ada")).toBeTruthy();
  expect(screen.getByText("The rest")).toBeTruthy();
});

test("a part that fails while it is drawn does not blank the page either", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const part = partOf("The settings", async () => ({
    default: () => {
      throw new Error("not drawn");
    },
  }));
  render(
    <>
      <p>The rest</p>
      <LazyPart part={part} props={{}} />
    </>,
  );
  await screen.findByTestId("part-failed");
  expect(screen.getByText("The rest")).toBeTruthy();
});
