// Tells the assistant's server what happens on a page of the shop, once the visitor has agreed. See docs/insight.md.
const script = document.currentScript;
const data = script.dataset;
const url = new URL("api/events", script.src).href;
const store = window.localStorage;
const AGREED = "shop-events-consent";
const VISITOR = "shop-events-visitor";
const MOST = 100;
const A_BATCH = 20;
const EVERY_MS = 5000;
let queue = [];
let token = data.token || "";
let timer = 0;
let sending = false;

const random = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(16).padStart(2, "0")).join("");
const agreed = () => !navigator.globalPrivacyControl && store.getItem(AGREED) === "yes";

function visitor() {
  let id = store.getItem(VISITOR);
  if (!id) {
    id = random();
    store.setItem(VISITOR, id);
  }
  return id;
}

async function flush() {
  clearTimeout(timer);
  timer = 0;
  if (sending || !queue.length || !agreed()) {
    return;
  }
  sending = true;
  const events = queue.slice(0, A_BATCH);
  const headers = { "Content-Type": "application/json" };
  if (token) {
    headers.Authorization = `Bearer ${token}`;
  }
  const body = JSON.stringify({ consent: true, visitor: visitor(), sent_at: new Date().toISOString(), events });
  let kept = false;
  try {
    const answer = await fetch(url, { method: "POST", keepalive: true, headers, body });
    kept = answer.status === 429 || answer.status >= 500;
  } catch {
    kept = true;
  }
  sending = false;
  if (!kept) {
    queue = queue.slice(events.length);
  }
  if (queue.length) {
    later(kept ? EVERY_MS * 6 : 0);
  }
}

function later(ms) {
  timer = timer || setTimeout(flush, ms);
}

function track(kind, about = {}) {
  if (!agreed()) {
    return;
  }
  const language = document.documentElement.lang || navigator.language;
  queue.push({ id: random(), at: new Date().toISOString(), kind, page: location.pathname, language, ...about });
  queue = queue.slice(-MOST);
  later(queue.length < A_BATCH ? EVERY_MS : 0);
}

function consent(yes) {
  if (yes) {
    store.setItem(AGREED, "yes");
  } else {
    store.removeItem(AGREED);
    store.removeItem(VISITOR);
    queue = [];
  }
}

addEventListener("pagehide", flush);
window.shopEvents = {
  consent,
  track,
  flush,
  signIn: (signed) => {
    token = signed;
  },
};
if (data.consent === "granted") {
  consent(true);
}
if (data.kind) {
  const about = { item: data.item, category: data.category, query: data.query, order: data.order };
  for (const [name, given] of [["price_cents", data.priceCents], ["quantity", data.quantity]]) {
    if (given) {
      about[name] = Number(given);
    }
  }
  track(data.kind, about);
}
