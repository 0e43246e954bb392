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

// what is chosen, in words, for paper, on which nothing can be chosen
const sayChosen = (choices) => {
  const told = [...choices.querySelectorAll("select")].map((select) =>
    `${choices.querySelector(`label[for="${select.id}"]`).textContent}: ${select.selectedOptions[0].textContent}`);
  const line = choices.nextElementSibling;
  // where there is nothing to choose, all rows are shown
  choices.hidden = line.hidden = !told.length;
  line.textContent = `Shown: ${[...told, choices.querySelector(".shown").textContent].join("; ")}.`;
};

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
    sayChosen(choices);
  };
  selects.forEach((select) => select.addEventListener("change", apply));
  apply();
}

// tables that are wider than the page: each row stacks its cells, with their heads beside them
const headsOf = (table) => {
  const row = table.tHead ? table.tHead.rows[table.tHead.rows.length - 1] : null;
  return row ? [...row.cells].flatMap((cell) => Array(cell.colSpan).fill(cell.textContent.trim())) : [];
};
const stack = (table) => {
  table.classList.remove("stacked");
  if (table.parentNode.scrollWidth <= table.parentNode.clientWidth + 1) return;
  const heads = headsOf(table);
  table.classList.add("stacked");
  table.setAttribute("role", "table");
  for (const row of table.rows) {
    row.setAttribute("role", "row");
    // a cell may reach down from the row above
    let place = heads.length - [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
    for (const cell of row.cells) {
      cell.setAttribute("role", cell.tagName === "TD" ? "cell" : cell.scope === "col" ? "columnheader" : "rowheader");
      if (cell.tagName === "TD" && cell.firstElementChild?.className !== "content") {
        cell.dataset.head = heads[place] ?? "";
        const content = Object.assign(document.createElement("span"), { className: "content" });
        content.append(...cell.childNodes);
        cell.append(content);
      }
      place += cell.colSpan;
    }
  }
};
const stackAll = () => document.querySelectorAll(".scroll > table").forEach(stack);
addEventListener("beforeprint", () => {
  document.querySelectorAll("table.stacked").forEach((table) => table.classList.remove("stacked"));
});
addEventListener("afterprint", stackAll);
addEventListener("resize", stackAll);
stackAll();

// thousands in groups, as everywhere on the page
const grouped = (value, decimals) => value.toLocaleString("en-US",
  { minimumFractionDigits: decimals ?? 0, maximumFractionDigits: decimals ?? 12 });
const tell = (value) => {
  if (typeof value !== "number") return value ?? "–";
  return grouped(Number.isInteger(value) ? value : Number(value.toPrecision(5)));
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
    rows.length > MOST_ROWS ? `${caption} The first ${MOST_ROWS} of ${tell(rows.length)} rows.` : caption;
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
  stack(table);
};

// a picture for a narrow page: letters keep their size, and what they name gets narrower
const NARROWEST = 130;
const narrowed = (drawing, natural, room) => {
  const copy = structuredClone(drawing);
  const perLine = Math.floor(room / 6.5);
  const wrapped = (lines, most) => {
    const words = [lines].flat().join(" ").split(" ");
    const found = [""];
    for (const word of words) {
      if (`${found.at(-1)} ${word}`.length > most && found.at(-1)) found.push("");
      found[found.length - 1] = `${found.at(-1)} ${word}`.trim();
    }
    return found;
  };
  copy.title.text = wrapped(copy.title.text, Math.floor(perLine * 0.8));
  if (copy.title.subtitle) copy.title.subtitle = wrapped(copy.title.subtitle, perLine);
  const visit = (part) => {
    if (Array.isArray(part)) part.forEach(visit);
    if (Array.isArray(part) || part === null || typeof part !== "object") return;
    if (part.legend && typeof part.legend === "object") part.legend.columns = 2;
    for (const [name, inside] of Object.entries(part)) {
      if (name !== "datasets" && name !== "config") visit(inside);
    }
  };
  visit(copy);
  const panels = copy.concat ?? (copy.spec ? [copy.spec] : copy.hconcat ?? [copy]);
  if (copy.hconcat) { copy.vconcat = copy.hconcat; delete copy.hconcat; }
  const beside = panels.length > 1 || copy.spec;
  if (copy.concat || copy.spec) copy.columns = 1;
  for (const panel of panels) {
    if (typeof panel.width !== "number") continue;
    const needed = beside ? panel.width + 120 : natural;
    const was = panel.width;
    panel.width = Math.max(NARROWEST, Math.floor(was - Math.max(0, needed - room)));
    // what stands beside the panel, or over its middle, is placed in pixels
    for (const layer of panel.layer ?? []) {
      const x = layer.encoding?.x;
      if (typeof x?.value === "number") {
        x.value = x.value >= was ? x.value - was + panel.width : (x.value * panel.width) / was;
      }
    }
  }
  return copy;
};

// pictures: a choice sets a parameter of the drawing, whose own filters do the rest
const drawings = JSON.parse(byId("drawings").textContent);
// small pictures are not blown up to the width of the page
const MOST_ENLARGED = 1.25;
const limited = (box) => {
  const svg = box.querySelector("svg");
  svg.style.maxWidth = `${MOST_ENLARGED * svg.viewBox.baseVal.width}px`;
};
window.ready = Promise.all(Object.entries(drawings).map(async ([id, picture]) => {
  const figure = byId(id);
  const options = { renderer: "svg", actions: false };
  const box = figure.querySelector(".drawing");
  let { view } = await vegaEmbed(box, picture.drawing, options);
  const natural = box.querySelector("svg").viewBox.baseVal.width;
  let drawn = 0;
  // 0 where the page has room for the picture as it is, else what room it has
  const fit = async () => {
    const room = box.clientWidth < 0.8 * natural ? box.clientWidth : 0;
    if (room === drawn) return false;
    drawn = room;
    view.finalize();
    const drawing = room ? narrowed(picture.drawing, natural, room) : picture.drawing;
    ({ view } = await vegaEmbed(box, drawing, options));
    return true;
  };
  await fit();
  const selects = [...figure.querySelectorAll("select")];
  const details = figure.querySelector("details.numbers");
  const all = rowsOf(picture);
  const columnOf = Object.fromEntries(picture.filters.map(({ name, column }) => [name, column]));
  const apply = async () => {
    for (const select of selects) view.signal(`chosen_${select.dataset.name}`, select.value);
    await view.runAsync();
    limited(box);
    const kept = all.filter((row) => selects.every((select) => {
      const column = columnOf[select.dataset.name];
      return !column || !select.value || !(column in row) || String(row[column]) === select.value;
    }));
    const words = kept.length ? `${tell(kept.length)} of ${tell(all.length)} rows` : "no row has these values";
    figure.querySelector(".shown").textContent = words;
    sayChosen(figure.querySelector(".choices"));
    if (details.open) {
      const caption = figure.querySelector("figcaption").firstChild.textContent.trim();
      listed(kept, picture.columns, details.querySelector(".scroll"), caption);
    }
  };
  selects.forEach((select) => select.addEventListener("change", apply));
  details.addEventListener("toggle", apply);
  await apply();
  addEventListener("resize", async () => { if (await fit()) await apply(); });
})).then(() => { document.documentElement.dataset.ready = "true"; });

// sliders over the grid of a sweep: the ranking at the point that they snap to
const MOST_RANKED = 12;
const explorers = JSON.parse(byId("explorers").textContent);
for (const [id, { sizes, keys, policies, words, outcomes, columns }] of Object.entries(explorers)) {
  const owner = byId(id);
  const sliders = [...owner.querySelectorAll("input[type=range]")];
  const selects = [...owner.querySelectorAll("select")];
  const chosen = (name) => selects.find((select) => select.dataset.name === name)?.value ?? "";
  // two digits of the error, as many of the mean
  const decimalsOf = (error) => Math.max(0, Math.min(12, 1 - Math.floor(Math.log10(error))));
  const number = (value, error) => {
    if (!error) return tell(value);
    const decimals = decimalsOf(error);
    return `${grouped(value, decimals)} ± ${grouped(error, decimals)}`;
  };
  const rank = () => {
    for (const slider of sliders) {
      const words = JSON.parse(slider.dataset.levels)[slider.value];
      slider.setAttribute("aria-valuetext", words);
      owner.querySelector(`output[for="${slider.id}"]`).textContent = words;
    }
    const cell = sliders.reduce((place, slider, n) => place * sizes[n] + Number(slider.value), 0);
    const outcome = chosen("outcome");
    const errors = columns[`${outcome} error`];
    const ranked = policies.map((values, n) => {
      const at = cell * policies.length + n;
      const name = values.join(" ") || "all";
      return { values, name, told: words[n], mean: columns[outcome][at], error: errors?.[at] };
    }).filter(({ values, mean }) => mean !== null
      && keys.every((key, n) => !chosen(key) || chosen(key) === values[n]))
      .sort((one, other) => other.mean - one.mean);
    const told = owner.querySelector(".told");
    const box = owner.querySelector(".scroll");
    if (!ranked.length) {
      told.textContent = "The sweep has nothing at this point: it is impossible, or was left out.";
      box.replaceChildren();
      return;
    }
    const [first, second] = ranked;
    told.replaceChildren(Object.assign(document.createElement("strong"), { textContent: first.name }));
    if (first.told) told.append(`, ${first.told},`);
    told.append(` is highest here: ${outcomes[outcome]} ${number(first.mean, first.error)}`
      + (second ? `; next ${second.name}, ${number(second.mean, second.error)}.` : "."));
    const table = document.createElement("table");
    table.className = "numbers";
    const few = ranked.slice(0, MOST_RANKED);
    table.createCaption().textContent = `The first ${few.length} of ${tell(ranked.length)}, by `
      + `${outcomes[outcome]}${errors ? ", with standard errors" : ""}.`;
    const head = table.createTHead().insertRow();
    for (const label of ["policy", outcomes[outcome], "below the first"]) {
      head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: label }));
    }
    const body = table.createTBody();
    for (const { name, mean, error } of few) {
      const line = body.insertRow();
      line.append(Object.assign(document.createElement("th"), { scope: "row", textContent: name }));
      line.insertCell().textContent = number(mean, error);
      line.insertCell().textContent = first.error
        ? grouped(first.mean - mean, decimalsOf(first.error))
        : tell(Number((first.mean - mean).toPrecision(3)));
    }
    box.replaceChildren(table);
    stack(table);
  };
  sliders.forEach((slider) => slider.addEventListener("input", rank));
  selects.forEach((select) => select.addEventListener("change", rank));
  rank();
}

// on paper nothing can be opened
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details.origins:not([open])")];
  opened.forEach((details) => { details.open = true; });
});
addEventListener("afterprint", () => opened.forEach((details) => { details.open = false; }));
