// The pages work without this. It adds keys, suggestions, results while typing, ranges drawn over a chart,
// and copying; article.js adds what an article has.
"use strict";

const box = document.getElementById("q");
const form = box.form;
let composing = false;

// The Enter that ends a composition chooses characters; it must not search.
const composes = (event) => composing || event.isComposing || event.keyCode === 229;
box.addEventListener("compositionstart", () => { composing = true; close(); });
// Some browsers send that Enter after the end of the composition.
box.addEventListener("compositionend", () => setTimeout(() => { composing = false; ask(); follow_typing(); }, 0));
form.addEventListener("submit", (event) => {
  if (composing || !box.value.trim()) event.preventDefault();
});

// Suggestions

const list = document.createElement("ul");
list.id = "suggestions";
list.className = "suggestions";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", box.labels[0].textContent);
list.hidden = true;
box.closest(".field").after(list);
for (const [name, value] of Object.entries({
  role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list",
})) box.setAttribute(name, value);

let chosen = -1;
let asked = 0;
let timer = 0;
let written = box.value;

function close() {
  list.hidden = true;
  chosen = -1;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

function choose(at) {
  const items = [...list.children];
  chosen = (at + items.length + 1) % (items.length + 1);
  items.forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
  if (chosen < items.length) {
    box.value = items[chosen].textContent;
    box.setAttribute("aria-activedescendant", items[chosen].id);
  } else {
    box.value = written;
    box.removeAttribute("aria-activedescendant");
  }
}

function show(words) {
  list.replaceChildren(...words.map((word, at) => {
    const item = document.createElement("li");
    item.id = `suggestion-${at}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.lang = "zh";
    item.textContent = word;
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      box.value = word;
      form.requestSubmit();
    });
    return item;
  }));
  chosen = words.length;
  list.hidden = words.length === 0;
  box.setAttribute("aria-expanded", String(words.length > 0));
}

function ask() {
  clearTimeout(timer);
  written = box.value;
  if (composing || !written.trim()) return close();
  timer = setTimeout(async () => {
    const number = ++asked;
    try {
      const address = `/api/suggest?limit=8&q=${encodeURIComponent(written)}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      const words = answer.ok ? (await answer.json()).completions : [];
      if (number === asked && document.activeElement === box && !composing) show(words);
    } catch {
      close();
    }
  }, 150);
}

box.addEventListener("input", (event) => { if (!event.isComposing) { ask(); follow_typing(); } });
box.addEventListener("blur", close);
box.addEventListener("keydown", (event) => {
  if (composes(event)) {
    if (event.key === "Enter") event.preventDefault();
    return;
  }
  if (event.key === "Escape" && !list.hidden) {
    box.value = written;
    close();
    event.preventDefault();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const down = event.key === "ArrowDown";
    if (!list.hidden) choose(chosen + (down ? 1 : -1));
    else if (down && links().length) links()[0].focus();
    else return;
    event.preventDefault();
  } else if (event.key === "Enter") {
    asked++;
    clearTimeout(timer);
  }
});

// Results while typing, where the engine is fast. Nothing is announced, the focus stays in the box, and the
// address is that of the results. Off by the settings; the button and Enter work as without it.

let typing = 0;
let latest = 0;

function follow_typing() {
  clearTimeout(typing);
  const content = document.querySelector("main[data-live]");
  if (!content || composing || !box.value.trim()) return;
  typing = setTimeout(async () => {
    const number = ++latest;
    const address = `${form.action}?${new URLSearchParams([...new FormData(form)].filter(([, value]) => value))}`;
    try {
      const answer = await fetch(address);
      if (!answer.ok || number !== latest || composing) return;
      const other = new DOMParser().parseFromString(await answer.text(), "text/html");
      const columns = other.querySelector(".columns");
      if (!columns || number !== latest || composing) return;
      const status = columns.querySelector("[role=status]");
      if (status) status.removeAttribute("role");
      document.querySelector(".columns").replaceWith(columns);
      document.querySelector(".entries").replaceWith(other.querySelector(".entries"));
      document.querySelector(".fault")?.remove();
      box.closest(".field").classList.remove("faulty");
      for (const name of ["aria-invalid", "aria-describedby"]) box.removeAttribute(name);
      document.title = other.title;
      history.replaceState(null, "", address);
      drawn.abort();
      drawn = new AbortController();
      ready(columns);
    } catch {
      // Enter still searches.
    }
  }, 250);
}

// What scripts add to results: copying, and ranges drawn over the chart

async function copy(button, text) {
  await navigator.clipboard.writeText(text);
  const label = button.textContent;
  button.textContent = document.body.dataset.copied;
  setTimeout(() => { button.textContent = label; }, 2000);
}

function ready(root) {
  for (const chart of root.querySelectorAll(".chart[data-choose]")) drawable(chart);
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button, button.parentElement.querySelector(".reference").textContent));
  }
  for (const button of root.querySelectorAll("button.copy-link")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button, location.href));
  }
}

// Ends what charts that were replaced have listened to.
let drawn = new AbortController();

function drawable(chart) {
  const { signal } = drawn;
  const periods = chart.dataset.periods.split(",");
  if (periods.length < 2) return;
  const hint = chart.parentElement.querySelector(".hint");
  if (hint && matchMedia("(pointer: fine)").matches) hint.hidden = false;
  const range = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  range.setAttribute("class", "range");
  range.setAttribute("height", "100%");
  range.setAttribute("y", "0");
  let from = -1;
  let to = -1;
  let moved = false;
  const at = (event) => {
    const box = chart.getBoundingClientRect();
    const place = Math.floor((event.clientX - box.left) / box.width * periods.length);
    return Math.max(0, Math.min(periods.length - 1, place));
  };
  chart.addEventListener("dragstart", (event) => event.preventDefault());
  chart.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType !== "mouse") return;
    from = to = at(event);
    moved = false;
  });
  addEventListener("pointermove", (event) => {
    if (from < 0) return;
    to = at(event);
    if (to === from && !moved) return;
    moved = true;
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    range.setAttribute("x", `${100 * first / periods.length}%`);
    range.setAttribute("width", `${100 * (last - first + 1) / periods.length}%`);
    if (!range.parentNode) chart.prepend(range);
  }, { signal });
  addEventListener("pointerup", () => {
    if (from < 0) return;
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    from = -1;
    if (!moved) return;
    const address = new URL(chart.dataset.choose, location.href);
    address.searchParams.set("after", periods[first]);
    if (last + 1 < periods.length) address.searchParams.set("before", periods[last + 1]);
    location.assign(address);
  }, { signal });
  // The click that ends the drawing of a range opens no bar.
  chart.addEventListener("click", (event) => { if (moved) event.preventDefault(); }, true);
}

ready(document);

// The fault in a query

if (box.dataset.fault) {
  const fault = [...box.value].slice(0, Number(box.dataset.fault) - 1).join("").length;
  box.focus();
  box.setSelectionRange(fault, fault + 1);
}

// Keys

const links = () => [...document.querySelectorAll(".hit h2 a")];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches("input, textarea, select, [contenteditable]")) return;
  const hits = links();
  const page = { n: "next", p: "prev" }[event.key];
  if (event.key === "/") {
    event.preventDefault();
    box.focus();
    box.select();
  } else if (event.key === "?") {
    location.assign("/help");
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && hits.length) {
    const at = hits.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    const elsewhere = !hits.includes(document.activeElement) && document.activeElement !== document.body;
    if (elsewhere || at < -1) return;
    event.preventDefault();
    if (at < 0) box.focus();
    else hits[Math.min(at, hits.length - 1)].focus();
  } else if (page) {
    document.querySelector(`.pages [rel=${page}]`)?.click();
  }
});
