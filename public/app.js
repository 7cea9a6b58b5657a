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
  announce("Working…");
  setTimeout(recover, BUSY_MS);
}

function recover() {
  for (const [element, label] of busy) {
    element.replaceChildren(...label);
    element.removeAttribute("aria-busy");
    element.style.minInlineSize = "";
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
  const { submitter, target: form } = event;
  if (submitter === null || !form.matches("[data-busy]")) return;
  // The button is not disabled, which would take the keyboard's focus away: it is ignored.
  if (busy.has(submitter)) event.preventDefault();
  else setBusy(submitter);
});

// Back may bring the page up as it was left.
window.addEventListener("pageshow", recover);

function detailsText(list) {
  const rows = [...list.querySelectorAll("dt")];
  return rows.map((dt) => `${dt.textContent}: ${dt.nextElementSibling.textContent}`).join("\n");
}

function showCopied(button, text) {
  showLabel(button, text);
  announce(text);
  setTimeout(() => {
    button.replaceChildren("Copy details");
    announce("");
  }, COPIED_MS);
}

async function copyDetails({ currentTarget: button }) {
  const list = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(detailsText(list));
    showCopied(button, "Copied");
  } catch {
    showCopied(button, "Cannot copy");
  }
}

// Without a clipboard (plain http on another host than localhost) there is nothing to offer.
if (navigator.clipboard !== undefined) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", copyDetails);
    button.hidden = false;
  }
}
