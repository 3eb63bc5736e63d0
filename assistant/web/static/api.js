// The server's HTTP interface: tokens, one message as a stream of events, passages.

/** A refusal of the server, or a connection that broke ("network"). */
export class ApiError extends Error {
  constructor(code, message, { status = 0, retryAfter = 0 } = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed a little later without anybody doing anything. */
  get passing() {
    return this.code === "network" || this.retryAfter > 0;
  }
}

export class Api {
  /** @param {string} base  the server's origin  @param {() => string|null} token */
  constructor(base, token) {
    this.base = base;
    this.token = token;
  }

  config() {
    return this.json("/api/config");
  }

  visitor() {
    return this.json("/api/visitor", { method: "POST" });
  }

  signIn(customerId) {
    return this.json("/api/demo/sign-in", { method: "POST", body: JSON.stringify({ customer_id: customerId }) });
  }

  me() {
    return this.json("/api/me");
  }

  conversation(id) {
    return this.json(`/api/conversations/${encodeURIComponent(id)}`);
  }

  passage(id) {
    return this.json(`/api/passages/${encodeURIComponent(id)}`);
  }

  /**
   * Send a message and follow the answer.
   * @param {object} message  the body of POST /api/chat
   * @param {string} lastEvent  number of the last event that was seen, when a stream is taken up again
   * @param {(name: string, data: object, id: string) => void} onEvent
   */
  async chat(message, lastEvent, signal, onEvent) {
    const headers = lastEvent ? { "Last-Event-ID": lastEvent } : {};
    const response = await this.send("/api/chat", { method: "POST", body: JSON.stringify(message), headers, signal });
    try {
      for await (const [name, data, id] of events(response.body)) onEvent(name, data, id);
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new ApiError("network", String(error));
    }
  }

  async json(path, options) {
    return (await this.send(path, options)).json();
  }

  async send(path, { headers = {}, ...options } = {}) {
    const token = this.token();
    const all = { ...headers };
    if (token) all.Authorization = `Bearer ${token}`;
    if (options.body) all["Content-Type"] = "application/json";
    let response;
    try {
      response = await fetch(new URL(path, this.base), { ...options, headers: all, credentials: "omit" });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new ApiError("network", String(error));
    }
    if (response.ok) return response;
    const body = await response.json().catch(() => ({}));
    throw new ApiError(body.error?.code ?? "internal", body.error?.message ?? response.statusText, {
      status: response.status,
      retryAfter: Number(response.headers.get("Retry-After") ?? 0),
    });
  }
}

/** The server-sent events of a stream: [name, data, id]. EventSource can't send headers, hence by hand. */
async function* events(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (buffer + value).replaceAll("\r\n", "\n").split("\n\n");
    buffer = blocks.pop();
    for (const block of blocks) {
      const fields = { event: "", data: "", id: "" };
      for (const line of block.split("\n")) {
        const colon = line.indexOf(":");
        if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
      }
      if (fields.event) yield [fields.event, JSON.parse(fields.data), fields.id];
    }
  }
}
