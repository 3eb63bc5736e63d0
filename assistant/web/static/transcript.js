// The messages of a conversation on the page.

import { h, icon, mark } from "./dom.js";
import { ProposalCard } from "./proposal-card.js";
import { richText } from "./rich-text.js";
import { languageTag } from "./texts.js";

const NEAR_END_PX = 80;

export class Transcript {
  /**
   * @param {Texts} texts
   * @param {object} actions  openPassage(citation, button), quickReply(text), answer(text, answer), retry()
   */
  constructor(texts, actions) {
    this.texts = texts;
    this.actions = actions;
    this.column = h("div.column");
    this.status = h("div.hidden", { role: "status" });
    this.jump = h("button.jump.round", { type: "button", hidden: true, onclick: () => this.toEnd(true) }, icon("down"));
    this.log = h("div.log", { role: "log", "aria-live": "off", tabIndex: 0, onscroll: () => this.watch() }, this.column);
    this.element = h("div.transcript", {}, this.log, this.jump, this.status);
    this.answer = null;
    this.card = null;
    this.translate();
  }

  translate() {
    this.log.setAttribute("aria-label", this.texts.get("conversation"));
    this.jump.setAttribute("aria-label", this.texts.get("jump"));
  }

  clear(welcome) {
    this.column.replaceChildren(...(welcome ? [welcome] : []));
    this.answer = null;
    this.status.textContent = "";
  }

  /** A message of the customer's; `turn` where it is from the history. */
  addCustomer(text, turn) {
    this.column.querySelector(".welcome")?.remove();
    this.dropOffers();
    this.column.append(
      h("div.message.customer", { "data-turn": turn }, h("span.hidden", {}, this.texts.get("you_said")), h("div.bubble", {}, text)),
    );
    this.toEnd(true);
  }

  /** A finished message of the assistant's or an agent's. */
  addReply(reply) {
    const answer = this.newAnswer(reply.author === "agent" ? "agent_said" : "assistant_said");
    this.fill(answer, reply);
    this.column.append(answer.element);
  }

  /** The answer that is being waited for begins. */
  begin() {
    this.dropOffers();
    this.answer?.element.remove();
    this.answer = this.newAnswer("assistant_said");
    this.column.append(this.answer.element);
    this.stage("queued");
  }

  stage(name) {
    const text = this.texts.get(`stages.${name}`);
    if (!this.answer || !text) return;
    this.answer.stage.textContent = text;
    this.answer.progress.hidden = this.answer.words !== "" && name !== "reconnecting";
    this.toEnd();
  }

  delta(text) {
    if (!this.answer) return;
    this.answer.words += text;
    this.answer.progress.hidden = true;
    if (this.answer.frame) return;
    const answer = this.answer;
    answer.frame = requestAnimationFrame(() => {
      answer.frame = 0;
      if (this.answer !== answer) return;
      answer.body.replaceChildren(richText(answer.words, quietMark));
      this.toEnd();
    });
  }

  /** The answer is whole: show it with its sources, and have it read out once. */
  finish(reply) {
    const answer = this.answer ?? this.newAnswer("assistant_said");
    this.answer = null;
    if (this.column.querySelector(`[data-turn="${CSS.escape(reply.turn_id)}"]`)) {
      // after a reload the history holds this turn already
      this.column.querySelector(".customer:not([data-turn])")?.remove();
      answer.element.remove();
      this.propose(reply);
      return;
    }
    this.fill(answer, reply);
    if (!answer.element.isConnected) this.column.append(answer.element);
    if (reply.handoff) this.column.append(h("p.notice", {}, icon("person"), this.texts.get("handoff")));
    this.propose(reply);
    this.status.replaceChildren(
      h("span", { lang: languageTag(reply.language) }, `${this.texts.get("assistant_said")} ${reply.text}`),
    );
    this.toEnd();
  }

  /** The answer did not come; `text` says why. */
  fail(text, canRetry) {
    this.answer?.element.remove();
    this.answer = null;
    const retry = h("button.pill", { type: "button", onclick: () => (alert.remove(), this.actions.retry()) });
    retry.append(this.texts.get("retry"));
    const alert = h("div.failure.offers", { role: "alert" }, h("p", {}, text), canRetry ? retry : null);
    this.column.append(alert);
    this.toEnd(true);
  }

  /** The change that waits for a yes, as a card (only one can be pressed); else short answers as buttons. */
  propose(reply) {
    this.card?.close();
    this.card = null;
    if (!reply.proposal) {
      this.offer(reply.quick_replies, reply.language);
      return;
    }
    const answer = (text, pressed) => this.actions.answer(text, pressed);
    this.card = new ProposalCard(this.texts, reply.proposal, reply.language, answer);
    this.column.append(this.card.element);
  }

  /** Short answers as buttons. */
  offer(replies, language) {
    if (!replies?.length) return;
    const buttons = replies.map((text) =>
      h("button.pill", { type: "button", onclick: () => this.actions.quickReply(text) }, text),
    );
    const label = this.texts.get("quick_replies");
    const properties = { role: "group", "aria-label": label, lang: languageTag(language) };
    this.column.append(h("div.quick.offers", properties, ...buttons));
  }

  dropOffers() {
    this.card?.close();
    this.card = null;
    for (const element of this.column.querySelectorAll(".offers")) element.remove();
  }

  /** Scroll to the newest message, if the reader is near it or `always`. */
  toEnd(always = false) {
    if (always || !this.away) this.log.scrollTop = this.log.scrollHeight;
    this.watch();
  }

  watch() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    const distance = scrollHeight - scrollTop - clientHeight;
    this.away = distance > NEAR_END_PX;
    this.jump.hidden = !this.away;
  }

  newAnswer(author) {
    const body = h("div.text");
    const stage = h("span");
    const dots = h("span.dots", { "aria-hidden": "true" }, h("i"), h("i"), h("i"));
    const progress = h("div.progress", {}, dots, stage);
    const content = h("div.content", {}, h("span.hidden", {}, this.texts.get(author)), progress, body);
    return { element: h("div.message.assistant", {}, mark(), content), content, body, progress, stage, words: "", frame: 0 };
  }

  fill(answer, reply) {
    const cited = new Map((reply.citations ?? []).map((citation) => [citation.number, citation]));
    answer.progress.remove();
    answer.body.replaceChildren(richText(reply.text, (number) => this.cite(cited.get(number)) ?? quietMark(number)));
    if (reply.language) answer.content.lang = languageTag(reply.language);
    if (cited.size) answer.content.append(this.sources([...cited.values()]));
  }

  cite(citation) {
    return citation && this.sourceButton(citation, "button.cite", String(citation.number));
  }

  sources(citations) {
    const items = citations.map((citation) => {
      const label = h("span.where", {}, citation.title, citation.heading ? h("span", {}, citation.heading) : null);
      const button = this.sourceButton(citation, "button.source", h("span.number", {}, String(citation.number)), label);
      return h("li", { lang: languageTag(citation.language) }, button);
    });
    return h("ul.sources", { "aria-label": this.texts.get("sources") }, ...items);
  }

  sourceButton(citation, tag, ...children) {
    const label = this.texts.get("source_button", { number: citation.number, title: title(citation) });
    const open = (event) => this.actions.openPassage(citation, event.currentTarget);
    return h(tag, { type: "button", "aria-label": label, "aria-haspopup": "dialog", onclick: open }, ...children);
  }
}

function quietMark(number) {
  return h("span.cite", {}, String(number));
}

function title(citation) {
  return citation.heading ? `${citation.title}, ${citation.heading}` : citation.title;
}
