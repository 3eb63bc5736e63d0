// <shop-assistant>: the chat with a shop's assistant, as one element for any page. See docs/widget.md.
//
// Attributes: `language` ("en", "zh" or "auto"), `token`, `bubble`, `paused`. Property: `getToken`, a function that
// gives a fresh token. Everything it needs comes from the server that served this file.

import { Api } from "./api.js";
import { Bar } from "./bar.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { h, icon } from "./dom.js";
import { Identity } from "./identity.js";
import { PassageDialog } from "./passage-dialog.js";
import { People } from "./people.js";
import { ratingCard } from "./rating.js";
import { chooseLanguage, chosenLanguage, Session } from "./session.js";
import { LANGUAGES, languageTag, spoken, Texts } from "./texts.js";
import { Transcript } from "./transcript.js";
import { welcome } from "./welcome.js";

const SCRIPT = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
const HERE = new URL(".", SCRIPT.src);
const NAME = "shop-assistant";
const STARTING_POLL_MS = 1500;

class ShopAssistant extends HTMLElement {
  static get observedAttributes() {
    return ["token", "language", "paused"];
  }

  async connectedCallback() {
    if (this.shadowRoot) return this.started && this.people.listen(); // moved to another place
    this.attachShadow({ mode: "open" });
    const [all, styles] = await Promise.all([
      fetch(new URL("widget/texts.json?v=__TEXTS__", HERE)).then((response) => response.json()),
      stylesheet(new URL("widget/widget.css?v=__STYLES__", HERE)),
    ]);
    this.shadowRoot.adoptedStyleSheets = [styles];
    this.texts = new Texts(all, this.wantedLanguage());
    this.session = new Session();
    this.api = new Api(HERE, () => this.session.get("token"));
    this.config = { ready: false, shop_name: "", picture_url: "" };
    this.build();
    for (const event of ["online", "offline"]) addEventListener(event, () => this.showState());
    document.addEventListener("visibilitychange", () => this.people.listen());
    this.translate();
    this.welcomeAgain();
    if (!this.bubble) await this.start();
    else this.show(this.session.get("open"), false);
  }

  disconnectedCallback() {
    this.people?.leave();
  }

  attributeChangedCallback(name, before, value) {
    if (!this.bar || before === value) return;
    if (name === "paused") this.showState();
    else if (name === "token") this.identify(value);
    else if (this.wantedLanguage() !== this.texts.language) this.speak(this.wantedLanguage());
  }

  get bubble() {
    return this.hasAttribute("bubble");
  }

  /** The customer who is signed in, or null; `token` is what proves it. */
  get customer() {
    return this.session?.get("me")?.customer ?? null;
  }

  set token(token) {
    if (token) this.setAttribute("token", token);
    else if (this.hasAttribute("token")) this.removeAttribute("token");
    else if (this.bar) this.identify(null);
  }

  wantedLanguage() {
    const wanted = this.getAttribute("language");
    const page = wanted === "auto" ? null : this.closest("[lang]")?.lang;
    return spoken([wanted, chosenLanguage(), page, ...navigator.languages]) ?? "en";
  }

  build() {
    const { texts } = this;
    this.bar = new Bar(
      texts,
      {
        person: () => this.send(texts.get("person_said")),
        fresh: () => this.fresh(),
        end: () => this.end(),
        language: () => this.switchLanguage(),
        close: () => this.show(false),
      },
      this.bubble,
    );
    this.banner = h("p.banner", { role: "status", hidden: true });
    this.transcript = new Transcript(texts, {
      openPassage: (citation, sentences, opener) => this.dialog.open(citation, sentences, opener),
      send: (text, answer) => this.send(text, answer),
      retry: () => this.resume(),
      picture: (id) => this.picture(id),
    });
    this.composer = new Composer(texts, (text, photo) => this.send(text, undefined, photo));
    this.dialog = new PassageDialog(texts, this.api);
    this.conversation = new Conversation(this.api, this.session, {
      onStart: () => this.transcript.begin(),
      onStage: (stage) => this.transcript.stage(stage),
      onDelta: (text) => this.transcript.delta(text),
      onReply: (reply) => this.replied(reply),
      onError: (error, again) => this.failed(error, again),
      renew: () => this.identity.renew(() => this.getToken?.()),
    });
    this.identity = new Identity(this.api, this.session, () => this.conversation.token());
    this.people = new People(this.api, this.session, {
      seen: () => !this.panel.hidden && !document.hidden,
      onState: (state, ended) => this.heard(state, ended),
      onMessage: (message) => {
        this.transcript.addReply(message, true);
        this.launcher.classList.toggle("unread", this.panel.hidden);
        this.tell("message", message);
      },
    });
    this.launcher = h("button.launcher", { type: "button", hidden: !this.bubble, onclick: () => this.show(this.panel.hidden) }, icon("chat"));
    const parts = [this.bar, this.transcript, this.composer, this.dialog].map((part) => part.element);
    parts.splice(1, 0, this.banner);
    const role = this.bubble ? "dialog" : undefined;
    this.panel = h("div.panel", { role, hidden: this.bubble, onkeydown: (event) => this.key(event) }, ...parts);
    this.shadowRoot.append(this.panel, this.launcher);
  }

  /** Tell the page what happens, as an event "shop-assistant:…" that it can listen to. */
  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`${NAME}:${name}`, { bubbles: true, composed: true, detail }));
  }

  /** Open the chat or put it away. */
  show(open, focus = true) {
    this.panel.hidden = !open;
    this.launcher.setAttribute("aria-expanded", String(open));
    this.session.save({ open });
    this.launcher.classList.remove("unread");
    this.translate();
    if (open) this.start();
    if (focus) (open ? this.composer : this.launcher).focus();
    this.people.listen();
    this.tell(open ? "open" : "close");
  }

  open() {
    this.show(true);
  }

  close() {
    this.show(false);
  }

  key(event) {
    if (event.key !== "Escape" || this.dialog.element.open) return;
    if (this.bar.open) this.bar.fold(false);
    else if (this.bubble) this.show(false);
  }

  /** Wait until the server is ready, then take up the tab's conversation where it was. */
  async start() {
    if (this.starting) return;
    this.starting = true;
    while (!this.config.ready) {
      const config = await this.api.json("api/config").catch(() => null);
      if (config) this.config = config;
      this.showState();
      if (!this.config.ready) await new Promise((resolve) => setTimeout(resolve, STARTING_POLL_MS));
    }
    this.composer.most = this.config.message_max_chars;
    if (this.config.attachments.length) {
      const script = await import(new URL("widget/attach.js?v=__ATTACH__", HERE)).catch(() => null);
      this.transcript.attachments = script?.attach(this, h, icon);
    }
    await this.restore();
    this.started = true;
    this.translate();
    this.tell("ready", { customer: this.customer, config: this.config });
    const pending = this.session.get("pending");
    if (!pending) return;
    this.transcript.addCustomer(pending.message);
    await this.resume();
  }

  async restore() {
    const token = this.getAttribute("token") ?? (await this.getToken?.());
    await this.identity.recognise(token ?? this.session.get("token"));
    const id = this.session.get("conversation");
    const history = id ? await this.api.conversation(id).catch(() => null) : null;
    if (id && !history) this.session.save({ conversation: null });
    this.welcomeAgain();
    const messages = history?.messages ?? [];
    messages.forEach((message, place) => {
      if (message.author === "customer") this.transcript.addCustomer(message.text, message.turn_id, message.attached);
      else if (message.text) this.transcript.addReply(message, place === messages.length - 1);
    });
    this.people.live.last = messages.at(-1)?.message_id ?? "";
    if (history?.status === "handed_off") await this.people.look();
    this.people.listen();
  }

  /** Somebody signs in or out while the chat is there; one after another, so that the last one stays. */
  identify(token) {
    if (!this.started) return;
    this.conversation.leave();
    this.welcomeAgain();
    this.identified = Promise.resolve(this.identified).then(async () => {
      await this.identity.recognise(token);
      this.fresh(false);
    });
    return this.identified;
  }

  send(text, answer, attached) {
    if (this.conversation.busy || !this.started || this.dataset.state !== "ready") return;
    this.transcript.addCustomer(text, undefined, attached?.kind);
    this.follow(() => this.conversation.send(text, this.texts.language, answer, attached?.attachment_id));
    this.tell("sent", { text });
  }

  resume() {
    return this.follow(() => this.conversation.resume());
  }

  async follow(begin) {
    this.transcript.begin();
    const answered = begin();
    this.showState();
    if (!this.panel.hidden) this.composer.focus();
    await answered;
    this.showState();
  }

  replied(reply) {
    this.transcript.finish(reply);
    if ((reply.handoff || reply.with_person) && !this.people.there) this.people.look();
    else this.people.listen();
    this.tell("reply", reply);
  }

  /** Where the conversation stands with the shop's people. When they close it, the customer is asked how it was. */
  heard(state, ended) {
    this.showState();
    if (ended) this.end();
    this.tell("desk", state);
  }

  failed(error, again) {
    const known = this.texts.get(`errors.${error.code}`, { email: this.config.support_email });
    const said = error.code === "refused" ? error.message : null;
    this.transcript.fail(said ?? known ?? this.texts.get("errors.internal"), again);
  }

  fresh(focus = true) {
    this.conversation.leave();
    this.welcomeAgain();
    this.people.listen();
    if (focus) this.composer.focus();
  }

  welcomeAgain() {
    this.people.state = null;
    this.transcript.clear(this.welcome());
    this.showState();
  }

  /** Ask how it was. */
  end() {
    const id = this.session.get("conversation");
    if (!id || this.transcript.column.querySelector(".rating form")) return;
    const send = (rating) => this.api.rate(id, rating).then(() => this.tell("rated", rating));
    const rating = ratingCard(this.texts, send, () => this.composer.focus());
    this.transcript.append(rating.element);
    rating.focus();
  }

  welcome() {
    return welcome(this.texts, this.config.shop_name, this.customer, (text) => this.send(text));
  }

  /** A product's picture, or what stands for it; beside its name, so nothing for a screen reader. */
  picture(id) {
    const src = new URL(this.config.picture_url.replace("{product_id}", encodeURIComponent(id)).replace(/^\//, ""), HERE);
    return h("img.picture", { alt: "", loading: "lazy", src: src.href, onerror: (event) => (event.target.hidden = true) });
  }

  switchLanguage() {
    const language = LANGUAGES.find((other) => other !== this.texts.language);
    chooseLanguage(language);
    this.speak(language);
  }

  speak(language) {
    this.texts.language = language;
    this.translate();
  }

  translate() {
    const { texts } = this;
    this.panel.lang = this.launcher.lang = languageTag(texts.language);
    this.panel.setAttribute("aria-label", texts.get("assistant"));
    this.launcher.setAttribute("aria-label", texts.get(this.panel.hidden ? "tools.open" : "tools.close"));
    this.bar.translate(this.config.shop_name);
    for (const part of [this.transcript, this.composer, this.dialog]) part.translate();
    this.transcript.column.querySelector(".welcome")?.replaceWith(this.welcome());
    this.showState();
    this.tell("language", { language: texts.language, title: texts.get("document_title", { shop: this.config.shop_name }) });
  }

  /** What the page says about the server, the connection and people, and whether a message may be sent. */
  showState() {
    const state = !navigator.onLine ? "offline" : this.config.ready ? "" : "starting";
    const text = state ? this.texts.get(`status_${state}`) : this.people.said(this.texts);
    if (this.banner.textContent !== text) this.banner.textContent = text;
    this.banner.hidden = !text;
    this.dataset.state = state || (this.started ? "ready" : "starting");
    this.dataset.busy = String(this.conversation.busy);
    const free = !this.hasAttribute("paused") && !this.conversation.busy;
    this.composer.setReady(this.dataset.state === "ready" && free);
    this.bar.tools.end.hidden = !this.session.get("conversation");
  }
}

async function stylesheet(url) {
  const sheet = new CSSStyleSheet();
  await sheet.replace(await (await fetch(url)).text());
  return sheet;
}

/** A page with the script and nothing else gets the chat in its corner. */
function place() {
  if (document.querySelector(NAME)) return;
  const element = document.createElement(NAME);
  element.toggleAttribute("bubble", true);
  for (const name of ["token", "language"]) if (SCRIPT.dataset[name]) element.setAttribute(name, SCRIPT.dataset[name]);
  document.body.append(element);
}

if (!customElements.get(NAME)) {
  customElements.define(NAME, ShopAssistant);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", place);
  else place();
}
