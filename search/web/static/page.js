// The pages work without this. It adds keys, suggestions, and steps from one highlight to the next.
"use strict";

const box = document.getElementById("q");
const form = box.form;
let composing = false;

// The Enter that ends a composition chooses characters; it must not search.
const composes = (event) => composing || event.isComposing || event.keyCode === 229;
box.addEventListener("compositionstart", () => { composing = true; close(); });
// Some browsers send that Enter after the end of the composition.
box.addEventListener("compositionend", () => setTimeout(() => { composing = false; ask(); }, 0));
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

box.addEventListener("input", (event) => { if (!event.isComposing) ask(); });
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
    else if (down && links.length) links[0].focus();
    else return;
    event.preventDefault();
  } else if (event.key === "Enter") {
    asked++;
    clearTimeout(timer);
  }
});

// Keys

const links = [...document.querySelectorAll(".hit h2 a")];
const steps = [...document.querySelectorAll(".jumps .step")];

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.matches("input, textarea, select, [contenteditable]")) return;
  if (event.key === "/") {
    event.preventDefault();
    box.focus();
    box.select();
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && links.length) {
    const at = links.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    const elsewhere = !links.includes(document.activeElement) && document.activeElement !== document.body;
    if (elsewhere || at < -1) return;
    event.preventDefault();
    if (at < 0) box.focus();
    else links[Math.min(at, links.length - 1)].focus();
  } else if ((event.key === "n" || event.key === "p") && steps.length) {
    follow(); // the event that tells of the last step may still be on its way
    steps[event.key === "n" ? 1 : 0].click();
  }
});

// From one highlight to the next

function follow() {
  const number = Number(jumps.dataset.hits);
  const at = Number((location.hash.match(/^#hit-(\d+)$/) || [])[1] || 0);
  steps[0].href = `#hit-${at > 1 ? at - 1 : number}`;
  steps[1].href = `#hit-${at < number ? at + 1 : 1}`;
  for (const link of jumps.querySelectorAll("ol a")) {
    if (link.hash === location.hash) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

const jumps = document.querySelector(".jumps");
if (jumps) {
  for (const step of steps) step.hidden = false;
  jumps.classList.add("stepping");
  addEventListener("hashchange", follow);
  follow();
}
