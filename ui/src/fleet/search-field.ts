/** The search field of the fleet, for whoever leads there. */
import { focusWhenThere } from "../window/focus";
import { workspace } from "../window/workspace";

/** Shows the sidebar and puts the focus into its search field. */
export function focusSearch() {
  workspace.show("workspace");
  workspace.showSidebar();
  focusWhenThere(() => {
    const field = document.querySelector<HTMLInputElement>("[data-search]");
    field?.select();
    return field;
  });
}
