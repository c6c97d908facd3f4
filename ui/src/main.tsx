/** Where the page begins. */
import "./theme/global.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { start } from "./program/start";
import { App } from "./shell/app";
import { showFirstTheme } from "./window/theme";
import { keepTabs } from "./workbench/kept-layout";

showFirstTheme();
keepTabs();
void start();

const root = document.getElementById("root");
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
