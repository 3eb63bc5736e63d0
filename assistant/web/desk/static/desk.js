// What htmx leaves to do: keys, putting texts into the answer, the dialog of keys, keeping the newest message in view.
// No text is ever put into the page as markup here.

const rows = () => [...document.querySelectorAll("[data-row] .words")];
const writing = (target) => target.closest("input:not([type=checkbox], [type=radio]), textarea, select") !== null;

function move(step) {
  const all = rows();
  if (!all.length) return;
  const at = all.indexOf(document.activeElement?.closest("[data-row]")?.querySelector(".words"));
  all[Math.min(all.length - 1, Math.max(0, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))].focus();
}

function press(element) {
  if (element.matches("input, textarea")) element.focus();
  else element.click();
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.isComposing || event.defaultPrevented) return;
  if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.matches("#answer, #note-text")) {
    event.preventDefault();
    target.form.requestSubmit();
    return;
  }
  if (key === "Escape" && writing(target)) {
    target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || writing(target) || document.querySelector("dialog[open]")) return;
  if (key === "j" || key === "k") move(key === "j" ? 1 : -1);
  else if (key === "c" && row(target)?.querySelector("[data-claim]")) row(target).querySelector("[data-claim]").click();
  else {
    const element = document.querySelector(`[data-key="${CSS.escape(key)}"]:not([disabled])`);
    if (!element) return;
    press(element);
  }
  event.preventDefault();
});

function insert(text, draft) {
  const field = document.querySelector("#answer");
  if (!field) return;
  const before = draft || !field.value.trim() ? "" : `${field.value.trimEnd()}\n\n`;
  field.value = before + text;
  if (draft) field.form.elements.draft_id.value = draft;
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

document.addEventListener("click", (event) => {
  const element = event.target.closest("[data-opens], [data-insert], [data-insert-from], [data-empties]");
  if (!element) return;
  const { opens, insert: text, insertFrom, empties, draft } = element.dataset;
  if (opens) document.getElementById(opens).showModal();
  else if (empties) document.getElementById(empties).replaceChildren();
  else if (insertFrom) {
    const field = document.querySelector("#answer");
    if (field) field.value = "";
    insert(document.getElementById(insertFrom).textContent, "");
  } else insert(text, draft ?? "");
});

const toEnd = () => {
  const list = document.querySelector("#transcript");
  if (list) list.scrollTop = list.scrollHeight;
};
toEnd();
/** The copilot reads again when the messages show words of the customer's that it has not read. */
let read = null;
function keepUp() {
  const last = [...document.querySelectorAll("#transcript .customer")].at(-1)?.id ?? "";
  if (read !== null && last !== read) document.querySelector("#copilot")?.dispatchEvent(new Event("again"));
  read = last;
}
keepUp();

document.querySelector(".top nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });

/** How many wait stands in the title too, so that it is seen from another tab. */
const title = document.title;
function count() {
  const waiting = parseInt(document.querySelector("#waiting")?.textContent ?? "", 10);
  document.title = waiting ? `(${waiting}) ${title}` : title;
}

/** A list that is read anew keeps the row that the keys stand on, for keys pressed while it changes too. */
let held = null;
const wordsHeld = () => document.querySelector(`[data-row] .words[href="${CSS.escape(held)}"]`);
const row = (element) => element.closest("[data-row]") ?? (held === null ? null : wordsHeld()?.closest("[data-row]"));
document.addEventListener("htmx:before:swap", () => {
  held = document.activeElement?.closest("[data-row] .words")?.getAttribute("href") ?? held;
});
function stay() {
  const free = document.activeElement === document.body || document.activeElement === null;
  if (held !== null && free) wordsHeld()?.focus();
  held = null;
}

document.addEventListener("htmx:after:swap", (event) => {
  count();
  stay();
  keepUp();
  // what was just sent is shown at once, not only when the server tells of it
  if (event.target?.closest?.("#composer, #note, .offer-at")) document.querySelector("#live")?.dispatchEvent(new Event("changed"));
  if (event.target?.closest?.("#transcript") || document.querySelector("#composer")?.contains(event.target)) toEnd();
  // only when the form has just come: whoever writes in it would lose the field whenever the messages are read anew
  if (event.target?.closest?.("#closing")) document.querySelector("#closing [autofocus]")?.focus();
});
