// Optional improvements: every page works without this script.

/** How long "Copied" stays, in milliseconds. */
const COPIED_MS = 3_000;
/** How long a button stays busy, in milliseconds. If the page is still shown then, no other page came. */
const BUSY_MS = 15_000;

/** The busy elements, each with its former content. */
const busy = new Map();

function announce(text) {
  document.querySelector("[data-announcer]").textContent = text;
}

function showLabel(element, text) {
  // The width stays: a button that shrinks moves away from the pointer.
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
  // A disabled button would lose the keyboard focus, so a busy one stays enabled and is ignored.
  if (busy.has(submitter)) event.preventDefault();
  else setBusy(submitter);
});

// After Back, the browser may show the page as it was left, with a busy button.
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

// There is no clipboard on plain http, except on localhost; then the buttons stay hidden.
if (navigator.clipboard !== undefined) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", copyDetails);
    button.hidden = false;
  }
}
