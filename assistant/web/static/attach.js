// Voice notes and photos: the second script of the widget, loaded only where the server reads them.
//
// A recording is decoded and cut down to 16 kHz by the browser itself, so that the server gets a plain WAV file
// whatever this browser records. A transcript is sent at once, marked as heard, and can be corrected. A photo waits
// beside the field until the customer sends it, with words of their own or without.

const RATE = 16000;
const TICK_MS = 250;

/**
 * Give a chat its buttons.
 * @param {ShopAssistant} chat
 * @param {Function} h  makes elements
 * @param {Function} icon  makes icons
 */
export function attach(chat, h, icon) {
  return new Attachments(chat, h, icon);
}

class Attachments {
  constructor(chat, h, icon) {
    this.chat = chat;
    this.h = h;
    const { composer, config } = chat;
    this.composer = composer;
    this.voice = config.spoken.length > 0;
    this.photo = config.attachments.some((kind) => kind.startsWith("image/"));
    const kinds = [this.photo && "image/jpeg,image/png,image/webp", this.voice && "audio/*"].filter(Boolean);
    this.file = h("input", { type: "file", accept: kinds.join(), hidden: true, onchange: () => this.chosen() });
    this.clip = h("button.round.quiet", { type: "button", onclick: () => this.file.click() }, icon("clip"));
    this.mic = h("button.round.quiet.mic", { type: "button", hidden: !this.canRecord, onclick: () => this.toggle() }, icon("mic"));
    this.name = h("span");
    this.drop = h("button.round.quiet", { type: "button", onclick: () => this.clear(true) }, icon("close"));
    this.chip = h("div.chip", { hidden: true }, icon("clip"), this.name, this.drop);
    this.status = h("p.count", { role: "status" });
    composer.field.before(this.file, this.clip, this.mic);
    composer.field.parentElement.before(this.chip);
    composer.field.parentElement.after(this.status);
    composer.element.classList.add("attaching");
    composer.attachments = this;
    this.translate();
  }

  get canRecord() {
    return this.voice && Boolean(navigator.mediaDevices?.getUserMedia) && "MediaRecorder" in globalThis;
  }

  get texts() {
    return this.chat.texts;
  }

  translate() {
    const { texts } = this;
    const both = this.photo && this.voice ? "both" : this.photo ? "photo" : "voice";
    this.clip.setAttribute("aria-label", texts.get(`attach.add_${both}`));
    this.mic.setAttribute("aria-label", texts.get(this.recorder ? "attach.stop" : "attach.record"));
    this.drop.setAttribute("aria-label", texts.get("attach.remove"));
  }

  tell(text) {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  /** No photo waits any more. */
  clear(focus = false) {
    this.chip.hidden = true;
    this.tell("");
    this.composer.extra = null;
    this.composer.update();
    if (focus) this.composer.focus();
  }

  async chosen() {
    const [file] = this.file.files;
    this.file.value = "";
    if (!file) return;
    if (file.type.startsWith("audio/") && this.voice) await this.hear(file);
    else await this.see(file);
  }

  async see(file) {
    const read = await this.upload(file);
    if (!read) return;
    if (read.kind === "voice") return this.say(read);
    this.name.textContent = file.name || this.texts.get("attach.photo");
    this.chip.hidden = false;
    this.composer.extra = read;
    this.composer.update();
    this.tell(this.texts.get("attach.photo_ready"));
    this.composer.focus();
  }

  async hear(blob) {
    const read = await this.upload(await asWav(blob).catch(() => blob));
    if (read) this.say(read);
  }

  say(read) {
    this.tell("");
    this.chat.send(read.text, undefined, read);
  }

  /** Have a file read; says what is wrong where it can't be. */
  async upload(file) {
    this.busy(true);
    this.tell(this.texts.get("attach.reading"));
    try {
      await this.chat.conversation.token();
      const read = await this.chat.api.read(file, this.texts.language);
      this.tell("");
      return read;
    } catch (error) {
      const known = this.texts.get(`errors.${error.code}`, { email: this.chat.config.support_email });
      this.tell(error.code === "refused" ? error.message : known ?? this.texts.get("errors.attachment"));
      return null;
    } finally {
      this.busy(false);
      this.composer.focus();
    }
  }

  busy(on) {
    this.clip.disabled = this.mic.disabled = on;
  }

  /** Begin a recording, or end it and have it heard. */
  async toggle() {
    if (this.recorder) return this.recorder.stop();
    if (!this.chat.config.spoken.includes(this.texts.language)) return this.tell(this.texts.get("attach.language"));
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      return this.tell(this.texts.get("attach.no_microphone"));
    }
    const parts = [];
    const recorder = new MediaRecorder(stream);
    const began = performance.now();
    const most = this.chat.config.voice_most_s;
    const show = () => {
      const seconds = Math.floor((performance.now() - began) / 1000);
      this.mic.dataset.time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (seconds >= most - 1 && recorder.state === "recording") recorder.stop();
    };
    const ticking = setInterval(show, TICK_MS);
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => {
      clearInterval(ticking);
      for (const track of stream.getTracks()) track.stop();
      this.recorder = null;
      this.mic.classList.remove("on");
      this.translate();
      this.hear(new Blob(parts, { type: recorder.mimeType }));
    };
    this.recorder = recorder;
    recorder.start();
    show();
    this.mic.classList.add("on");
    this.translate();
    this.tell(this.texts.get("attach.listening"));
  }

  /** Mark a message as heard or as sent with a photo; what was heard can be corrected. */
  mark(element, kind, text) {
    const { h, texts } = this;
    const note = h("p.came", {}, texts.get(kind === "voice" ? "attach.heard" : "attach.with_photo"));
    if (kind === "voice") {
      const correct = () => {
        this.composer.field.value = text;
        this.composer.update();
        this.composer.focus();
      };
      note.append(" ", h("button.link", { type: "button", onclick: correct }, texts.get("attach.correct")));
    }
    element.append(note);
  }
}

/** A recording as a 16-bit WAV file with one channel. */
async function asWav(blob) {
  const context = new AudioContext();
  const sound = await context.decodeAudioData(await blob.arrayBuffer()).finally(() => context.close());
  const offline = new OfflineAudioContext(1, Math.max(1, Math.ceil(sound.duration * RATE)), RATE);
  const source = offline.createBufferSource();
  source.buffer = sound;
  source.connect(offline.destination);
  source.start();
  const samples = (await offline.startRendering()).getChannelData(0);
  const view = new DataView(new ArrayBuffer(44 + 2 * samples.length));
  const put = (at, text) => [...text].forEach((letter, place) => view.setUint8(at + place, letter.charCodeAt(0)));
  put(0, "RIFF");
  view.setUint32(4, 36 + 2 * samples.length, true);
  put(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, 2 * RATE, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  put(36, "data");
  view.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, place) => view.setInt16(44 + 2 * place, Math.max(-1, Math.min(1, sample)) * 32767, true));
  return new Blob([view], { type: "audio/wav" });
}
