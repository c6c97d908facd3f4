import { Tooltip } from "@base-ui/react/tooltip";
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test } from "vitest";
import { Tip } from "./kit/button";
import { closeDialog, closePalette, openDialog, openPalette } from "./window/dialogs";

afterEach(() => {
  cleanup();
  closeDialog();
  closePalette();
});

async function shown() {
  render(
    <Tooltip.Provider delay={0}>
      <Tip text="Where it is" keys={["Ctrl", "K"]}>
        <button type="button">Place</button>
      </Tip>
    </Tooltip.Provider>,
  );
  await userEvent.hover(screen.getByText("Place"));
  expect((await screen.findByTestId("tip")).textContent).toBe("Where it isCtrlK");
}

for (const [what, happens] of [
  ["a dialog opens", () => openDialog({ kind: "connect" })],
  ["the palette opens", () => openPalette()],
  ["a key is pressed", () => void fireEvent.keyDown(screen.getByText("Place"), { key: "Escape" })],
  ["the window is left", () => void fireEvent.blur(window)],
] as const) {
  test(`a tooltip is gone when ${what}`, async () => {
    await shown();
    act(happens);
    await waitFor(() => expect(screen.queryByTestId("tip")).toBeNull());
  });
}
