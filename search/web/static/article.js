// The page of an article works without this. It adds steps from one place to the next, and copying.
"use strict";

// Places found

const places = document.querySelector(".places");

if (places) {
  const steps = [...places.querySelectorAll(".step")];
  const output = places.querySelector("output");
  const number = Number(places.dataset.hits);
  const at = () => Number((location.hash.match(/^#hit-(\d+)$/) || [])[1] || 0);

  const follow = () => {
    steps[0].href = `#hit-${at() > 1 ? at() - 1 : number}`;
    steps[1].href = `#hit-${at() < number ? at() + 1 : 1}`;
    output.textContent = at() ? `${at()} / ${number}` : "";
  };

  for (const step of steps) step.hidden = false;
  places.classList.add("stepping");
  addEventListener("hashchange", follow);
  follow();

  // Who closed it once wants it closed in the next article too.
  const kept = (value) => {
    try {
      if (value !== undefined) localStorage.setItem("places", value);
      return localStorage.getItem("places");
    } catch {
      return null;
    }
  };
  const details = places.querySelector("details");
  if (kept() === "closed") details.open = false;
  details.addEventListener("toggle", () => kept(details.open ? "open" : "closed"));

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.matches("input, textarea, select, [contenteditable]")) return;
    if (event.key === "n" || event.key === "p") {
      follow(); // the event that tells of the last step may still be on its way
      steps[event.key === "n" ? 1 : 0].click();
    } else if (event.key === "Escape" && details.open) {
      details.open = false;
    }
  });
}

// Copying the link to a paragraph

const told = document.getElementById("copied");

async function copied(text, element) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return; // the link was followed, and the address bar has it
  }
  told.textContent = document.body.dataset.copied;
  element.dataset.copied = document.body.dataset.copied;
  setTimeout(() => {
    told.textContent = "";
    delete element.dataset.copied;
  }, 2000);
}

if (navigator.clipboard) {
  for (const pin of document.querySelectorAll(".pin")) {
    // The link without the query: it leads to the paragraph, not to what was looked for.
    pin.addEventListener("click", () => copied(`${location.origin}${location.pathname}${pin.hash}`, pin));
  }
}
