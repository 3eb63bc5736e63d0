// The field that a message is written in.

import { h, icon } from "./dom.js";

const COUNT_FROM = 200;

export class Composer {
  /**
   * @param {Texts} texts
   * @param {(text: string) => void} send
   * @param {(file: File) => Promise<string>} read  makes words of a photo or a voice note
   */
  constructor(texts, send, read) {
    this.read = read;
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
    this.file = h("input", { type: "file", hidden: true, onchange: () => this.attach(this.file.files[0]) });
    this.clip = h("button.clip.round.quiet", { type: "button", hidden: true, onclick: () => this.file.click() }, icon("clip"));
    this.button = h("button.send.round", { type: "submit" }, icon("send"));
    this.count = h("p.count", { id: "count", role: "status" });
    this.note = h("p.note", { id: "note" });
    this.element = h(
      "form.composer",
      { onsubmit: (event) => (event.preventDefault(), this.send()) },
      h("div.field", {}, this.label, this.file, this.clip, this.field, this.button),
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
    this.clip.setAttribute("aria-label", this.texts.get("attach"));
    this.note.textContent = this.texts.get("note");
    this.update();
  }

  /** Whether a message may be sent now; writing is always possible. */
  setReady(ready) {
    this.ready = ready;
    this.update();
  }

  /** What may be attached, as media types; nothing where the server reads no files. */
  set accept(kinds) {
    this.file.accept = kinds.join();
    this.clip.hidden = !kinds.length;
  }

  /** Put the words of a file into the field, for the customer to look over and send. */
  async attach(file) {
    if (!file) return;
    this.clip.disabled = true;
    const words = await this.read(file).catch(() => null);
    this.clip.disabled = false;
    this.file.value = "";
    this.field.value = [this.field.value, words].filter(Boolean).join(" ");
    this.update();
    if (words === null) this.count.textContent = this.texts.get("errors.attachment");
    this.focus();
  }

  focus() {
    this.field.focus();
  }

  send() {
    const { value } = this.field;
    const text = (value.toWellFormed?.() ?? value).trim(); // half a surrogate pair can't be sent
    if (!text || !this.ready || text.length > this.most) return;
    this.field.value = "";
    this.update();
    this.onSend(text);
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
    this.button.disabled = !this.ready || over || !this.field.value.trim();
    this.count.textContent = left < COUNT_FROM
      ? this.texts.get(over ? "characters_over" : "characters_left", { count: Math.abs(left) })
      : "";
    this.count.classList.toggle("over", over);
    this.field.style.height = "auto";
    if (this.field.scrollHeight) this.field.style.height = `${this.field.scrollHeight}px`;
  }
}
