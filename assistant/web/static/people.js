// The shop's people in a conversation: whether one has it, what they write, and when somebody has to look.

import { Live } from "./live.js";

const LOOK_MS = 15_000;

export class People {
  /**
   * @param {Api} api
   * @param {Session} session
   * @param {object} listener  onState(state, ended), onMessage(message), seen() -> whether the customer sees the chat
   */
  constructor(api, session, listener) {
    this.api = api;
    this.session = session;
    this.listener = listener;
    this.state = null;
    this.live = new Live(api, { onDesk: (state) => this.heard(state), onMessage: listener.onMessage });
  }

  /** Whether a person has the conversation, or is awaited. */
  get there() {
    return ["waiting", "claimed"].includes(this.state?.status);
  }

  /** Where the conversation stands; `ended` tells the listener that they have just closed it. */
  heard(state) {
    const ended = this.state?.status === "claimed" && state.status === "closed" && !state.rated;
    this.state = state;
    this.listen();
    this.listener.onState(state, ended);
  }

  async look() {
    const id = this.session.get("conversation");
    const state = id && (await this.api.desk(id).catch(() => null));
    if (state && id === this.session.get("conversation")) this.heard(state);
  }

  /** Follow what a person writes; while none has the conversation, look now and then whether one took it. */
  listen() {
    const id = this.session.get("conversation");
    this.live.follow(this.there ? id : null);
    clearInterval(this.looking);
    if (id && this.listener.seen() && !this.there) this.looking = setInterval(() => this.look(), LOOK_MS);
  }

  leave() {
    this.live.follow(null);
    clearInterval(this.looking);
  }

  /** Where the customer is in the queue, or who talks with them, in words. */
  said(texts) {
    const { status, agent, ahead, staffed } = this.state ?? {};
    if (status === "claimed") return texts.get("queue.with", { agent: agent || texts.get("agent") });
    if (status !== "waiting") return "";
    return texts.get(!staffed ? "queue.away" : ahead ? "queue.ahead" : "queue.next", { ahead });
  }
}
