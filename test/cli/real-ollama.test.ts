import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { z } from "zod";
import { runChecks } from "../../src/cli/ollama-checks.ts";
import { createOllamaClient } from "../../src/ollama/client.ts";
import { type FakeModel, ocrModel } from "../support/fake-ollama/models.ts";
import { FakeOllama, type FakeOllamaOptions } from "../support/fake-ollama.ts";
import { makePng } from "../support/png.ts";

setDefaultTimeout(60_000);

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const resource of open.splice(0)) await resource[Symbol.asyncDispose]();
});

type Change = (request: Request, pass: (body?: unknown) => Promise<Response>, url: string) => Promise<Response>;
const record = z.record(z.string(), z.unknown());

/** The fake behind a server that spoils one thing. */
async function findingsOf(change: Change | undefined, options: FakeOllamaOptions = {}) {
  const answer = () => "a line of the page that goes on for a while\n".repeat(100);
  const fake = await FakeOllama.start({
    answer,
    pieceCount: 100,
    pageDelayMs: 50,
    dripMs: 2,
    loadDelayMs: 20,
    ...options,
  });
  // The answer of a caller who leaves takes half a minute.
  fake.fail("drip", { when: ({ options: { num_predict } }) => num_predict === 4096 });
  const server = Bun.serve({
    port: 0,
    idleTimeout: 0,
    fetch: async (request) => {
      const path = new URL(request.url).pathname;
      const text = request.method === "POST" ? await request.text() : undefined;
      const pass = (body?: unknown) =>
        fetch(`${fake.url}${path}`, {
          method: request.method,
          signal: request.signal,
          ...(text === undefined ? {} : { body: body === undefined ? text : JSON.stringify(body) }),
        });
      if (change === undefined) return pass();
      return await change(
        new Request(request.url, { method: request.method, ...(text && { body: text }) }),
        pass,
        fake.url,
      );
    },
  });
  open.push({
    [Symbol.asyncDispose]: async () => {
      void server.stop(true);
      fake.takeViolations();
      await fake.close();
    },
  });
  const ollama = createOllamaClient({ baseUrl: `http://127.0.0.1:${server.port}`, fetch, unloadTimeoutMs: 500 });
  const { signal } = new AbortController();
  return await runChecks(
    { ollama, model: "np-dms-ocr", page: makePng(0, 196, 196), signal, freeAgainMs: 2000 },
    () => undefined,
  );
}

const at =
  (path: string, answer: Change): Change =>
  (request, pass, url) =>
    new URL(request.url).pathname === path ? answer(request, pass, url) : pass();
const chat = (spoil: (body: Record<string, unknown>) => Record<string, unknown>) =>
  at("/api/chat", async (request, pass) => pass(spoil(record.parse(await request.json()))));

/** Reads what the fake answers to its end, whoever has left. */
const readToTheEnd: Change = async (request, _pass, url) => {
  const { body, status } = await fetch(`${url}/api/chat`, { method: "POST", body: await request.text() });
  if (body === null) return new Response("", { status });
  const [kept, sent] = body.tee();
  void new Response(kept).arrayBuffer().catch(() => undefined);
  return new Response(sent, { status });
};

describe("what the service relies on at Ollama", () => {
  test("holds at a server that does as the real one", async () => {
    const findings = await findingsOf(undefined);
    expect(findings.filter(({ holds }) => !holds)).toEqual([]);
    expect(findings).toHaveLength(12);
  });

  test.each<[string, Change | undefined, RegExp, FakeModel[] | undefined]>([
    ["is a web page", at("/api/version", async () => new Response("<!doctype html>")), /version/, undefined],
    ["has a model without vision", undefined, /sees pictures/, [{ ...ocrModel, vision: false }]],
    ["has not the model", undefined, /has the model/, []],
    ["drops keep_alive", chat(({ keep_alive: _, ...body }) => body), /keeps the model/, undefined],
    ["unloads after each page", chat((body) => ({ ...body, keep_alive: 0 })), /keeps the model/, undefined],
    ["drops the options", chat(({ options: _, ...body }) => body), /num_predict/, undefined],
    ["lists nothing", at("/api/ps", async () => Response.json({ models: [] })), /loads the model once/, undefined],
    [
      "lists other digests than it has installed",
      at("/api/ps", async (_request, pass) =>
        Response.json(JSON.parse((await (await pass()).text()).replace(/"digest":"./g, '"digest":"~'))),
      ),
      /digest/,
      undefined,
    ],
    [
      "does not unload",
      at("/api/chat", async (request, pass) => {
        const { messages } = record.parse(await request.json());
        return Array.isArray(messages) && messages.length === 0 ? Response.json({ done: true }) : pass();
      }),
      /unloads the model when/,
      undefined,
    ],
    [
      "ends its streams without a last line",
      at("/api/chat", async (_request, pass) => {
        const response = await pass();
        const text = await response.text();
        return new Response(response.ok ? text.replace(/^.*"done":true.*$/m, "") : text, { status: response.status });
      }),
      /loads the model once/,
      undefined,
    ],
    [
      "answers for models that it has not",
      chat((body) => ({ ...body, model: "np-dms-ocr" })),
      /refuses a model/,
      undefined,
    ],
    [
      "reads what is no picture",
      chat(({ messages, ...body }) => ({
        ...body,
        messages: JSON.parse(JSON.stringify(messages).replace(/"images":\["[^"]{0,80}"\]/, '"images":[]')),
      })),
      /cannot decode/,
      undefined,
    ],
    ["goes on for a caller who has left", at("/api/chat", readToTheEnd), /hangs up/, undefined],
  ])("is found wrong at a server that %s", async (_what, change, name, models) => {
    const wrong = (await findingsOf(change, models === undefined ? {} : { models })).filter(({ holds }) => !holds);
    expect(wrong.map((finding) => finding.name)).toContainEqual(expect.stringMatching(name));
  });
});
