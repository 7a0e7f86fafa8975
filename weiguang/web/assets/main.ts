// What every page loads: styles, and htmx for the parts of a page that are fetched alone.
import htmx from "htmx.org";

import "./styles.css";

// Nothing that would need 'unsafe-inline' or 'unsafe-eval', and no child's page left in the
// browser's own storage.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;

// A button that prints the page it stands on; without a script it stays hidden.
for (const button of document.querySelectorAll<HTMLElement>("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// An open sheet closes with Escape, and when something beside it is chosen; without a script its
// own button does.
for (const sheet of document.querySelectorAll<HTMLDetailsElement>("details[data-closes]")) {
  document.addEventListener("click", (event) => {
    if (!sheet.contains(event.target as Node)) sheet.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !sheet.open) return;
    sheet.open = false;
    sheet.querySelector("summary")?.focus();
  });
}

// The engine of instruments is fetched by the pages that need it alone.
const assessment = document.querySelector<HTMLFormElement>("form[data-instrument]");
if (assessment) void import("./assessment").then(({ bring }) => bring(assessment));
