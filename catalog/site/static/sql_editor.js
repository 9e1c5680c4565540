// The field of Datasette's SQL editor (CodeMirror) has no name of its own; screen readers need one.
addEventListener("load", () => {
  "use strict";
  document.querySelectorAll(".CodeMirror textarea").forEach((field) => field.setAttribute("aria-label", "SQL"));
});
