// The bar on top: who is speaking, a person at any time, and what else can be done.

import { h, icon, mark } from "./dom.js";

export class Bar {
  /**
   * @param {Texts} texts
   * @param {object} actions  person(), fresh(), end(), language(), close()
   * @param {boolean} closable  whether the chat can be put away
   */
  constructor(texts, actions, closable) {
    this.texts = texts;
    this.name = h("h1");
    const tool = (name, glyph) => h(`button.tool.${name}`, { type: "button", onclick: () => (this.fold(false), actions[name]()) }, icon(glyph), h("span"));
    this.tools = {
      person: tool("person", "person"),
      language: tool("language", "language"),
      fresh: tool("fresh", "plus"),
      end: tool("end", "star"),
    };
    const { person, ...others } = this.tools;
    this.menu = h("div.menu", { id: "menu" }, ...Object.values(others));
    this.more = h("button.tool.more", { type: "button", "aria-controls": "menu", onclick: () => this.fold(!this.open) }, icon("more"));
    this.closer = h("button.tool.shut", { type: "button", hidden: !closable, onclick: actions.close }, icon("close"));
    this.element = h("header.bar", {}, mark(), this.name, document.createElement("slot"), person, this.more, this.menu, this.closer);
    this.element.querySelector("slot").name = "account";
    this.fold(false);
  }

  /** Show or hide what doesn't fit beside the name in a narrow chat. */
  fold(open) {
    this.open = open;
    this.menu.classList.toggle("open", open);
    this.more.setAttribute("aria-expanded", String(open));
  }

  translate(shop) {
    const { texts } = this;
    this.name.replaceChildren(h("span.shop", {}, shop), h("span.role", {}, texts.get("assistant")));
    for (const [name, button] of Object.entries(this.tools)) {
      button.lastChild.textContent = texts.get(`tools.${name}`);
      button.setAttribute("aria-label", texts.get(name === "language" ? "tools.language_label" : `tools.${name}`));
    }
    this.more.setAttribute("aria-label", texts.get("tools.more"));
    this.closer.setAttribute("aria-label", texts.get("tools.close"));
  }
}
