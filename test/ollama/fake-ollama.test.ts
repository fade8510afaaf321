import { afterEach, describe, expect, test } from "bun:test";
import { FakeOllama, type FakeOllamaOptions } from "../support/fake-ollama.ts";
import { makePng } from "../support/png.ts";
import { until } from "../support/until.ts";

/** Speaks to the fake with plain fetch, so that nothing here rests on the service's own client. */
let fake: FakeOllama;
afterEach(() => fake.close());

const start = async (options: FakeOllamaOptions = {}) => {
  fake = await FakeOllama.start(options);
};

const image = Buffer.from(makePng()).toString("base64");
const narrow = Buffer.from(makePng(255, 300, 27)).toString("base64");
const strip = Buffer.from(makePng(255, 6000, 29)).toString("base64");
const user = (content: string, images = [image]) => ({ role: "user", content, images });
const pageBody = (change: object = {}) => ({
  model: "np-dms-ocr",
  stream: true,
  think: false,
  keep_alive: 120,
  messages: [user("read")],
  ...change,
});

const post = (body: unknown, signal: AbortSignal | null = null) =>
  fetch(`${fake.url}/api/chat`, { method: "POST", body: JSON.stringify(body), signal, keepalive: false });

const read = async (change: object = {}, signal: AbortSignal | null = null) =>
  (await post(pageBody(change), signal)).text();

const unload = async (model = "np-dms-ocr") =>
  (await post({ model, stream: false, keep_alive: 0, messages: [] })).json();

const loadedNames = async (): Promise<string[]> => {
  const { models } = await (await fetch(`${fake.url}/api/ps`)).json();
  return models.map((model: { name: string }) => model.name);
};

describe("what Ollama would ignore or misread is refused and recorded", () => {
  test.each<[string, object, number, RegExp]>([
    ["an unknown field", { top_p: 1 }, 500, /top_p/],
    ["an unknown option", { options: { repetition_penalty: 1.1 } }, 500, /repetition_penalty/],
    ["an option of the wrong type", { options: { temperature: "0.1" } }, 500, /temperature/],
    ["a fraction for a whole number", { options: { num_predict: 1.5 } }, 500, /num_predict/],
    ["a bare number as text", { keep_alive: "120" }, 400, /keep_alive/],
    ["no word about streaming", { stream: undefined }, 500, /stream/],
    ["an answer in one piece", { stream: false }, 500, /stream/],
    ["thinking", { think: true }, 500, /think/],
    ["a data address", { messages: [user("x", [`data:image/png;base64,${image}`])] }, 500, /images/],
    ["a picture that is none", { messages: [user("x", ["aGVsbG8="])] }, 400, /decoded/],
    ["half a picture", { messages: [user("x", [image.slice(0, 40)])] }, 400, /decoded/],
    ["a picture with too short a side", { messages: [user("x", [narrow])] }, 400, /300 × 27 pixels/],
    ["a picture of sides too far apart", { messages: [user("x", [strip])] }, 400, /6000 × 29 pixels/],
    ["a marker that moves the picture", { messages: [user("see [img-0]")] }, 200, /marker/],
    ["content in parts", { messages: [{ role: "user", content: [{ type: "text", text: "x" }] }] }, 500, /content/],
    ["a role that is not used", { messages: [{ role: "tool", content: "x" }] }, 500, /role/],
  ])("%s", async (_case, change, status, violation) => {
    await start();
    const response = await post(pageBody(change));
    await response.text();
    expect(response.status).toBe(status);
    expect(fake.takeViolations().join("\n")).toMatch(violation);
  });

  test.each([
    ["POST", "/v1/chat/completions"],
    ["GET", "/v1/models"],
    ["POST", "/api/generate"],
    ["GET", "/api/chat"],
  ])("%s %s", async (method, path) => {
    await start();
    expect((await fetch(`${fake.url}${path}`, { method })).status).toBe(404);
    expect(fake.takeViolations()).toHaveLength(1);
  });

  test("closing the fake fails the test that left a violation behind", async () => {
    await start();
    await read({ raw: true });
    expect(() => fake.assertNoViolations()).toThrow(/raw/);
    await expect(fake.close()).rejects.toThrow(/raw/);
    fake.takeViolations();
  });
});

describe("keeping a model", () => {
  test("a duration may be text, and absent options are absent", async () => {
    await start({ secondMs: 1 });
    await read({ keep_alive: "1m30s" });
    expect(fake.pages[0]).toMatchObject({ keepAlive: "1m30s", options: {}, outcome: "answered" });
    await until(() => !fake.isLoaded("np-dms-ocr"), "it expires after 90 of its seconds");
  });

  test("the last request that names a time wins, and counts when nobody uses the model any more", async () => {
    await start({ pageDelayMs: 200 });
    const readTwice = async (first: number, second: number) => {
      const before = fake.pages.length;
      const earlier = read({ keep_alive: first });
      await until(() => fake.pages.length === before + 1, "the first is there");
      await Promise.all([earlier, read({ keep_alive: second })]);
    };
    await readTwice(0, 120);
    expect(fake.isLoaded("np-dms-ocr")).toBe(true);
    await readTwice(120, 0);
    await until(() => !fake.isLoaded("np-dms-ocr"), "the model goes");
    expect(fake.coldLoads).toBe(1);
  });

  test("zero after every page of a sequence loads anew for each", async () => {
    await start();
    for (let page = 0; page < 3; page++) await read({ keep_alive: 0 });
    expect(fake.coldLoads).toBe(3);
  });

  test("zero does not reload for a page that is at the server already", async () => {
    await start({ pageDelayMs: 20 });
    await Promise.all([read({ keep_alive: 0 }), read({ keep_alive: 0 }), read({ keep_alive: 0 })]);
    expect(fake.coldLoads).toBe(1);
  });

  test("an unload is answered before the memory is free", async () => {
    await start({ preloaded: [{ name: "np-dms-ocr" }], unloadLagMs: 40 });
    expect(await unload()).toMatchObject({ done: true, done_reason: "unload" });
    expect(await loadedNames()).toEqual(["np-dms-ocr:latest"]);
    await until(() => !fake.isLoaded("np-dms-ocr"), "the memory is free");
    expect(await loadedNames()).toEqual([]);
  });

  test("another context size loads the model anew", async () => {
    await start();
    await read();
    await read({ options: { num_ctx: 8192 } });
    await read({ options: { num_ctx: 8192 } });
    expect(fake.coldLoads).toBe(2);
  });
});

describe("memory of the card", () => {
  test("an idle model that would leave soonest is evicted for one that does not fit", async () => {
    const models = ["a", "b", "np-dms-ocr"].map((name) => ({
      name,
      sizeMb: 6000,
      vision: true,
      contextTokens: 16_384,
      maxAnswerTokens: 4096,
    }));
    await start({ models, preloaded: [{ name: "a" }, { name: "b", keepAliveSeconds: 60 }] });
    await read();
    expect(await loadedNames()).toEqual(["a:latest", "np-dms-ocr:latest"]);
    expect(fake.loads[0]).toMatchObject({ freeMb: 4384, neededMb: 6000, evicted: ["b:latest"], spilledMb: 0 });
    expect(fake.peakVramMb).toBe(12_000);
  });

  test("a model spills to the CPU where nothing can be evicted", async () => {
    await start({ totalVramMb: 10_000, preloaded: [{ name: "llm", pinned: true }] });
    await read();
    const { models } = await (await fetch(`${fake.url}/api/ps`)).json();
    expect(models[1].size_vram / models[1].size).toBeCloseTo(1000 / 4200);
    expect(fake.loads[0]?.spilledMb).toBe(3200);
    expect(fake.peakVramMb).toBe(10_000);
  });

  test("other processes take room that /api/ps does not show", async () => {
    await start();
    fake.foreignVramMb = 15_000;
    await read();
    expect(fake.loads[0]).toMatchObject({ freeMb: 1384, spilledMb: 2816 });
  });
});

describe("waiting and leaving", () => {
  test("as many pages are read at once as there are slots, in order of arrival", async () => {
    await start({ parallel: 2, pageDelayMs: 20 });
    await Promise.all(Array.from({ length: 5 }, () => read()));
    const running = (at: number) =>
      fake.pages.filter((page) => (page.startedAt ?? 0) <= at && at < (page.endedAt ?? 0)).length;
    expect(Math.max(...fake.pages.map((page) => running(page.startedAt ?? 0)))).toBe(2);
    const starts = fake.pages.map((page) => page.startedAt ?? 0);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  test("one load more than the queue holds is refused, and no request for a loaded model is", async () => {
    await start({ maxQueue: 2, loadDelayMs: 200, pageDelayMs: 1 });
    const askFourTimes = () =>
      Promise.all(
        Array.from({ length: 4 }, async () => {
          const response = await post(pageBody());
          await response.text();
          return response.status;
        }),
      );
    expect((await askFourTimes()).toSorted()).toEqual([200, 200, 503, 503]);
    expect(await askFourTimes()).toEqual([200, 200, 200, 200]);
  });

  test("a picture is encoded to its end although its caller has gone, and the next page waits for it", async () => {
    await start({ encodeMs: 300, preloaded: [{ name: "np-dms-ocr" }] });
    const caller = new AbortController();
    const gone = read({}, caller.signal).catch(() => "left");
    await until(() => fake.pages[0]?.startedAt !== undefined, "the picture is being encoded");
    caller.abort();
    expect(await gone).toBe("left");
    await read();
    const [first, second] = fake.pages;
    expect((second?.startedAt ?? 0) - (first?.startedAt ?? 0)).toBeGreaterThan(290);
  });

  test("killed leaves its runners behind, with their memory and without a name", async () => {
    await start({ preloaded: [{ name: "llm" }] });
    await fake.kill();
    await fake.restart();
    expect(await loadedNames()).toEqual([]);
    expect(fake.vramMb).toBe(9000);
  });

  test("a client that leaves the queue is not read, and one that leaves a load abandons it", async () => {
    await start({ loadDelayMs: 30, pageDelayMs: 30 });
    const loader = new AbortController();
    const waiter = new AbortController();
    const first = read({}, loader.signal).catch(() => "left");
    await until(() => fake.coldLoads === 1, "the load has begun");
    const second = read({}, waiter.signal).catch(() => "left");
    const third = read();
    await until(() => fake.pages.length === 3, "all have arrived");
    waiter.abort();
    loader.abort();
    expect(await Promise.all([first, second])).toEqual(["left", "left"]);
    await third;
    expect(fake.pages.map((page) => [page.outcome, page.startedAt !== undefined])).toEqual(
      expect.arrayContaining([
        ["aborted", false],
        ["answered", true],
      ]),
    );
    expect(fake.loads.map((load) => load.outcome)).toEqual(["abandoned", "loaded"]);
  });

  test("a client that leaves while others are read gives its turn to the next", async () => {
    await start({ pageDelayMs: 60, preloaded: [{ name: "np-dms-ocr" }] });
    const caller = new AbortController();
    const first = read();
    await until(() => fake.pages[0]?.startedAt !== undefined, "the first is read");
    const second = read({}, caller.signal).catch(() => "left");
    await until(() => fake.pages.length === 2, "the second waits");
    const third = read();
    await until(() => fake.pages.length === 3, "the third waits");
    caller.abort();
    expect(await second).toBe("left");
    await Promise.all([first, third]);
    expect(fake.pages.map((page) => page.outcome)).toEqual(["answered", "aborted", "answered"]);
  });

  test("a client that leaves in the middle stops the page and frees the slot", async () => {
    await start({ pageDelayMs: 60_000, pieceCount: 10_000, answer: () => "x".repeat(10_000) });
    const caller = new AbortController();
    const response = await post(pageBody({ keep_alive: 0 }), caller.signal);
    await response.body?.getReader().read();
    caller.abort();
    await until(() => fake.pages[0]?.outcome === "aborted", "the page has stopped");
    await until(() => !fake.isLoaded("np-dms-ocr"), "its keep_alive has been applied");
  });
});

describe("faults", () => {
  test("strike as often as planned, where their condition holds", async () => {
    await start();
    fake.fail("crash", { times: 2, when: (page) => page.prompt === "bad" });
    const statuses: number[] = [];
    for (const prompt of ["good", "bad", "bad", "bad"]) {
      const response = await post(pageBody({ messages: [user(prompt)] }));
      await response.text();
      statuses.push(response.status);
    }
    expect(statuses).toEqual([200, 500, 500, 200]);
  });

  test("a model with one glyph stays so until it has been unloaded", async () => {
    await start();
    fake.fail("one-glyph");
    for (const _ of [1, 2]) {
      const lines = (await read()).trim().split("\n");
      expect(lines).toHaveLength(31);
      expect(lines.at(-1)).toContain('"content":"@"');
    }
    await unload();
    expect(await read()).toContain('"done":true');
  });

  test("a loop goes on until num_predict", async () => {
    await start();
    fake.fail("loop");
    const text = await read({ options: { num_predict: 50 } });
    expect(text.match(/the same line again/g)).toHaveLength(10);
    expect(text).toContain('"done_reason":"length"');
  });

  test("a stopped server refuses, forgets its models, and comes back at the same address", async () => {
    await start();
    await read();
    await fake.stop();
    await expect(read()).rejects.toThrow();
    await fake.restart();
    expect(await loadedNames()).toEqual([]);
  });
});

test("the same picture is answered with the same text, another with another", async () => {
  await start();
  const other = Buffer.from(makePng(7)).toString("base64");
  const answers = [await read(), await read(), await read({ messages: [user("read", [other])] })];
  const texts = fake.pages.map((page) => page.text);
  expect(texts[0]).toBe(texts[1] ?? "");
  expect(texts[2]).not.toBe(texts[0] ?? "");
  expect(answers[0]).toContain('"eval_count"');
});

test("a picture and a prompt that do not fit the context are refused, as is a model that cannot see", async () => {
  await start();
  expect((await post(pageBody({ options: { num_ctx: 5 }, messages: [user("x".repeat(400))] }))).status).toBe(400);
  expect((await post(pageBody({ model: "llm" }))).status).toBe(500);
  expect((await post(pageBody({ model: "unknown" }))).status).toBe(404);
});
