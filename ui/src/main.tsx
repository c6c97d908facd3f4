/** Where the page begins. */
import "./theme/global.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { start } from "./start";
import { keepShownTab } from "./state/shown-tab";
import { showFirstTheme } from "./state/theme";

showFirstTheme();
keepShownTab();
void start();

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
