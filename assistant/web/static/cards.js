// Orders and parcels as cards. Every text comes formatted from the server; buttons send what they say.

import { h, icon } from "./dom.js";

/** What a customer may want next, by how far an order has come: keys of `actions` in texts.json. */
const NEXT = { preparing: ["track", "cancel"], processed: ["track"], delivered: ["return"] };

/**
 * @param {object} card  of the reply, kind "order"
 * @param {object} ui  texts, picture(productId), send(text)
 */
export function orderCard(card, { texts, picture, send }) {
  const lines = card.lines.map((line) =>
    h(
      "li.line",
      {},
      picture(line.product_id),
      h("span.grow", {}, line.name, line.options ? h("small", {}, line.options) : null),
      h("span.money", {}, line.price),
    ),
  );
  const actions = (NEXT[card.stage] ?? []).map((name) => {
    const said = texts.get(`actions.${name}_said`, card);
    return h("button.link", { type: "button", onclick: () => send(said) }, texts.get(`actions.${name}`));
  });
  return h(
    "div.card",
    { role: "group", "aria-label": texts.get("order", card) },
    h("p.top", {}, h("span.grow", {}, h("strong", {}, card.order_id), h("small", {}, card.placed)), pill(card.status, card.stage)),
    h("ul.lines", {}, ...lines),
    h("p.top.sum", {}, h("span.grow", {}, texts.get("total")), h("strong.money", {}, card.total)),
    card.address ? h("p.small", {}, `${texts.get("address")} ${card.address}`) : null,
    actions.length ? h("p.links", {}, ...actions) : null,
  );
}

function pill(text, stage) {
  return h("span.state", { "data-stage": stage }, text);
}

/** @param {object} card  of the reply, kind "tracking"  @param {object} ui  texts, picture(productId) */
export function trackingCard(card, { texts, picture }) {
  const steps = card.steps.map((step) =>
    h(
      "li.step",
      { "data-state": step.state, "aria-current": step.state === "now" ? "step" : undefined },
      h("i", { "aria-hidden": "true" }, step.state === "done" ? icon("check") : null),
      h("span", {}, step.words, h("small", {}, step.at)),
      step.state === "next" ? h("span.hidden", {}, texts.get("not_yet")) : null,
    ),
  );
  const scans = card.scans.map((scan) =>
    h("li", {}, scan.words, h("small", {}, [scan.at, scan.place].filter(Boolean).join(" · "))),
  );
  const number = [card.carrier, card.tracking_id].filter(Boolean).join(" ");
  return h(
    "div.card",
    { role: "group", "aria-label": texts.get("parcel", card) },
    h(
      "p.top",
      {},
      picture(card.product_id),
      h("span.grow", {}, h("strong", {}, card.pieces), h("small", {}, card.order_id)),
      card.expected ? h("span.due", {}, h("small", {}, texts.get("expected")), h("strong", {}, card.expected)) : null,
    ),
    card.trouble ? h("p.trouble", {}, card.trouble) : null,
    h("ol.steps", {}, ...steps),
    scans.length
      ? h("details", {}, h("summary", {}, texts.get("scans"), h("small", {}, number)), h("ol.scans", {}, ...scans))
      : null,
  );
}
