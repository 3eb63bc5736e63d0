// Products as cards: one with its versions, or several that can be put side by side.

import { h } from "./dom.js";

/**
 * @param {object} card  of the reply, kind "products"
 * @param {object} ui  texts, picture(productId), send(text)
 */
export function productsCard(card, ui) {
  const { texts } = ui;
  const one = card.products.length === 1;
  const tiles = card.products.map((product) => tile(product, one, ui));
  const element = h("div.goods", { role: "group", "aria-label": texts.get("products") }, h("ul.tiles", {}, ...tiles));
  if (one) {
    if (card.aspects.length) tiles[0].append(facts(card.aspects));
  } else if (card.aspects.length) {
    const table = sideBySide(card, texts);
    const toggle = h("button.link", { type: "button", "aria-expanded": String(card.compare), onclick: flip }, texts.get("compare"));
    table.hidden = !card.compare;
    element.append(toggle, table);
    function flip() {
      table.hidden = !table.hidden;
      toggle.setAttribute("aria-expanded", String(!table.hidden));
      table.scrollIntoView({ block: "nearest" });
    }
  }
  element.classList.toggle("one", one);
  return element;
}

function tile(product, one, { texts, picture, send }) {
  const versions = product.variants.map((variant) => {
    const left = variant.available ? variant.left && texts.get("left", variant) : texts.get("sold_out");
    return h("li.version", { "data-out": variant.available ? undefined : "" }, variant.options, h("small", {}, [variant.price, left].filter(Boolean).join(" · ")));
  });
  const details = () => send(texts.get("actions.details_said", product));
  return h(
    "li.card.tile",
    {},
    picture(product.product_id),
    h(
      "div.body",
      {},
      h("p.name", {}, product.name),
      product.about ? h("p.small", {}, product.about) : null,
      h("p.top", {}, h("strong.money", {}, product.price), stock(product, texts)),
      versions.length ? h("ul.versions", {}, ...versions) : null,
      one ? null : h("button.link", { type: "button", "aria-label": texts.get("actions.details_said", product), onclick: details }, texts.get("actions.details")),
    ),
  );
}

function stock(product, texts) {
  return h("span.state", { "data-stage": product.available ? "delivered" : "cancelled" }, texts.get(product.available ? "in_stock" : "sold_out"));
}

function facts(aspects) {
  const rows = aspects.map(({ name, values }) => h("div", {}, h("dt", {}, name), h("dd", {}, values[0])));
  return h("dl.facts", {}, ...rows);
}

function sideBySide(card, texts) {
  const head = card.products.map((product) => h("th", { scope: "col" }, product.name));
  const rows = [
    [texts.get("price"), card.products.map((product) => product.price)],
    [texts.get("stock"), card.products.map((product) => texts.get(product.available ? "in_stock" : "sold_out"))],
    ...card.aspects.map(({ name, values }) => [name, values]),
  ].map(([name, values]) => h("tr", {}, h("th", { scope: "row" }, name), ...values.map((value) => h("td", {}, value || "–"))));
  return h(
    "div.card.table",
    { tabIndex: 0, role: "region", "aria-label": texts.get("compare") },
    h("table", {}, h("thead", {}, h("tr", {}, h("td"), ...head)), h("tbody", {}, ...rows)),
  );
}
