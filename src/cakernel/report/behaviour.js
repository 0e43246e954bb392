"use strict";
const byId = (id) => document.getElementById(id);
const MOST_ROWS = 2000;

// the theme: the reader's system decides until the button does
const dark = matchMedia("(prefers-color-scheme: dark)");
const button = byId("theme");
let asked = null;
const paint = () => {
  const isDark = asked === null ? dark.matches : asked;
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
  button.setAttribute("aria-pressed", String(isDark));
};
button.addEventListener("click", () => {
  asked = document.documentElement.dataset.theme !== "dark";
  paint();
});
dark.addEventListener("change", paint);
paint();

// a narrow page begins with its content, not with a long list of it
if (matchMedia("(max-width: 60rem)").matches) document.querySelector("nav details").open = false;

// choices for tables: a table or a group of its rows is hidden if it has a fact with another value
for (const choices of document.querySelectorAll(".choices.tables")) {
  const selects = [...choices.querySelectorAll("select")];
  const section = choices.closest("section");
  const apply = () => {
    const meets = (element) => selects.every((select) => {
      const fact = element.getAttribute(`data-fact-${select.dataset.column}`);
      return !select.value || fact === null || fact === select.value;
    });
    let rows = 0;
    let shown = 0;
    for (const table of section.querySelectorAll(".table")) {
      const part = table.closest("section.part");
      part.hidden = !meets(table);
      const bodies = [...table.querySelectorAll("tbody")];
      for (const body of bodies) body.hidden = !meets(body);
      // a heading of a group stays only with rows under it
      bodies.forEach((body, place) => {
        if (!body.classList.contains("group")) return;
        const rest = bodies.slice(place + 1);
        const end = rest.findIndex((other) => other.classList.contains("group"));
        const own = end < 0 ? rest : rest.slice(0, end);
        if (own.every((other) => other.hidden)) body.hidden = true;
      });
      for (const body of bodies.filter((other) => !other.classList.contains("group"))) {
        rows += 1;
        shown += body.hidden || part.hidden ? 0 : 1;
      }
    }
    choices.querySelector(".shown").textContent = `${shown} of ${rows} rows shown`;
  };
  selects.forEach((select) => select.addEventListener("change", apply));
  apply();
}

const tell = (value) => {
  if (typeof value !== "number" || Number.isInteger(value)) return value ?? "–";
  return Number(value.toPrecision(5));
};

// the rows that a picture draws, each once, as its table has them
const rowsOf = ({ drawing, columns }) => {
  const names = Object.keys(columns);
  const found = new Map();
  for (const frame of Object.values(drawing.datasets)) {
    for (const row of frame) {
      if (names.every((name) => name in row)) {
        found.set(JSON.stringify(names.map((name) => row[name])), row);
      }
    }
  }
  return [...found.values()];
};

const listed = (rows, columns, container, caption) => {
  const table = document.createElement("table");
  table.createCaption().textContent =
    rows.length > MOST_ROWS ? `${caption} The first ${MOST_ROWS} of ${rows.length} rows.` : caption;
  const head = table.createTHead().insertRow();
  for (const label of Object.values(columns)) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = label;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of rows.slice(0, MOST_ROWS)) {
    const line = body.insertRow();
    for (const name of Object.keys(columns)) {
      const cell = line.insertCell();
      cell.textContent = tell(row[name]);
      if (typeof row[name] === "number") cell.className = "number";
    }
  }
  container.replaceChildren(table);
};

// pictures: a choice sets a parameter of the drawing, whose own filters do the rest
const drawings = JSON.parse(byId("drawings").textContent);
window.ready = Promise.all(Object.entries(drawings).map(async ([id, picture]) => {
  const figure = byId(id);
  const options = { renderer: "svg", actions: false };
  const { view } = await vegaEmbed(figure.querySelector(".drawing"), picture.drawing, options);
  const selects = [...figure.querySelectorAll("select")];
  const details = figure.querySelector("details.numbers");
  const all = rowsOf(picture);
  const columnOf = Object.fromEntries(picture.filters.map(({ name, column }) => [name, column]));
  const apply = async () => {
    for (const select of selects) view.signal(`chosen_${select.dataset.name}`, select.value);
    await view.runAsync();
    const kept = all.filter((row) => selects.every((select) => {
      const column = columnOf[select.dataset.name];
      return !column || !select.value || !(column in row) || String(row[column]) === select.value;
    }));
    const words = kept.length ? `${kept.length} of ${all.length} rows` : "no row has these values";
    figure.querySelector(".shown").textContent = words;
    if (details.open) {
      const caption = figure.querySelector("figcaption").firstChild.textContent.trim();
      listed(kept, picture.columns, details.querySelector(".scroll"), caption);
    }
  };
  selects.forEach((select) => select.addEventListener("change", apply));
  details.addEventListener("toggle", apply);
  await apply();
})).then(() => { document.documentElement.dataset.ready = "true"; });

// on paper nothing can be opened
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details.origins:not([open])")];
  opened.forEach((details) => { details.open = true; });
});
addEventListener("afterprint", () => opened.forEach((details) => { details.open = false; }));
