// What happens in a conversation beside the customer's own messages: a person takes over, writes, closes it.

import { asApiError, pause } from "./api.js";

const LONGEST_PAUSE_S = 30;

export class Live {
  /** @param {Api} api  @param {object} listener  onDesk(state), onMessage(message of a person's) */
  constructor(api, listener) {
    this.api = api;
    this.listener = listener;
    this.id = null;
    this.last = "";
  }

  /** Follow a conversation, or none; messages up to `last` are known already. */
  follow(id) {
    if (id === this.id) return;
    this.abort?.abort();
    this.id = id;
    if (!id) return;
    this.abort = new AbortController();
    this.run(id, this.abort.signal);
  }

  async run(id, signal) {
    for (let wait = 1; !signal.aborted; wait = Math.min(2 * wait, LONGEST_PAUSE_S)) {
      try {
        await this.api.live(id, this.last, signal, (name, data) => {
          if (signal.aborted) return;
          wait = 1;
          if (name === "desk") this.listener.onDesk(data);
          if (name === "message") this.last = data.message_id;
          if (data.author === "agent") this.listener.onMessage(data);
        });
      } catch (error) {
        const known = asApiError(error);
        if (signal.aborted || (!known.passing && known.status < 500)) return;
      }
      await pause(wait, signal);
    }
  }
}
