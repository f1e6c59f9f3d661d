// Small comforts. Every page works without them.

const supported = "noModule" in HTMLScriptElement.prototype;
document.body.classList.add("js-enabled", ...(supported ? ["nhsuk-frontend-supported"] : []));

const { initAll } = await import(document.documentElement.dataset.nhsuk);
initAll();

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const before = button.innerHTML;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
    button.setAttribute("aria-live", "polite");
    setTimeout(() => { button.innerHTML = before; }, 2000);
  });
}

// Shift and click, or Shift and Space, ticks every box between the last one touched and this one.
let lastTicked = null;
document.addEventListener("click", (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !box.matches("[data-range] input[type=checkbox]")) return;
  const boxes = [...box.closest("[data-range]").querySelectorAll("tbody input[type=checkbox]")];
  const [from, to] = [boxes.indexOf(lastTicked), boxes.indexOf(box)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) {
    for (const other of boxes.slice(from, to + 1)) other.checked = box.checked;
  }
  lastTicked = box;
});

// One tick for all rows; drawn only here, because without JavaScript it could do nothing.
for (const all of document.querySelectorAll("input[data-tick-all]")) {
  all.closest(".tick").hidden = false;
  all.addEventListener("change", () => {
    for (const box of all.closest("table").querySelectorAll("tbody input[type=checkbox]")) box.checked = all.checked;
  });
}

// A row that was replaced takes the focus that its button had.
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.matches(".alert-row")) event.target.focus();
});

// The light poll rests while nobody looks at the page.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.target.id === "alerts-poll") event.preventDefault();
});

// What is typed into the plan is kept on the server while it is typed, never in this browser: wards share computers.
const KEPT_EVERY_MS = 1000;
for (const form of document.querySelectorAll("form[data-draft]")) {
  const said = form.querySelector("[data-draft-said]");
  let waiting = null, isAsking = false, isSent = false, leaving = new AbortController();

  const keep = async () => {
    waiting = null;
    if (isAsking) return void wait();
    isAsking = true;
    try {
      const asked = { method: "POST", body: new FormData(form), redirect: "manual", signal: leaving.signal };
      const answer = await fetch(form.dataset.draft, asked);
      const isSaid = answer.ok || answer.status === 409;
      if (answer.type === "opaqueredirect" || answer.status === 403) said.textContent = said.dataset.signedOut;
      else said.textContent = isSaid ? await answer.text() : said.dataset.notKept;
    } catch {
      if (!isSent) said.textContent = said.dataset.notKept;
    }
    isAsking = false;
  };
  const wait = () => { if (!isSent) waiting ??= setTimeout(keep, KEPT_EVERY_MS); };

  form.addEventListener("input", wait);
  form.addEventListener("submit", () => { isSent = true; clearTimeout(waiting); waiting = null; leaving.abort(); });
  window.addEventListener("pageshow", () => { isSent = false; leaving = new AbortController(); });
  // Going back, closing the lid, switching to something else: what is not yet under way leaves with the page.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden || waiting === null || isSent) return;
    clearTimeout(waiting);
    waiting = null;
    navigator.sendBeacon(form.dataset.draft, new FormData(form));
  });
}

// Printing a page is written down, as opening it is.
for (const form of document.querySelectorAll("form[data-printed]")) {
  window.addEventListener("beforeprint", () => navigator.sendBeacon(form.action, new FormData(form)));
}

// On a phone the row of tabs is wider than the screen: it begins where the reader is.
for (const tab of document.querySelectorAll(".record-tabs__nav [aria-current], .list-tabs [aria-current]")) {
  const row = tab.closest("nav");
  const beyond = tab.getBoundingClientRect().right - row.getBoundingClientRect().right;
  if (beyond > 0) row.scrollLeft += beyond;
}
