// <shop-assistant>: the chat with a shop's assistant, as one element for any page.
//
// Attributes: `language` ("en" or "zh"; else the browser's), `token` (the shop's signed token for its customer).
// Everything it needs comes from the server that served this file. Colours are CSS variables (see chat.css).

import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { h, icon, mark } from "./dom.js";
import { PassageDialog } from "./passage-dialog.js";
import { chooseLanguage, chosenLanguage, Session } from "./session.js";
import { browserLanguage, LANGUAGES, languageTag, Texts } from "./texts.js";
import { Transcript } from "./transcript.js";

const HERE = new URL(".", import.meta.url);
const STARTING_POLL_MS = 1500;

class ShopAssistant extends HTMLElement {
  async connectedCallback() {
    if (this.shadowRoot) return;
    this.attachShadow({ mode: "open" });
    const wanted = this.getAttribute("language") ?? chosenLanguage() ?? browserLanguage();
    const language = LANGUAGES.includes(wanted) ? wanted : "en";
    const [texts, styles] = await Promise.all([Texts.load(HERE, language), stylesheet()]);
    this.texts = texts;
    this.session = new Session();
    const token = this.getAttribute("token");
    if (token) this.session.save({ token, me: { kind: "customer" } });
    this.api = new Api(HERE.origin, () => this.session.get("token"));
    this.config = { ready: false, shop_name: "", demo_customers: [] };
    this.build();
    this.shadowRoot.adoptedStyleSheets = [styles];
    this.shadowRoot.append(this.header, this.banner, this.transcript.element, this.composer.element, this.dialog.element);
    addEventListener("online", () => this.showState());
    addEventListener("offline", () => this.showState());
    this.translate();
    this.newConversation({ keep: true });
    await this.start();
  }

  build() {
    const { texts } = this;
    this.name = h("h1");
    this.people = h("select", { id: "customer", onchange: () => this.signIn(this.people.value) });
    this.peopleLabel = h("label.hidden", { for: "customer" });
    this.account = h("div.account", { hidden: true }, this.peopleLabel, icon("person"), this.people, icon("open"));
    this.switcher = h("button.tool", { type: "button", onclick: () => this.switchLanguage() }, icon("language"), h("span"));
    this.fresh = h("button.tool", { type: "button", onclick: () => this.newConversation() }, icon("plus"), h("span"));
    this.header = h("header.bar", {}, mark(), this.name, this.account, this.switcher, this.fresh);
    this.banner = h("p.banner", { role: "status", hidden: true });
    this.transcript = new Transcript(texts, {
      openPassage: (citation, opener) => this.dialog.open(citation, opener),
      quickReply: (text) => this.send(text),
      answer: (text, answer) => this.send(text, answer),
      retry: () => this.resume(),
    });
    this.composer = new Composer(texts, (text) => this.send(text));
    this.dialog = new PassageDialog(texts, this.api);
    this.conversation = new Conversation(this.api, this.session, {
      onStart: () => this.transcript.begin(),
      onStage: (stage) => this.transcript.stage(stage),
      onDelta: (text) => this.transcript.delta(text),
      onReply: (reply) => this.transcript.finish(reply),
      onError: (error, again) => this.failed(error, again),
    });
  }

  /** Wait until the server is ready, then take up the tab's conversation where it was. */
  async start() {
    while (!this.config.ready) {
      const config = await this.api.config().catch(() => null);
      if (config) this.config = config;
      this.showState();
      if (!this.config.ready) await new Promise((resolve) => setTimeout(resolve, STARTING_POLL_MS));
    }
    this.composer.most = this.config.message_max_chars;
    this.translate();
    await this.restore();
    this.started = true;
    this.showState();
    const pending = this.session.get("pending");
    if (!pending) return;
    this.transcript.addCustomer(pending.message);
    await this.resume();
  }

  async restore() {
    if (this.session.get("token")) {
      const me = await this.api.me().catch((error) => (error.status === 401 ? null : this.session.get("me")));
      this.session.save(me ? { me } : { token: null, me: null, conversation: null, pending: null });
    }
    this.showPeople();
    const id = this.session.get("conversation");
    const history = id ? await this.api.conversation(id).catch(() => null) : null;
    if (id && !history) this.session.save({ conversation: null });
    this.newConversation({ keep: true });
    for (const message of history?.messages ?? []) {
      if (message.author === "customer") this.transcript.addCustomer(message.text, message.turn_id);
      else this.transcript.addReply(message);
    }
  }

  send(text, answer) {
    if (this.conversation.busy || !this.started) return;
    this.transcript.addCustomer(text);
    this.follow(() => this.conversation.send(text, this.texts.language, answer));
  }

  resume() {
    return this.follow(() => this.conversation.resume());
  }

  async follow(begin) {
    this.transcript.begin();
    const answered = begin();
    this.showState();
    this.composer.focus();
    await answered;
    this.showState();
  }

  failed(error, again) {
    const known = this.texts.get(`errors.${error.code}`, { email: this.config.support_email });
    const said = error.code === "refused" ? error.message : null;
    this.transcript.fail(said ?? known ?? this.texts.get("errors.internal"), again);
  }

  newConversation({ keep = false, focus = !keep } = {}) {
    if (!keep) this.conversation.leave();
    this.transcript.clear(this.welcome());
    this.showState();
    if (focus) this.composer.focus();
  }

  welcome() {
    const me = this.session.get("me")?.customer;
    const shop = this.config.shop_name;
    const title = me ? this.texts.get("welcome_customer", { name: me.name }) : this.texts.get("welcome_title");
    const questions = this.texts.get(me ? "suggestions" : "suggestions_guest").map((question) =>
      h("button.question", { type: "button", onclick: () => this.send(question.text) }, icon(question.icon), question.text),
    );
    return h(
      "div.welcome",
      {},
      h("h2", {}, title),
      h("p", {}, shop ? this.texts.get("welcome_text", { shop }) : ""),
      h("div.questions", { role: "group", "aria-label": this.texts.get("suggestions_label") }, ...questions),
    );
  }

  async signIn(customerId) {
    const turn = (this.signIns = (this.signIns ?? 0) + 1);
    this.conversation.leave();
    this.signing = true;
    this.showState();
    let signed = { token: null, me: null };
    let failed = false;
    try {
      if (customerId) signed = await this.api.signIn(customerId);
    } catch {
      failed = true;
    }
    if (turn !== this.signIns) return; // somebody else has been chosen meanwhile
    this.signing = false;
    this.session.save({ token: signed.token, me: signed.me });
    this.newConversation({ focus: false });
    if (failed) this.transcript.fail(this.texts.get("errors.sign_in"), false);
    this.showPeople();
  }

  showPeople() {
    const people = this.config.demo_customers;
    this.account.hidden = people.length === 0;
    const options = people.map((person) => h("option", { value: person.customer_id }, person.name));
    this.people.replaceChildren(h("option", { value: "" }, this.texts.get("guest")), ...options);
    this.people.value = this.session.get("me")?.customer?.customer_id ?? "";
    this.account.classList.toggle("known", this.people.value !== "");
  }

  switchLanguage() {
    this.texts.language = LANGUAGES.find((language) => language !== this.texts.language);
    chooseLanguage(this.texts.language);
    this.translate();
  }

  translate() {
    const { texts } = this;
    this.lang = document.documentElement.lang = languageTag(texts.language);
    const shop = this.config.shop_name;
    if (shop) document.title = texts.get("document_title", { shop });
    this.name.replaceChildren(h("span.shop", {}, shop), h("span.role", {}, texts.get("assistant")));
    this.peopleLabel.textContent = texts.get("customer_label");
    this.switcher.lastChild.textContent = texts.get("language_switch");
    this.switcher.setAttribute("aria-label", texts.get("language_switch_label"));
    this.fresh.lastChild.textContent = texts.get("new_conversation");
    this.fresh.setAttribute("aria-label", texts.get("new_conversation"));
    for (const part of [this.transcript, this.composer, this.dialog]) part.translate();
    this.transcript.column.querySelector(".welcome")?.replaceWith(this.welcome());
    this.showPeople();
    this.showState();
  }

  /** What the page says about the server and the connection, and whether a message may be sent. */
  showState() {
    const state = !navigator.onLine ? "offline" : this.config.ready ? "" : "starting";
    const text = state ? this.texts.get(`status_${state}`) : "";
    if (this.banner.textContent !== text) this.banner.textContent = text;
    this.banner.hidden = !text;
    this.dataset.state = state || (this.started ? "ready" : "starting");
    this.composer.setReady(this.dataset.state === "ready" && !this.signing && !this.conversation.busy);
  }
}

async function stylesheet() {
  const sheet = new CSSStyleSheet();
  await sheet.replace(await (await fetch(new URL("chat.css", HERE))).text());
  return sheet;
}

customElements.define("shop-assistant", ShopAssistant);
