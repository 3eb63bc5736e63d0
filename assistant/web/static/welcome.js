// What stands in an empty chat: a greeting, and questions to begin with.

import { h, icon } from "./dom.js";

/**
 * @param {Texts} texts
 * @param {string} shop  its name
 * @param {object|null} customer  who is signed in
 * @param {(text: string) => void} onAsk
 */
export function welcome(texts, shop, customer, onAsk) {
  const title = customer ? texts.get("welcome_customer", { name: customer.name }) : texts.get("welcome_title");
  const questions = texts.get(customer ? "suggestions" : "suggestions_guest").map((question) =>
    h("button.question", { type: "button", onclick: () => onAsk(question.text) }, icon(question.icon), question.text),
  );
  return h(
    "div.welcome",
    {},
    h("h2", {}, title),
    h("p", {}, shop ? texts.get("welcome_text", { shop }) : ""),
    h("div.questions", { role: "group", "aria-label": texts.get("suggestions_label") }, ...questions),
  );
}
