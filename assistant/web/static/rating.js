// How satisfied a customer was, 1 to 5, and why.

import { h, icon } from "./dom.js";

const MOST = 5;
const REASONS = ["solved", "quick", "unsolved", "slow", "misunderstood", "person", "other"];

/**
 * @param {Texts} texts
 * @param {(rating: object) => Promise} send
 * @param {() => void} onEnd  called when it was sent or put away
 */
export function ratingCard(texts, send, onEnd) {
  const stars = Array.from({ length: MOST }, (_, place) => {
    const value = String(place + 1);
    const input = h("input", { type: "radio", name: "stars", value, onchange: () => choose(place) });
    return h("label.star", {}, input, icon("star"), h("span.hidden", {}, texts.get("rating.stars", { count: value })));
  });
  const reasons = REASONS.map((name) => {
    const input = h("input", { type: "radio", name: "reason", value: name, onchange: () => (reason = name) });
    return h("label.reason", {}, input, h("span", {}, texts.get(`rating.${name}`)));
  });
  const why = h("textarea", { rows: 2, maxLength: 2000, "aria-label": texts.get("rating.why"), placeholder: texts.get("rating.why") });
  const said = h("p.small", { role: "status" });
  const submit = h("button.pill.confirm", { type: "submit", disabled: true }, texts.get("rating.send"));
  const later = h("button.pill", { type: "button", onclick: () => (element.remove(), onEnd()) }, texts.get("rating.later"));
  const more = h(
    "div",
    { hidden: true },
    h("fieldset", {}, h("legend.small", {}, texts.get("rating.because")), h("div.reasons", {}, ...reasons)),
    why,
  );
  const form = h(
    "form",
    { onsubmit: post },
    h("fieldset", {}, h("legend", {}, texts.get("rating.question")), h("div.stars", {}, ...stars)),
    more,
    h("div.answers", {}, submit, later),
  );
  const element = h("div.card.rating.offers", { role: "group", "aria-label": texts.get("rating.label") }, form, said);
  let chosen = 0;
  let reason = "";

  function choose(place) {
    chosen = place + 1;
    stars.forEach((star, position) => star.classList.toggle("on", position <= place));
    submit.disabled = more.hidden = false;
    submit.parentElement.scrollIntoView({ block: "nearest" });
  }

  async function post(event) {
    event.preventDefault();
    submit.disabled = true;
    try {
      await send({ stars: chosen, reason, comment: why.value.trim() });
    } catch {
      submit.disabled = false;
      said.textContent = texts.get("errors.rating");
      return;
    }
    form.remove();
    element.classList.remove("offers");
    said.textContent = texts.get("rating.thanks");
    onEnd();
  }

  return { element, focus: () => stars[0].querySelector("input").focus() };
}
