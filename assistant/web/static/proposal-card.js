// A change that waits for the customer's yes, as a card with buttons. What a button says is what gets sent.

import { h, icon } from "./dom.js";
import { languageTag } from "./texts.js";

const ANSWERS = ["confirm", "change", "decline"];

export class ProposalCard {
  /**
   * @param {Texts} texts
   * @param {object} proposal  of the reply
   * @param {string} language  of the reply
   * @param {(text: string, answer: object) => void} onAnswer
   */
  constructor(texts, proposal, language, onAnswer) {
    const lang = languageTag(language);
    this.texts = texts;
    this.buttons = ANSWERS.map((answer) => {
      const text = texts.get(`proposal.${answer}`);
      const press = () => (this.close(answer), onAnswer(text, { proposal_id: proposal.proposal_id, answer }));
      return h(`button.pill.${answer}`, { type: "button", onclick: press }, text);
    });
    const until = new Date(proposal.expires_at).toLocaleTimeString(lang, { hour: "2-digit", minute: "2-digit" });
    this.until = h("p.small", {}, texts.get("proposal.until", { until }));
    this.ended = h("p.ended", { hidden: true }, icon("check"), h("span"));
    this.element = h(
      "div.proposal.card",
      { role: "group", "aria-label": texts.get("proposal.label") },
      h("p.title", { lang }, icon("page"), proposal.title.replace(/[:：]$/, "")),
      h("ul", { lang }, ...proposal.lines.map((line) => h("li", {}, line))),
      h("ul.moves", { lang }, ...proposal.moves.map((move) => h("li", {}, ...emphasised(move.words, move.amount)))),
      ...(proposal.notes ?? []).map((note) => h("p.small", { lang }, note)),
      this.until,
      h("div.answers", {}, ...this.buttons),
      this.ended,
    );
  }

  /** What the card offered can't be pressed any more; `how` says why: an answer, or the proposal's state. */
  close(how) {
    for (const button of this.buttons) button.disabled = true;
    this.element.classList.add("over");
    this.until.hidden = true;
    const text = how && this.texts.get(`proposal.over.${how}`);
    if (!text) return;
    this.ended.hidden = false;
    this.ended.lastChild.textContent = text;
    this.ended.firstChild.classList.toggle("gone", !["confirm", "executed"].includes(how));
  }
}

function emphasised(words, part) {
  const at = words.indexOf(part);
  return at < 0 ? [words] : [words.slice(0, at), h("strong.money", {}, part), words.slice(at + part.length)];
}
