/* global navigator, setTimeout, window */
// Conveniences only: every page works without them.

/** How long "Copied" stays, in milliseconds. */
const COPIED_MS = 3_000;
/** After this a page that is still here was stopped: its buttons work again. In milliseconds. */
const BUSY_MS = 15_000;

/** Busy elements, with what they showed before. */
const busy = new Map();

function announce(text) {
  document.querySelector("[data-announcer]").textContent = text;
}

function showLabel(element, text) {
  // Keeps its width: a button that shrinks under the pointer is easily missed.
  element.style.minInlineSize = `${element.getBoundingClientRect().width}px`;
  element.replaceChildren(text);
}

function setBusy(element) {
  if (busy.has(element)) return;
  busy.set(element, [...element.childNodes]);
  showLabel(element, "Working…");
  element.setAttribute("aria-busy", "true");
  if (element.localName === "button") element.disabled = true;
  announce("Working…");
  setTimeout(recover, BUSY_MS);
}

function recover() {
  for (const [element, label] of busy) {
    element.replaceChildren(...label);
    element.removeAttribute("aria-busy");
    element.style.minInlineSize = "";
    if (element.localName === "button") element.disabled = false;
  }
  busy.clear();
  announce("");
}

function opensElsewhere(event) {
  return event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-busy]");
  if (link !== null && !opensElsewhere(event)) setBusy(link);
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("form[data-busy]") && event.submitter !== null) setBusy(event.submitter);
});

// Back may bring the page up as it was left.
window.addEventListener("pageshow", recover);

function detailsText(list) {
  const rows = [...list.querySelectorAll("dt")];
  return rows.map((dt) => `${dt.textContent}: ${dt.nextElementSibling.textContent}`).join("\n");
}

async function copyDetails({ currentTarget: button }) {
  const label = "Copy details";
  const list = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(detailsText(list));
    showLabel(button, "Copied");
    announce("Copied");
  } catch {
    announce("The details cannot be copied. Select them instead.");
  }
  setTimeout(() => {
    button.replaceChildren(label);
    announce("");
  }, COPIED_MS);
}

// Without a clipboard (plain http on another host than localhost) there is nothing to offer.
if (navigator.clipboard !== undefined) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", copyDetails);
    button.hidden = false;
  }
}
