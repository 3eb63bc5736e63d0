// One conversation with the server: sends messages, takes broken streams up again, tells its listener what happens.

import { ApiError, asApiError, pause } from "./api.js";

const ATTEMPTS = 5;
const PATIENT_ATTEMPTS = 60; // a server that was killed in mid-turn lets go of the message after a while
const LONGEST_WAIT_S = 8;

export class Conversation {
  /**
   * @param {Api} api
   * @param {Session} session
   * @param {object} listener  onStart(), onStage(stage), onDelta(text), onReply(reply), onError(error, again),
   *   renew() -> whether there is a new token to try with
   */
  constructor(api, session, listener) {
    this.api = api;
    this.session = session;
    this.listener = listener;
    this.abort = null;
  }

  get busy() {
    return this.abort !== null;
  }

  /** Send a new message, or the press of a proposal's button; the tab remembers it until it is answered. */
  send(text, language, answer = null, attachment_id = null) {
    const pending = {
      message: text,
      language,
      answer,
      attachment_id,
      client_message_id: newId(),
      conversation_id: this.session.get("conversation"),
    };
    this.session.save({ pending });
    return this.resume();
  }

  /** Follow the message that is on its way. The same id is answered once, so this may be called at any time. */
  async resume() {
    const pending = this.session.get("pending");
    if (!pending || this.busy) return;
    const abort = (this.abort = new AbortController());
    try {
      await this.follow(pending, abort.signal);
    } catch (error) {
      if (!abort.signal.aborted) this.fail(asApiError(error));
    } finally {
      if (this.abort === abort) this.abort = null;
    }
  }

  /** Forget the conversation; an answer that is on its way is not waited for. */
  leave() {
    this.abort?.abort();
    this.abort = null;
    this.session.save({ conversation: null, pending: null });
  }

  async follow(pending, signal) {
    let last = "";
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.token();
        let ended = false;
        await this.api.chat(pending, last, signal, (name, data, id) => {
          if (signal.aborted || ended) return;
          attempt = 0;
          last = id;
          if (id === "0") this.listener.onStart(); // the answer begins, perhaps not for the first time
          ended = this.take(name, data);
        });
        if (ended || signal.aborted) return;
        throw new ApiError("network", "the stream broke off");
      } catch (error) {
        const known = asApiError(error);
        if (known.status === 401 && attempt < ATTEMPTS && (await this.listener.renew())) {
          pending.conversation_id = this.session.get("conversation");
          this.session.save({ pending });
          continue;
        }
        const most = known.code === "in_progress" ? PATIENT_ATTEMPTS : ATTEMPTS;
        if (!known.passing || attempt >= most || signal.aborted) throw known;
        this.listener.onStage("reconnecting");
        await pause(Math.min(known.retryAfter || 2 ** (attempt - 1), LONGEST_WAIT_S), signal);
      }
    }
  }

  take(name, data) {
    if (name === "stage") this.listener.onStage(data.stage);
    if (name === "delta") this.listener.onDelta(data.text);
    if (name === "error") {
      this.fail(new ApiError(data.code, data.message, { retryAfter: data.retry ? 1 : 0 }));
    }
    if (name === "final") {
      this.session.save({ conversation: data.conversation_id, pending: null });
      this.listener.onReply(data);
    }
    return name === "final" || name === "error";
  }

  /** Tell that no answer came; a message that can't succeed later either is forgotten. */
  fail(error) {
    const again = error.passing || error.status >= 500;
    if (!again) this.session.save({ pending: null });
    this.listener.onError(error, again);
  }

  /** Strangers get a token of their own, so that nobody else reads their conversation. */
  async token() {
    if (this.session.get("token")) return;
    const { token, me } = await this.api.json("api/visitor", {});
    this.session.save({ token, me });
  }
}

function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
