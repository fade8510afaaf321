import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { Hono } from "hono";
import { answerWithList } from "../../src/http/answers/large-json.ts";
import type { AppEnv } from "../../src/http/context.ts";
import { until } from "../support/until.ts";

// Real sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

interface Answer {
  device: string;
  items: { index: number; numbers: number[] }[];
}

/** Some 10,000 characters each. */
const numbers = Array.from({ length: 500 }, (_, index) => index / 7);

const opened: Bun.Server<undefined>[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.stop(true);
});

/** A server that answers with a list of that many items, and counts those that it has made. */
function serveList(count: number) {
  const state = { made: 0, ended: false };
  function* items() {
    try {
      for (let index = 0; index < count; index += 1) {
        state.made += 1;
        yield { index, numbers };
      }
    } finally {
      state.ended = true;
    }
  }
  const app = new Hono<AppEnv>();
  app.get("/", (c) => answerWithList<Answer, "items">(c, { device: "cpu" }, "items", items()));
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: (request) => app.fetch(request) });
  opened.push(server);
  return { url: server.url, state };
}

const expected = (count: number): Answer => ({
  device: "cpu",
  items: Array.from({ length: count }, (_, index) => ({ index, numbers })),
});

describe("an answer with a list", () => {
  test.each([0, 1, 3])("of %i short items has a length, as any other", async (count) => {
    const { url } = serveList(count);
    const response = await fetch(url);
    expect(response.headers.get("Content-Type")).toBe("application/json");
    expect(response.headers.has("Content-Length")).toBe(true);
    expect(await response.json()).toEqual(expected(count));
  });

  test("of any length arrives whole, and lets others have their turn between its pieces", async () => {
    const { url, state } = serveList(1000);
    const jumps: number[] = [];
    let before = 0;
    const watcher = setInterval(() => {
      jumps.push(state.made - before);
      before = state.made;
    }, 0);
    const response = await fetch(url);
    expect(response.headers.get("Content-Type")).toBe("application/json");
    expect(await response.json()).toEqual(expected(1000));
    clearInterval(watcher);
    expect(state).toEqual({ made: 1000, ended: true });
    // Some seven items make a piece; a timer of this process comes at every few turns.
    expect(Math.max(...jumps)).toBeLessThan(500);
  });

  test("is made no further for a client that has gone", async () => {
    const { url, state } = serveList(1_000_000);
    const client = new AbortController();
    const response = await fetch(url, { signal: client.signal });
    const reader = response.body?.getReader();
    await reader?.read();
    client.abort();
    await until(() => state.ended, "it is given up");
    expect(state.made).toBeLessThan(1_000_000);
  });
});
