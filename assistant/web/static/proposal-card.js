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
    const facts = [...proposal.lines, ...proposal.moves.map((move) => move.words)];
    this.buttons = ANSWERS.map((answer) => {
      const text = texts.get(`proposal.${answer}`);
      const press = () => onAnswer(text, { proposal_id: proposal.proposal_id, answer });
      return h(`button.pill.${answer}`, { type: "button", onclick: press }, text);
    });
    this.element = h(
      "section.proposal",
      { role: "group", "aria-label": texts.get("proposal.label") },
      h("p.title", { lang: languageTag(language) }, icon("page"), proposal.title),
      h("ul", { lang: languageTag(language) }, ...facts.map((fact) => h("li", {}, fact))),
      h("div.answers", {}, ...this.buttons),
    );
  }

  /** The conversation has gone on: what the card offered can't be pressed any more. */
  close() {
    for (const button of this.buttons) button.disabled = true;
    this.element.classList.add("over");
  }
}
