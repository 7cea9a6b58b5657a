// Optional improvements of the trace page, which works without this script.

/** How long "Copied" stays, in milliseconds. */
const COPIED_MS = 3_000;

/** Where the browser remembers that the shortcuts are off. */
const KEYS_OFF = "trace-keys-off";

function announce(text) {
  document.querySelector("[data-announcer]").textContent = text;
}

// Copying

async function copy(button, readText) {
  const label = button.textContent;
  let outcome = "Copied";
  try {
    await navigator.clipboard.writeText(await readText());
  } catch {
    outcome = "Cannot copy";
  }
  button.textContent = outcome;
  announce(outcome);
  setTimeout(() => {
    button.textContent = label;
    announce("");
  }, COPIED_MS);
}

function copyPart({ currentTarget: button }) {
  const source = document.getElementById(button.dataset.copyText);
  void copy(button, () => Promise.resolve(source.textContent.trim()));
}

function copyPage(event) {
  event.preventDefault();
  const { currentTarget: link } = event;
  void copy(link, async () => (await fetch(link.href)).text());
}

// There is no clipboard on plain http, except on localhost.
function enableCopying() {
  if (navigator.clipboard === undefined) return;
  for (const button of document.querySelectorAll("[data-copy-text]")) {
    button.addEventListener("click", copyPart);
    button.hidden = false;
  }
}

// Following live

/** Returns the page as it is now. */
async function fetchPage() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function chosenIn(part) {
  return part.querySelector("[data-action]").dataset.action;
}

/** Returns the function that gives the focus back to the element that has it now. */
function rememberFocus() {
  const { activeElement: focused } = document;
  const id = focused?.closest("[data-trace] [id]")?.id;
  const part = focused?.matches("summary") === true ? "summary" : "";
  return () => {
    if (id === undefined || focused.isConnected) return;
    document.querySelector(`#${CSS.escape(id)} ${part}`.trim())?.focus({ preventScroll: true });
  };
}

/** Shows the page as it is now; what is open stays open, and the focus where it is. */
async function refresh() {
  const shown = document.querySelector("[data-trace]");
  const next = (await fetchPage()).querySelector("[data-trace]");
  if (shown === null || next === null) {
    location.reload();
    return;
  }
  const opened = [...shown.querySelectorAll("details[open]")].map(({ id }) => id);
  const restoreFocus = rememberFocus();
  shown.replaceWith(next);
  if (chosenIn(shown) === chosenIn(next)) {
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
  }
  enableCopying();
  restoreFocus();
  announce(`New: ${next.querySelector(".action-title").textContent.trim()}`);
}

let source;

function toggleFollowing({ currentTarget: button }) {
  const isOn = source === undefined;
  if (isOn) {
    source = new EventSource("/trace/events");
    source.addEventListener("changed", () => void refresh());
  } else {
    source.close();
    source = undefined;
  }
  button.setAttribute("aria-pressed", String(isOn));
}

// Keys: single characters, so they can be turned off (WCAG 2.1.4).

function moveBy(step) {
  const summaries = [...document.querySelectorAll(".steps summary")];
  const at = summaries.indexOf(
    document.activeElement?.closest("details")?.querySelector("summary"),
  );
  const next = at < 0 ? (step > 0 ? 0 : summaries.length - 1) : at + step;
  summaries[Math.min(Math.max(next, 0), summaries.length - 1)]?.focus();
}

function chooseBy(step) {
  const links = [...document.querySelectorAll(".trace-actions a")];
  const at = links.findIndex((link) => link.getAttribute("aria-current") === "true");
  links[at + step]?.click();
}

function closeMessage() {
  const details = document.activeElement?.closest(".steps details[open]");
  if (details === null || details === undefined) return;
  details.open = false;
  details.querySelector("summary").focus();
}

const KEYS = {
  j: () => moveBy(1),
  k: () => moveBy(-1),
  "[": () => chooseBy(-1),
  "]": () => chooseBy(1),
  Escape: closeMessage,
  "?": () => {
    const help = document.querySelector("[data-keys]");
    help.open = true;
    help.querySelector("summary").focus();
  },
};

function pressKey(event) {
  const isField = event.target.closest("input, textarea, select, [contenteditable]") !== null;
  const isCommand = event.ctrlKey || event.metaKey || event.altKey;
  if (isField || isCommand || localStorage.getItem(KEYS_OFF) !== null) return;
  const act = KEYS[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}

function enableKeys(help) {
  const isOn = help.querySelector("[data-keys-on]");
  isOn.checked = localStorage.getItem(KEYS_OFF) === null;
  isOn.addEventListener("change", () => {
    if (isOn.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
  });
  help.hidden = false;
  document.addEventListener("keydown", pressKey);
}

enableCopying();
if (navigator.clipboard !== undefined) {
  document.querySelector("[data-copy-from]")?.addEventListener("click", copyPage);
}
const follow = document.querySelector("[data-follow]");
if (follow !== null) {
  follow.hidden = false;
  follow.addEventListener("click", toggleFollowing);
}
const help = document.querySelector("[data-keys]");
if (help !== null) enableKeys(help);
