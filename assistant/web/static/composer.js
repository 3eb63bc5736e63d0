// The field that a message is written in.

import { h, icon } from "./dom.js";

const COUNT_FROM = 200;

export class Composer {
  /**
   * @param {Texts} texts
   * @param {(text: string, photo?: object) => void} send
   */
  constructor(texts, send) {
    this.extra = null; // a photo that goes with the next message
    this.texts = texts;
    this.onSend = send;
    this.most = 4000;
    this.ready = false;
    this.label = h("label.hidden", { for: "message" });
    this.field = h("textarea", {
      id: "message",
      rows: 1,
      enterKeyHint: "send",
      "aria-describedby": "note",
      oninput: () => this.update(),
      onkeydown: (event) => this.key(event),
    });
    this.button = h("button.send.round", { type: "submit" }, icon("send"));
    this.count = h("p.count", { id: "count", role: "status" });
    this.note = h("p.note", { id: "note" });
    this.element = h(
      "form.composer",
      { onsubmit: (event) => (event.preventDefault(), this.send()) },
      h("div.field", {}, this.label, this.field, this.button),
      this.count,
      this.note,
    );
    this.translate();
    this.update();
  }

  translate() {
    this.label.textContent = this.texts.get("message_label");
    this.field.placeholder = this.texts.get("message_placeholder");
    this.button.setAttribute("aria-label", this.texts.get("send"));
    this.attachments?.translate();
    this.note.textContent = this.texts.get("note");
    this.update();
  }

  /** Whether a message may be sent now; writing is always possible. */
  setReady(ready) {
    this.ready = ready;
    this.update();
  }

  focus() {
    this.field.focus();
  }

  send() {
    const { value } = this.field;
    const text = (value.toWellFormed?.() ?? value).trim(); // half a surrogate pair can't be sent
    const { extra } = this;
    const words = text || extra?.text;
    if (!words || !this.ready || text.length > this.most) return;
    this.field.value = "";
    this.attachments?.clear();
    this.update();
    this.onSend(words, extra);
  }

  key(event) {
    // Enter that picks a Chinese candidate belongs to the input method (keyCode 229 in older Safari)
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key === "Enter" && !event.shiftKey && !composing) {
      event.preventDefault();
      this.send();
    }
  }

  update() {
    const left = this.most - this.field.value.trim().length;
    const over = left < 0;
    this.button.disabled = !this.ready || over || !(this.extra || this.field.value.trim());
    this.count.textContent = left < COUNT_FROM
      ? this.texts.get(over ? "characters_over" : "characters_left", { count: Math.abs(left) })
      : "";
    this.count.classList.toggle("over", over);
    this.field.style.height = "auto";
    if (this.field.scrollHeight) this.field.style.height = `${this.field.scrollHeight}px`;
  }
}
