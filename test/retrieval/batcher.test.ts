import { afterEach, describe, expect, test } from "bun:test";
import PQueue from "p-queue";
import { shuttingDown } from "../../src/errors.ts";
import { Batcher } from "../../src/retrieval/batching/batcher.ts";
import type { BatchRecord } from "../../src/retrieval/batching/child-operations.ts";
import type { QueueBounds } from "../../src/retrieval/batching/request-queue.ts";
import { type DenseAndSparse, embedInParts, unpackEmbeddings } from "../../src/retrieval/embedder.ts";
import { ModelSession } from "../../src/retrieval/models/model-session.ts";
import { FakeChildren } from "../support/fake-child.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { tinyRetrieval } from "../support/tiny-retrieval.ts";
import { until } from "../support/until.ts";

const never = new AbortController().signal;
const open: ModelSession[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((session) => session.close("the test is over")));
});

interface BatchingOptions {
  timeoutMs?: number;
  now?(): number;
  queue?: QueueBounds;
}

/** A batcher on one session, with the turns that all models share. */
function batching({ timeoutMs = 60_000, now = () => 0, queue }: BatchingOptions = {}) {
  const children = new FakeChildren();
  const gate = new PQueue({ concurrency: 1 });
  const session = new ModelSession({
    label: "embedding model on cpu",
    prepare: () =>
      Promise.resolve({
        ok: true,
        settings: {
          kind: "embed",
          folder: "/nowhere",
          modelFile: "model.onnx",
          device: "cpu",
          gpuIndex: 0,
          threads: 1,
          maxTokens: 64,
          verify: [],
        },
      }),
    onReady: () => undefined,
    startChild: children.start,
    restarts: true,
    now,
  });
  open.push(session);
  const batcher = new Batcher<DenseAndSparse>({
    session,
    name: "embedding model",
    queue: queue ?? { maxRequests: 10, maxCharacters: 100_000 },
    limits: {
      maxPaddedTokens: 1_000,
      maxSquaredTokens: 1_000_000,
      maxPaddingTokens: 10,
      maxSmallTokens: 1_000,
      lengthMultiple: 1,
    },
    timeoutMs,
    gate,
    batchesAtATime: 1,
    unpack: unpackEmbeddings,
    onBatch: (record) => records.push(record),
    now,
  });
  const records: BatchRecord[] = [];
  const embed = () => batcher.submit({ texts: ["pump"] }, never);
  return { batcher, children, embed, gate, records, session };
}

/** The whole of retrieval over children that compute nothing. */
async function fakeRetrieval(children: FakeChildren) {
  const { retrieval, close } = await tinyRetrieval({ startChild: children.start });
  return { retrieval, [Symbol.asyncDispose]: close };
}

/** The same with a batch that waits while another model computes, until `passTurn` is called. */
async function waitingForItsTurn(options: Parameters<typeof batching>[0] = {}) {
  const parts = batching(options);
  const other = Promise.withResolvers<void>();
  void parts.gate.add(() => other.promise);
  const answer = parts.embed();
  answer.catch(() => undefined);
  await until(() => parts.gate.size === 1, "the batch waits");
  const [child] = parts.children.started;
  if (child === undefined) throw new Error("there is no child");
  return { ...parts, answer, child, passTurn: () => other.resolve() };
}

describe("a batch that waits for its turn", () => {
  test.each(["before", "after"] as const)(
    "is computed by the next child when its own dies and the turn comes %s that is ready",
    async (when) => {
      const { answer, child, children, passTurn, session } = await waitingForItsTurn();
      child.kill();
      await until(() => session.state.state === "restarting", "the end is known");
      if (when === "before") passTurn();
      await until(() => session.ready !== undefined, "the next child is ready");
      passTurn();
      expect((await answer).results).toHaveLength(1);
      expect(children.started.map(({ batches }) => batches)).toEqual([0, 1]);
      expect(session.crashes).toBe(1);
    },
  );

  test("is computed for nobody when its caller leaves before", async () => {
    const { batcher, children, gate } = batching();
    const other = Promise.withResolvers<void>();
    void gate.add(() => other.promise);
    const caller = new AbortController();
    const answer = batcher.submit({ texts: ["pump"] }, caller.signal);
    answer.catch(() => undefined);
    await until(() => gate.size === 1, "the batch waits");
    caller.abort(new Error("gone"));
    await expect(answer).rejects.toThrow("gone");
    other.resolve();
    await gate.onIdle();
    expect(children.started.map(({ batches }) => batches)).toEqual([0]);
  });

  test("is refused as busy when the turn does not come in three times the limit", async () => {
    const askedAt = performance.now();
    const { answer, child, passTurn } = await waitingForItsTurn({ timeoutMs: 100, now: () => performance.now() });
    await expect(answer).rejects.toMatchObject({ code: "retrieval_busy", retryAfterSeconds: 5 });
    expect(performance.now() - askedAt).toBeGreaterThan(290);
    passTurn();
    expect(child.alive).toBe(true);
  });

  test("is computed by the next child when its own is replaced", async () => {
    const { answer, child, children, passTurn, session } = await waitingForItsTurn();
    session.replace("an operation does not end");
    passTurn();
    expect((await answer).results).toHaveLength(1);
    expect(child.alive).toBe(false);
    expect(children.started.map(({ batches }) => batches)).toEqual([0, 1]);
    expect(session).toMatchObject({ replacements: 1, crashes: 0 });
  });

  test("does not hold up the end, is refused, and lets the turn pass when it comes", async () => {
    const { answer, batcher, child, gate, passTurn, session } = await waitingForItsTurn();
    await session.close("the service stops");
    batcher.close(shuttingDown());
    await expect(answer).rejects.toMatchObject({ code: "shutting_down" });
    passTurn();
    await gate.onIdle();
    expect(child.batches).toBe(0);
    expect(batcher.load).toEqual({ requests: 0, texts: 0 });
  });

  test("is computed before a batcher that is drained has done", async () => {
    const { answer, batcher, embed, passTurn } = await waitingForItsTurn();
    const drained = batcher.drain(shuttingDown());
    await expect(embed()).rejects.toMatchObject({ code: "shutting_down" });
    passTurn();
    expect((await answer).results).toHaveLength(1);
    await drained;
  });
});

test("what a batcher has computed before does not end its drain while something is computed", async () => {
  const { batcher, children, embed } = batching();
  await embed();
  const { promise, resolve } = Promise.withResolvers<void>();
  children.held = promise;
  const answer = embed();
  await until(() => children.started[0]?.batches === 2, "the second batch runs");
  let isDrained = false;
  const drained = batcher.drain(shuttingDown()).then(() => {
    isDrained = true;
  });
  await Bun.sleep(0);
  expect(isDrained).toBe(false);
  resolve();
  expect((await answer).results).toHaveLength(1);
  await drained;
});

test("a small request that comes later does not wait for all of a large one", async () => {
  const { batcher, children } = batching();
  const { promise, resolve } = Promise.withResolvers<void>();
  children.held = promise;
  const ends: string[] = [];
  const large = batcher.submit({ texts: Array(900).fill("p") }, never).then(() => ends.push("large"));
  await until(() => children.started[0]?.batches === 1, "the first of three batches runs");
  // Too long for a batch with the others.
  const small = batcher.submit({ texts: ["p".repeat(40)] }, never).then(() => ends.push("small"));
  resolve();
  await Promise.all([large, small]);
  expect(ends).toEqual(["small", "large"]);
});

test("large requests that overlap are computed in their order, and each waits while others are and spends the time of its own", async () => {
  let clock = 0;
  const { batcher, children } = batching({ now: () => clock });
  children.onBatch = () => {
    clock += 20;
  };
  // Each is ten batches.
  const texts = Array<string>(20).fill("p".repeat(498));
  const answers = await Promise.all(Array.from({ length: 8 }, () => batcher.submit({ texts }, never)));
  expect(answers.map(({ waitedMs, computedMs }) => ({ waitedMs, computedMs }))).toEqual(
    answers.map((_, place) => ({ waitedMs: place * 200, computedMs: 200 })),
  );
});

test("of two long lists the first is answered before much of the second is computed", async () => {
  const children = new FakeChildren();
  children.batchMs = 5;
  await using world = await fakeRetrieval(children);
  const { embedder } = world.retrieval;
  // Three parts, each larger than what passes others, and each text a batch.
  const texts = Array<string>(12).fill("p".repeat(600));
  const lists = [0, 1].map(async () => {
    await embedInParts(embedder, texts, 4, never);
    return children.started[0]?.batches ?? 0;
  });
  const [batches, all] = await Promise.all(lists);
  expect(all).toBe(24);
  // Between two parts, while the next is cut into tokens, others have their turn.
  expect(batches).toBeLessThanOrEqual(16);
});

test("a batch that ended in time does not have its child replaced when the time is over", async () => {
  const { children, embed, session } = batching({ timeoutMs: 30 });
  await embed();
  await Bun.sleep(60);
  expect({ replacements: session.replacements, started: children.started.length }).toEqual({
    replacements: 0,
    started: 1,
  });
});

test("a batch is told with its sequences, their tokens, those with the padding, and its time", async () => {
  let clock = 0;
  const { batcher, children, records } = batching({ now: () => clock });
  const { promise, resolve } = Promise.withResolvers<void>();
  children.held = promise;
  // With a token before each text and one behind it.
  const answer = batcher.submit({ texts: ["pump", "valve!"] }, never);
  await until(() => children.started[0]?.batches === 1, "it is computed");
  clock = 25;
  resolve();
  expect(await answer).toMatchObject({ tokens: [6, 8], waitedMs: 0, computedMs: 25 });
  expect(records).toEqual([{ sequences: 2, tokens: 14, paddedTokens: 16, ms: 25 }]);
});

test("the wait for the next turn between two batches of a request counts as a wait", async () => {
  let clock = 0;
  const { batcher, children, gate, records } = batching({ now: () => clock });
  const [batch, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  children.held = batch.promise;
  const answer = batcher.submit({ texts: Array<string>(3).fill("p".repeat(498)) }, never);
  await until(() => children.started[0]?.batches === 1, "the first of two is computed");
  void gate.add(() => other.promise);
  clock = 10;
  batch.resolve();
  await until(() => records.length === 1 && gate.size === 1, "the second waits behind another model");
  clock = 25;
  other.resolve();
  expect(await answer).toMatchObject({ waitedMs: 15, computedMs: 10 });
});

describe("a child that computes for nobody", () => {
  const held = async (timeoutMs: number) => {
    const parts = batching({ timeoutMs, now: () => performance.now() });
    await parts.embed();
    parts.children.held = new Promise(() => undefined);
    return parts;
  };

  test("because all of its batch took too long is replaced, and the next request is computed", async () => {
    const { children, embed, session } = await held(30);
    expect(await refusalOf(embed())).toMatchObject({ code: "retrieval_timeout" });
    children.held = Promise.resolve();
    expect((await embed()).results).toHaveLength(1);
    expect(session).toMatchObject({ replacements: 1, crashes: 0 });
  });

  test("because its request has used up its time in several batches is replaced then, and not when the last is too slow", async () => {
    const { batcher, children, session } = await held(200);
    children.held = Promise.resolve();
    children.batchMs = 140;
    const texts = Array<string>(3).fill("p".repeat(498));
    expect(await refusalOf(batcher.submit({ texts }, never))).toMatchObject({ code: "retrieval_timeout" });
    expect([session.replacements, children.started[0]?.batches]).toEqual([1, 3]);
  });

  test("is replaced though another request waits that it has computed something of", async () => {
    const { batcher, children, session } = await held(200);
    let turn = Promise.withResolvers<void>();
    children.held = turn.promise;
    const endBatch = async (batches: number) => {
      await until(() => children.started[0]?.batches === batches);
      const { resolve } = turn;
      turn = Promise.withResolvers<void>();
      children.held = turn.promise;
      resolve();
    };
    // Four batches, and small work of three, which has every second turn.
    const waiting = batcher.submit({ texts: Array<string>(8).fill("p".repeat(498)) }, never);
    const small = [300, 200, 100].map((length) => "p".repeat(length));
    const refused = refusalOf(batcher.submit({ texts: small }, never));
    await endBatch(2);
    await until(() => children.started[0]?.batches === 3);
    await Bun.sleep(120);
    await endBatch(3);
    await endBatch(4);
    expect(await refused).toMatchObject({ code: "retrieval_timeout" });
    expect(session.replacements).toBe(1);
    children.held = Promise.resolve();
    turn.resolve();
    expect((await waiting).results).toHaveLength(8);
  });

  test("is not replaced while it computes for others, too", async () => {
    const { batcher, children, session } = await held(200);
    children.held = Promise.resolve();
    children.batchMs = 140;
    // Two batches, and the other request fits into the second only.
    const slow = batcher.submit({ texts: ["p".repeat(300), "p".repeat(200)] }, never);
    const refused = refusalOf(slow);
    await until(() => children.started[0]?.batches === 2, "the first of them runs");
    const other = batcher.submit({ texts: ["p".repeat(198)] }, never);
    expect(await refused).toMatchObject({ code: "retrieval_timeout" });
    expect((await other).results).toHaveLength(1);
    expect(session.replacements).toBe(0);
  });

  test("is not replaced for a caller who leaves", async () => {
    const { batcher, children, session } = await held(60_000);
    const caller = new AbortController();
    const left = batcher.submit({ texts: ["pump"] }, caller.signal);
    await until(() => children.started[0]?.batches === 2, "it is computed");
    caller.abort(new Error("gone"));
    expect(await refusalOf(left)).toHaveProperty("message", "gone");
    expect(session.replacements).toBe(0);
  });
});

test("a batch whose callers have gone before its turn is not computed", async () => {
  const { batcher, children, embed, gate } = batching();
  await embed();
  const other = Promise.withResolvers<void>();
  void gate.add(() => other.promise);
  const caller = new AbortController();
  const left = batcher.submit({ texts: ["pump"] }, caller.signal);
  await until(() => gate.size === 1, "the batch waits");
  caller.abort(new Error("gone"));
  expect(await refusalOf(left)).toHaveProperty("message", "gone");
  other.resolve();
  await gate.onIdle();
  expect(children.started[0]?.batches).toBe(1);
  expect((await embed()).results).toHaveLength(1);
});

test("all that waits is refused when the batcher is closed", async () => {
  const { batcher, embed, gate } = batching();
  void gate.add(() => new Promise(() => undefined));
  const waiting = [embed(), embed(), embed()];
  await until(() => gate.size === 1, "the batch waits");
  batcher.close(shuttingDown());
  const ends = await Promise.allSettled(waiting);
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
});

test("requests that come in one turn of the event loop are one batch, however many steps are between them", async () => {
  const { embed, records } = batching();
  await embed();
  const first = embed();
  for (let step = 0; step < 50; step += 1) await undefined;
  await Promise.all([first, embed()]);
  expect(records.map(({ sequences }) => sequences)).toEqual([1, 2]);
});

test("a text that cannot be computed is refused alone, and not what is computed with it", async () => {
  const { batcher, children } = batching();
  children.refuses = (ids) => ids.includes("!".charCodeAt(0));
  const asked = [["aa"], ["b!", "bb"], ["cc"]].map((texts) => batcher.submit({ texts }, never));
  const [first, second, third] = await Promise.allSettled(asked);
  expect([first?.status, third?.status]).toEqual(["fulfilled", "fulfilled"]);
  expect(second).toMatchObject({ status: "rejected", reason: { code: "internal_error" } });
  expect(children.started.map(({ batches }) => batches)).toEqual([4]);
});

test("texts of several requests that are cut into tokens together get each their own", async () => {
  const { batcher, children, embed } = batching();
  await embed();
  children.truncates = (text) => text.startsWith("long");
  const [one, two] = await Promise.all([
    batcher.submit({ texts: ["short", "long one"] }, never),
    batcher.submit({ texts: ["long two", "small", "tiny"] }, never),
  ]);
  expect([one, two].map(({ tokens, truncated }) => ({ tokens, truncated }))).toEqual([
    { tokens: [7, 10], truncated: [false, true] },
    { tokens: [10, 7, 6], truncated: [true, false, false] },
  ]);
});

describe("a request that is not taken", () => {
  test("because there is no room is told that there is too much work", async () => {
    const { batcher, children, embed } = batching({ queue: { maxRequests: 1, maxCharacters: 100 } });
    const { promise, resolve } = Promise.withResolvers<void>();
    children.held = promise;
    const first = embed();
    expect(await refusalOf(embed())).toMatchObject({ code: "retrieval_busy" });
    expect(batcher.load.requests).toBe(1);
    resolve();
    expect((await first).results).toHaveLength(1);
  });

  test("because its caller has gone starts nothing", async () => {
    const { batcher, children } = batching();
    expect(await refusalOf(batcher.submit({ texts: ["pump"] }, AbortSignal.abort(new Error("gone"))))).toHaveProperty(
      "message",
      "gone",
    );
    expect(children.started).toEqual([]);
  });

  test("because the batcher is drained, where nothing waits, holds nobody up", async () => {
    const { batcher, embed } = batching();
    await embed();
    await batcher.drain(shuttingDown());
    expect(await refusalOf(embed())).toMatchObject({ code: "shutting_down" });
  });
});

test("a long list goes to the tokeniser in parts, so that nobody waits behind all of it", async () => {
  const { batcher, children } = batching({ queue: { maxRequests: 10, maxCharacters: 1e9 } });
  await batcher.submit({ texts: Array<string>(300).fill("p".repeat(498)) }, never);
  // 149,400 characters are three parts of 65,536 at most; each waits until a batch's worth of the one before is left.
  expect(children.started[0]?.tokenised).toBe(3);
});

describe("the pause before a child is started again", () => {
  const crash = async ({ children, session }: ReturnType<typeof batching>) => {
    children.started.at(-1)?.kill();
    await until(() => session.state.state === "restarting", "the end is known");
    const { state } = session;
    await until(() => session.ready !== undefined, "the next child is ready");
    return state;
  };

  test("grows while children end without a batch, and begins anew after a good one", async () => {
    const parts = batching();
    await parts.embed();
    expect(await crash(parts)).toMatchObject({ atMs: 100 });
    expect(await crash(parts)).toMatchObject({ atMs: 200 });
    await parts.embed();
    expect(await crash(parts)).toMatchObject({ atMs: 100 });
    expect(parts.session.crashes).toBe(3);
  });
});
