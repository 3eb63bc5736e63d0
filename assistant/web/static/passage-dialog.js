// The passage that an answer rests on, in a dialog.

import { h, icon } from "./dom.js";
import { richText } from "./rich-text.js";
import { languageTag } from "./texts.js";

export class PassageDialog {
  /** @param {Texts} texts  @param {Api} api */
  constructor(texts, api) {
    this.texts = texts;
    this.api = api;
    this.title = h("h2", { id: "passage-title" });
    this.heading = h("p.heading");
    this.quote = h("div.quote");
    this.rests = h("div.rests");
    this.more = h("button.link", { type: "button", onclick: () => this.toggle() });
    this.page = h("a.link", { target: "_blank", rel: "noopener noreferrer" });
    this.closer = h("button.round.quiet", { type: "button", onclick: () => this.element.close() }, icon("close"));
    this.body = h("div.passage", { tabIndex: 0, role: "document" }, this.heading, this.quote, this.rests);
    this.element = h(
      "dialog",
      { "aria-labelledby": "passage-title", onclick: (event) => this.outside(event), onclose: () => this.back?.focus() },
      h("div.sheet", {}, h("header", {}, icon("page"), this.title, this.closer), this.body, h("footer", {}, this.more, this.page)),
    );
    this.translate();
  }

  translate() {
    this.closer.setAttribute("aria-label", this.texts.get("close"));
    this.page.textContent = this.texts.get("open_page");
  }

  /** Show the cited passage at once, with the sentences that rest on it, and fetch the section around it. */
  async open(citation, sentences, opener) {
    this.back = opener;
    this.shown = citation;
    this.section = "";
    this.title.textContent = citation.title;
    this.heading.textContent = citation.heading;
    this.heading.hidden = !citation.heading;
    this.body.lang = this.title.lang = languageTag(citation.language);
    this.quote.replaceChildren(richText(citation.text));
    const quoted = sentences.map((sentence) => h("p", {}, sentence));
    this.rests.replaceChildren(...(quoted.length ? [h("p.small", {}, this.texts.get("rests")), ...quoted] : []));
    this.more.hidden = this.page.hidden = true;
    this.element.showModal();
    this.body.scrollTop = 0;
    const passage = await this.api.json(`api/passages/${encodeURIComponent(citation.passage_id)}`).catch(() => null);
    if (!passage || this.shown !== citation) return;
    this.section = passage.section_text.trim();
    this.whole = false;
    this.more.hidden = !this.section || this.section === citation.text.trim();
    this.more.textContent = this.texts.get("whole_section");
    this.page.hidden = !/^https?:/.test(passage.url ?? "");
    if (!this.page.hidden) this.page.href = passage.url;
  }

  toggle() {
    this.whole = !this.whole;
    this.more.textContent = this.texts.get(this.whole ? "passage_only" : "whole_section");
    this.quote.replaceChildren(richText(this.whole ? this.section : this.shown.text));
  }

  outside(event) {
    if (event.target === this.element) this.element.close();
  }
}
