// A message is sent once, what is written meanwhile stays, and an agent is told while the server can't be reached.

const field = () => document.querySelector("#answer");
const isComposer = (event) => event.detail?.ctx?.sourceElement?.id === "composer";

/** What is on its way, and what stood in the field when the answer came. */
let sent = null;
let written = "";

document.addEventListener(
  "submit",
  (event) => {
    if (event.target.id !== "composer") return;
    if (sent === null) sent = field().value;
    else {
      event.preventDefault(); // the second press of a key sends nothing twice
      event.stopImmediatePropagation();
    }
  },
  true,
);

document.addEventListener("htmx:before:swap", (event) => {
  if (isComposer(event) && field()) written = field().value;
});

document.addEventListener("htmx:after:swap", (event) => {
  if (!isComposer(event)) return;
  if (sent !== null && written !== sent && field()) {
    const refused = field().value !== "";
    field().value = !refused && written.startsWith(sent) ? written.slice(sent.length).trimStart() : written;
    field().focus();
  }
  sent = null;
});

document.addEventListener("htmx:error", () => {
  sent = null;
  unreachable(true);
});

function unreachable(yes) {
  document.querySelector("#unreachable").hidden = !yes;
}

addEventListener("offline", () => unreachable(true));
for (const name of ["htmx:sse:error", "htmx:sse:close"]) document.addEventListener(name, () => unreachable(true));
for (const name of ["htmx:after:request", "htmx:sse:after:connection"]) document.addEventListener(name, () => unreachable(false));
addEventListener("online", () => document.querySelector("#live")?.dispatchEvent(new Event("changed")));
