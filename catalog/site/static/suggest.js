// Suggestions under the fields of the search: a combobox with a listbox (WAI-ARIA APG 1.2). Without this script the form works as before.
(() => {
  "use strict";
  const DELAY = 120; // milliseconds without a key before the server is asked
  const KEPT = 50; // answers kept
  const answers = new Map();

  const ask = async (text, signal) => {
    if (answers.has(text)) return answers.get(text);
    const response = await fetch("/suggest.json?q=" + encodeURIComponent(text), { signal, headers: { accept: "application/json" } });
    if (!response.ok) return [];
    const found = await response.json();
    if (answers.size >= KEPT) answers.delete(answers.keys().next().value);
    answers.set(text, found);
    return found;
  };

  const attach = (form, number) => {
    const field = form.querySelector('input[name="q"]');
    if (!field) return;
    const list = document.createElement("ul");
    const status = document.createElement("span");
    let found = [], active = -1, timer = 0, running = null;
    list.id = "suggestions-" + number;
    list.className = "suggestions";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Records");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    form.append(list, status);
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id], ["autocomplete", "off"]]) {
      field.setAttribute(name, value);
    }

    const mark = (index) => {
      active = index;
      [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === active)));
      if (active < 0) return field.removeAttribute("aria-activedescendant");
      field.setAttribute("aria-activedescendant", list.children[active].id);
      list.children[active].scrollIntoView({ block: "nearest" });
    };
    const close = () => {
      clearTimeout(timer);
      if (running) running.abort();
      list.hidden = true;
      field.setAttribute("aria-expanded", "false");
      mark(-1);
    };
    const item = (record, i) => {
      const line = document.createElement("li");
      const more = document.createElement("small");
      line.id = list.id + "-" + i;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", "false");
      line.textContent = record.shown;
      more.textContent = record.shown === record.name ? record.kind : record.name + " · " + record.kind;
      line.append(more);
      line.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
      line.addEventListener("click", () => location.assign(record.url));
      return line;
    };
    const show = (records) => {
      found = records;
      list.replaceChildren(...records.map(item));
      list.hidden = records.length === 0;
      field.setAttribute("aria-expanded", String(!list.hidden));
      status.textContent = records.length ? records.length + (records.length === 1 ? " record" : " records") + " suggested" : "";
      mark(-1);
    };
    const look = async () => {
      const text = field.value.trim();
      if (running) running.abort();
      if (text.length < 2) return show([]);
      running = new AbortController();
      try {
        const records = await ask(text, running.signal);
        if (text === field.value.trim() && document.activeElement === field) show(records);
      } catch (error) {
        if (error.name !== "AbortError") close(); // suggestions are a help, never a hindrance
      }
    };

    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(look, DELAY);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
        event.preventDefault();
        const count = found.length + 1; // the field itself is one of the places
        mark(((active + 1 + (event.key === "ArrowDown" ? 1 : count - 1)) % count) - 1);
      } else if (event.key === "Enter" && active >= 0 && !list.hidden) {
        event.preventDefault();
        location.assign(found[active].url);
      }
    });
    field.addEventListener("blur", close);
    form.addEventListener("submit", close);
  };

  document.querySelectorAll("form.find").forEach(attach);
})();
