/** The search field of the fleet, for whoever leads there. */
import { focusWhenThere } from "../window/focus";
import { frame, useFrame } from "../window/frame";

/** Shows the sidebar and puts the focus into its search field. */
export function focusSearch() {
  const onPage = useFrame.getState().page === "fleet";
  if (!onPage) {
    frame.show("workbench");
    frame.showSidebar();
  }
  focusWhenThere(() => {
    const place = onPage ? '[data-area="page"] [data-search]' : "[data-search]";
    const field = document.querySelector<HTMLInputElement>(place);
    field?.select();
    return field;
  });
}
