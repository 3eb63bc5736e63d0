// The messages of a conversation on the page.

import { orderCard, trackingCard } from "./cards.js";
import { h, icon, mark } from "./dom.js";
import { productsCard } from "./products.js";
import { ProposalCard } from "./proposal-card.js";
import { withoutOptions, withoutRepeats, withoutTerms } from "./repeats.js";
import { richText, withClaims } from "./rich-text.js";
import { languageTag } from "./texts.js";

const NEAR_END_PX = 80;
const ABOVE_PX = 24;
const CARDS = { order: orderCard, tracking: trackingCard, products: productsCard };

export class Transcript {
  /**
   * @param {Texts} texts
   * @param {object} actions  openPassage(citation, button), send(text, answer), retry(), picture(productId)
   */
  constructor(texts, actions) {
    this.texts = texts;
    this.actions = actions;
    this.column = h("div.column");
    this.status = h("div.hidden", { role: "status" });
    this.jump = h("button.jump.round", { type: "button", hidden: true, onclick: () => this.log.scrollTo(0, this.log.scrollHeight) }, icon("down"));
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
    this.answer = this.card = null;
    this.status.textContent = "";
  }

  /** A message of the customer's; `turn` where it is from the history, `kind` where it was heard or has a photo. */
  addCustomer(text, turn, kind) {
    this.column.querySelector(".welcome")?.remove();
    this.dropOffers();
    const said = h("span.hidden", {}, this.texts.get("you_said"));
    const message = h("div.message.customer", { "data-turn": turn }, said, h("div.bubble", {}, text));
    if (kind) this.attachments?.mark(message, kind, text);
    this.column.append(message);
    this.toEnd(true);
  }

  /** A finished message of the assistant's or an agent's; `last` if the customer may still answer it. */
  addReply(reply, last) {
    if (this.column.querySelector(`[data-message="${CSS.escape(reply.message_id)}"]`)) return;
    this.dropOffers();
    const agent = reply.author === "agent";
    const answer = this.newAnswer(agent && (reply.agent || this.texts.get("agent")), reply.message_id);
    this.fill(answer, reply);
    this.column.append(answer.element);
    if (reply.handoff) this.handedOff();
    const answerable = (reply.proposal_status ?? "open") === "open";
    if (last && answerable) this.propose(reply);
    else if (reply.proposal) this.addCard(reply).close(answerable ? "" : reply.proposal_status);
    if (agent) this.announce(answer.author, reply);
    this.toEnd();
  }

  /** The answer that is being waited for begins. */
  begin() {
    this.dropOffers();
    this.answer?.element.remove();
    this.answer = this.newAnswer();
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
    const paint = () => {
      answer.frame = 0;
      if (this.answer !== answer) return;
      answer.body.replaceChildren(richText(answer.words, quietMark));
      this.toEnd();
    };
    if (answer.body.firstChild) answer.frame = requestAnimationFrame(paint);
    else paint();
  }

  /** The answer is whole: show it with its sources, and have it read out once. */
  finish(reply) {
    const answer = this.answer ?? this.newAnswer();
    this.answer = null;
    if (this.column.querySelector(`[data-turn="${CSS.escape(reply.turn_id)}"]`)) {
      // after a reload the history holds this turn already
      this.column.querySelector(".customer:not([data-turn])")?.remove();
      answer.element.remove();
      this.propose(reply);
      return;
    }
    if (!reply.text) return answer.element.remove(); // a person has the conversation and will answer
    this.fill(answer, reply);
    if (!answer.element.isConnected) this.column.append(answer.element);
    if (reply.handoff) this.handedOff();
    this.propose(reply);
    this.announce(answer.author, reply);
    if (reply.proposal && !this.away) this.log.scrollTop = this.log.scrollHeight;
    else this.toEnd();
  }

  announce(author, reply) {
    const lang = reply.language && languageTag(reply.language);
    this.status.replaceChildren(h("span", { lang }, `${author} ${reply.text}`));
  }

  handedOff() {
    this.column.append(h("p.notice", {}, icon("person"), this.texts.get("handoff")));
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
    this.card = reply.proposal ? this.addCard(reply) : null;
    if (!reply.proposal) this.offer(reply.quick_replies, reply.language);
  }

  addCard(reply) {
    const card = new ProposalCard(this.texts, reply.proposal, reply.language, (text, pressed) => this.actions.send(text, pressed));
    this.column.append(card.element);
    return card;
  }

  /** Short answers as buttons. */
  offer(replies, language) {
    if (!replies?.length) return;
    const buttons = replies.map((text) => h("button.pill", { type: "button", onclick: () => this.actions.send(text) }, text));
    const properties = { role: "group", "aria-label": this.texts.get("quick_replies"), lang: languageTag(language) };
    this.column.append(h("div.quick.offers", properties, ...buttons));
  }

  dropOffers() {
    this.card?.close();
    this.card = null;
    for (const element of this.column.querySelectorAll(".offers")) element.remove();
  }

  /** Something that is no message, such as the question how it was. */
  append(element) {
    this.column.append(element);
    this.toEnd(true);
  }

  /** Scroll to the newest message, if the reader is near it or `always`, but not past the question it answers. */
  toEnd(always = false) {
    const question = [...this.column.querySelectorAll(".customer")].pop();
    const end = this.log.scrollHeight - this.log.clientHeight;
    if (always || !this.away) this.log.scrollTop = question ? Math.min(end, question.offsetTop - ABOVE_PX) : end;
    this.watch();
  }

  watch() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    this.away = scrollHeight - scrollTop - clientHeight > NEAR_END_PX;
    this.jump.hidden = !this.away;
  }

  /** Room for an answer: of the assistant's, or of a person's with that name. */
  newAnswer(person, message) {
    const body = h("div.text");
    const stage = h("span");
    const dots = h("span.dots", { "aria-hidden": "true" }, h("i"), h("i"), h("i"));
    const progress = h("div.progress", {}, dots, stage);
    const author = person ? this.texts.get("agent_said", { name: person }) : this.texts.get("assistant_said");
    const by = person ? h("p.by", {}, person, h("span.hidden", {}, ":")) : h("span.hidden", {}, author);
    const content = h("div.content", {}, by, progress, body);
    const face = person ? h("span.face", { "aria-hidden": "true" }, icon("person")) : mark();
    const element = h("div.message.assistant", { "data-message": message }, face, content);
    return { element, content, body, progress, stage, author, words: "", frame: 0 };
  }

  fill(answer, reply) {
    const cited = new Map((reply.citations ?? []).map((citation) => [citation.number, citation]));
    const cards = reply.cards ?? [];
    answer.progress.remove();
    const spans = reply.spans ?? [];
    const cite = (number) => this.cite(cited.get(number), answer) ?? quietMark(number);
    const words = withoutTerms(withClaims(reply.text, spans), reply.proposal);
    answer.body.replaceChildren(richText(words, cite, spans));
    const rest = withoutRepeats(answer.body, cards);
    withoutOptions(answer.body, reply.quick_replies ?? []);
    if (reply.language) answer.content.lang = languageTag(reply.language);
    if (cited.size) answer.content.append(this.sources([...cited.values()], answer));
    const ui = { ...this.actions, texts: this.texts };
    for (const card of cards) answer.content.append(CARDS[card.kind]?.(card, ui) ?? "");
    if (rest.length) answer.content.append(h("div.text", {}, ...rest));
  }

  cite(citation, answer) {
    return citation && this.sourceButton(citation, answer, "button.cite", String(citation.number));
  }

  sources(citations, answer) {
    const items = citations.map((citation) => {
      const label = h("span.where", {}, citation.title, citation.heading ? h("span", {}, citation.heading) : null);
      const button = this.sourceButton(citation, answer, "button.source", h("span.number", {}, String(citation.number)), label);
      return h("li", { lang: languageTag(citation.language) }, button);
    });
    return h("ul.sources", { "aria-label": this.texts.get("sources") }, ...items);
  }

  /** A button that opens a passage, and shows which sentences rest on it while it is pointed at. */
  sourceButton(citation, answer, tag, ...children) {
    const label = this.texts.get("source_button", { number: citation.number, title: titleOf(citation) });
    const claims = () => [...answer.content.querySelectorAll(`.claim[data-cites~="${citation.number}"]`)];
    const light = (on) => () => claims().forEach((claim) => claim.classList.toggle("lit", on));
    const open = (event) => this.actions.openPassage(citation, claims().map(wordsOf), event.currentTarget);
    const listeners = { onclick: open, onpointerenter: light(true), onpointerleave: light(false), onfocus: light(true), onblur: light(false) };
    return h(tag, { type: "button", "aria-label": label, "aria-haspopup": "dialog", ...listeners }, ...children);
  }
}

/** A sentence without the numbers of its sources. */
function wordsOf(claim) {
  const copy = claim.cloneNode(true);
  for (const mark of copy.querySelectorAll(".cite")) mark.remove();
  return copy.textContent.trim();
}

function quietMark(number) {
  return h("span.cite", {}, String(number));
}

function titleOf(citation) {
  return citation.heading ? `${citation.title}, ${citation.heading}` : citation.title;
}
