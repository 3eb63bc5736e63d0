// The server's HTTP interface: tokens, one message as a stream of events, passages, ratings.

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

export function asApiError(error) {
  return error instanceof ApiError ? error : new ApiError("internal", String(error));
}

export class Api {
  /** @param {URL} base  the server's address  @param {() => string|null} token */
  constructor(base, token) {
    this.base = base;
    this.token = token;
  }

  /** GET a JSON answer, or POST a body for one. */
  async json(path, body) {
    const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    return (await this.send(path, options)).json();
  }

  conversation(id) {
    return this.json(of(id));
  }

  rate(id, rating) {
    return this.send(`${of(id)}/rating`, { method: "POST", body: JSON.stringify(rating) });
  }

  /** What stands in a photo or a voice note. */
  async read(file, language) {
    const options = { method: "POST", body: file, headers: { "Content-Type": file.type } };
    return (await this.send(`api/attachments?language=${language}`, options)).json();
  }

  /**
   * Send a message and follow the answer.
   * @param {object} message  the body of POST /api/chat
   * @param {string} last  number of the last event that was seen, when a stream is taken up again
   * @param {(name: string, data: object, id: string) => void} onEvent
   */
  chat(message, last, signal, onEvent) {
    const headers = last ? { "Last-Event-ID": last } : {};
    return this.stream("api/chat", { method: "POST", body: JSON.stringify(message), headers, signal }, onEvent);
  }

  /** Where a conversation stands with the shop's people. */
  desk(id) {
    return this.json(`${of(id)}/desk`);
  }

  /** Follow that, and what they write. */
  live(id, after, signal, onEvent) {
    return this.stream(`${of(id)}/events?after=${encodeURIComponent(after)}`, { signal }, onEvent);
  }

  async stream(path, options, onEvent) {
    const response = await this.send(path, options);
    try {
      for await (const [name, data, id] of events(response.body)) onEvent(name, data, id);
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new ApiError("network", String(error));
    }
  }

  async send(path, { headers = {}, ...options } = {}) {
    const token = this.token();
    const all = { ...headers };
    if (token) all.Authorization = `Bearer ${token}`;
    if (options.body) all["Content-Type"] ??= "application/json";
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

function of(id) {
  return `api/conversations/${encodeURIComponent(id)}`;
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

/** Wait, but not longer than until the browser is online again. */
export function pause(seconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
    addEventListener("online", () => (clearTimeout(timer), setTimeout(resolve, 200)), { once: true });
  });
}
