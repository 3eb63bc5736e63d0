// Who the customer is: what a token proves, and another token in place of one that ran out.

export class Identity {
  /**
   * @param {Api} api
   * @param {Session} session
   * @param {() => Promise} asStranger  gets a stranger's token
   */
  constructor(api, session, asStranger) {
    this.api = api;
    this.session = session;
    this.asStranger = asStranger;
  }

  /** Find out whose a token is; what was said by somebody else is left. Strangers get a token at once. */
  async recognise(token) {
    const before = this.session.get("me");
    this.session.save({ token });
    const me = token ? await this.api.json("api/me").catch((error) => (error.status === 401 ? null : before)) : null;
    const same = me && before && me.customer?.customer_id === before.customer?.customer_id && me.kind === before.kind;
    if (!same) this.session.save({ conversation: null, pending: null });
    this.session.save(me ? { me } : { token: null, me: null });
    if (!me) await this.asStranger().catch(() => null);
  }

  /** Whether there is a new token to try with; a stranger becomes a new one, without the old conversation. */
  async renew(getToken) {
    if (this.session.get("me")?.kind === "visitor") {
      this.session.save({ token: null, me: null, conversation: null });
      return true;
    }
    const token = await getToken();
    if (token) this.session.save({ token });
    return Boolean(token);
  }
}
