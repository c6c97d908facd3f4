import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ContextArea, MenuButton } from "../kit/menu";
import { ownMenusOnly } from "./menus";

let stop = () => {};
const ran: string[] = [];

beforeEach(() => {
  stop = ownMenusOnly();
  ran.length = 0;
});

afterEach(() => {
  stop();
  cleanup();
});

const entry = (label: string) => ({ label, run: () => void ran.push(label) });

function page() {
  render(
    <>
      <ContextArea entries={() => [entry("Open"), entry("Rename")]}>
        <div data-testid="place">
          <button type="button">In the place</button>
          <div className="xterm">
            <textarea aria-label="Terminal" />
          </div>
        </div>
      </ContextArea>
      <div role="row">
        <button type="button">In the row</button>
        <MenuButton entries={[entry("Remove")]}>
          <button type="button">More</button>
        </MenuButton>
      </div>
      <input aria-label="Name" />
      <p data-selectable>An id</p>
    </>,
  );
}

function press(element: Element, key: string, more: object = {}): boolean {
  (element as HTMLElement).focus();
  return fireEvent.keyDown(element, { key, ...more });
}

test("the menu key and Shift+F10 open the menu of the place that has the focus", async () => {
  page();
  for (const [key, more] of [
    ["ContextMenu", {}],
    ["F10", { shiftKey: true }],
  ] as const) {
    const button = screen.getByText("In the place");
    expect(press(button, key, more)).toBe(false);
    const menu = await screen.findByRole("menu");
    expect(within(menu).getAllByRole("menuitem")).toHaveLength(2);
    fireEvent.keyDown(menu, { key: "Escape" });
    await waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(button));
  }
});

test("in a terminal the menu key opens the menu, and Shift+F10 belongs to the program", async () => {
  page();
  const terminal = screen.getByLabelText("Terminal");
  expect(press(terminal, "F10", { shiftKey: true })).toBe(true);
  expect(screen.queryByRole("menu")).toBeNull();
  expect(press(terminal, "ContextMenu")).toBe(false);
  await screen.findByRole("menu");
});

test("a row without a menu of its own opens the one under its button", async () => {
  page();
  press(screen.getByText("In the row"), "ContextMenu");
  expect(within(await screen.findByRole("menu")).getByText("Remove")).toBeTruthy();
});

test("the web view's menu opens over text fields and nowhere else", () => {
  page();
  const native = (element: Element) => fireEvent.contextMenu(element);
  expect(native(screen.getByLabelText("Name"))).toBe(true);
  expect(press(screen.getByLabelText("Name"), "ContextMenu")).toBe(true);
  for (const element of [screen.getByText("An id"), screen.getByText("In the row"), document.body])
    expect(native(element)).toBe(false);
});
