import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** One request with its body, and the connection it came over. */
export interface Exchange {
  method: string;
  path: string;
  authorization: string | undefined;
  body: string;
  response: ServerResponse;
  /** Aborted when the client goes away before the response is complete. */
  signal: AbortSignal;
  /** Breaks the connection. */
  reset(): void;
}

const maxBodyBytes = 64 * 1_048_576;

/**
 * A server on loopback. Node's interface, because it can break a connection without an error in the log and
 * sees a client that leaves before the first byte of the answer.
 */
export function createExchangeServer(handle: (exchange: Exchange) => Promise<void>): Server {
  return createServer((request, response) => {
    const client = new AbortController();
    response.on("close", () => {
      if (!response.writableEnded) client.abort(new Error("The client went away."));
    });
    void readBody(request)
      .then((body) =>
        handle({
          method: request.method ?? "",
          path: new URL(request.url ?? "/", "http://fake").pathname,
          authorization: request.headers.authorization,
          body,
          response,
          signal: client.signal,
          reset: () => request.socket.destroy(),
        }),
      )
      .catch((error: unknown) => {
        if (client.signal.aborted) return;
        sendJson(response, 500, { error: `fake: ${error instanceof Error ? error.message : "unknown"}` });
      });
  });
}

export const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address = server.address();
      if (typeof address === "object" && address !== null) resolve(address.port);
      else reject(new Error("The fake has no port."));
    });
  });

export const shut = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of request) {
    parts.push(part);
    bytes += part.length;
    if (bytes > maxBodyBytes) throw new Error("The body is too large.");
  }
  return Buffer.concat(parts).toString("utf8");
}
