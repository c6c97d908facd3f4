/** The search field of the fleet, for whoever leads there. */
import { focusWhenThere } from "../window/focus";
import { frame } from "../window/frame";

/** Shows the sidebar and puts the focus into its search field. */
export function focusSearch() {
  frame.show("workbench");
  frame.showSidebar();
  focusWhenThere(() => {
    const field = document.querySelector<HTMLInputElement>("[data-search]");
    field?.select();
    return field;
  });
}
