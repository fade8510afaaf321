import { expect, test } from "bun:test";
import { type Queued, RequestQueue } from "../../src/retrieval/batching/request-queue.ts";

const limits = {
  maxPaddedTokens: 100,
  maxSquaredTokens: 10_000,
  maxPaddingTokens: 10,
  maxSmallTokens: 100,
  lengthMultiple: 1,
};

const unbounded = { maxRequests: 100, maxCharacters: 1e9 };

/** As a request is while the tokeniser has it. */
type Made = Queued & { tokenisedTexts: number };

const request = (characters: number): Made => ({
  group: { texts: ["x".repeat(characters)] },
  arrivedMs: 0,
  sequences: [undefined],
  nextText: 0,
  tokenisedTexts: 0,
});

test("after a large request leaves, another fits beside a waiting small one", () => {
  const queue = new RequestQueue({ maxRequests: 10, maxCharacters: 100 }, limits);
  const large = request(80);
  expect(queue.add(request(10))).toBe(true);
  expect(queue.add(large)).toBe(true);
  expect(queue.add(request(80))).toBe(false);
  queue.remove(large);
  expect(queue.add(request(90))).toBe(true);
  expect(queue.add(request(1))).toBe(false);
});

test("a request that left twice makes room once", () => {
  const queue = new RequestQueue({ maxRequests: 10, maxCharacters: 100 }, limits);
  const large = request(60);
  for (const added of [request(40), large]) expect(queue.add(added)).toBe(true);
  queue.remove(large);
  queue.remove(large);
  expect(queue.add(request(61))).toBe(false);
  expect(queue.add(request(60))).toBe(true);
});

test("one request always fits in an empty queue", () => {
  const queue = new RequestQueue({ maxRequests: 10, maxCharacters: 100 }, limits);
  expect(queue.add(request(1_000))).toBe(true);
});

test("just so many characters fit, those of a query among them, and just so many requests", () => {
  const queue = new RequestQueue({ maxRequests: 3, maxCharacters: 100 }, limits);
  const pair = { ...request(30), group: { query: "q".repeat(20), texts: ["x".repeat(30)] } };
  expect([pair, request(51), request(50)].map((one) => queue.add(one))).toEqual([true, false, true]);
  queue.remove(pair);
  expect([request(0), request(0), request(0)].map((one) => queue.add(one))).toEqual([true, true, false]);
});

test("requests that come at one time keep their order", () => {
  const queue = new RequestQueue(unbounded, limits);
  const [first, second, third] = [request(1), request(2), request(3)];
  for (const one of [first, second, third]) queue.add(one);
  expect(queue.requests).toEqual([first, second, third]);
});

test("texts go to the tokeniser until there are so many characters, one of each request in turn, with their query", () => {
  const queue = new RequestQueue<Made>(unbounded, limits);
  const pairs = { ...texts(0, 3, 50), group: { query: "q", texts: ["a".repeat(50), "b".repeat(50), "c"] } };
  const others = texts(1, 3, 50);
  for (const one of [pairs, others]) queue.add(one);
  const taken = queue.takeTexts(150).map(({ from, group }) => [from, group.query, group.texts.map((text) => text[0])]);
  expect(taken).toEqual([
    [0, "q", ["a", "b"]],
    [0, undefined, ["x"]],
  ]);
  expect([pairs.nextText, others.nextText, queue.texts]).toEqual([2, 1, 3]);
  expect(queue.takeTexts(1).map(({ from, group }) => [from, group.query, group.texts.length])).toEqual([[2, "q", 1]]);
});

test("texts that wait are those that are to be cut and those that are to be computed", () => {
  const queue = new RequestQueue<Made>(unbounded, limits);
  const one = texts(0, 4, 10);
  queue.add(one);
  one.nextText = 2;
  one.sequences[0] = new Int32Array(5);
  one.sequences[1] = new Int32Array(6);
  expect([queue.texts, queue.tokens, queue.hasSequences]).toEqual([4, 11, true]);
  expect(queue.takeBatch().map(({ index }) => index)).toEqual([1, 0]);
  expect([queue.texts, queue.tokens, queue.hasSequences]).toEqual([2, 0, false]);
});

test("tokens that wait are counted with the padding that a card needs", () => {
  const queue = new RequestQueue<Made>(unbounded, { ...limits, lengthMultiple: 8 });
  const one = texts(0, 2, 10);
  one.sequences[0] = new Int32Array(8);
  one.sequences[1] = new Int32Array(9);
  queue.add(one);
  expect(queue.tokens).toBe(24);
});

test("a batch may be given fewer tokens than one may have, and never more", () => {
  const queue = new RequestQueue<Made>(unbounded, limits);
  const one = texts(0, 15, 10);
  one.nextText = 15;
  one.sequences.fill(new Int32Array(10));
  queue.add(one);
  expect([queue.takeBatch(30).length, queue.takeBatch(1e9).length, queue.takeBatch().length]).toEqual([3, 10, 2]);
});

test("small requests join the batch of another, and large ones do not", () => {
  const queue = new RequestQueue<Made>(unbounded, limits);
  const [own, small, large] = [texts(0, 1, 30), texts(1, 1, 25), texts(2, 5, 25)];
  for (const one of [own, small, large]) {
    one.nextText = one.tokenisedTexts = one.group.texts.length;
    one.sequences.fill(new Int32Array(one.group.texts[0]?.length ?? 0));
    queue.add(one);
  }
  expect(queue.takeBatch().map(({ request }) => request)).toEqual([large, large, large, large]);
  expect(queue.takeBatch().map(({ request }) => request)).toEqual([own, small, large]);
});

test("no more of a request is cut into tokens than one batch before some of it has run", () => {
  const queue = new RequestQueue<Made>(unbounded, limits);
  const one = texts(0, 4, 50);
  queue.add(one);
  expect(queue.takeTexts(150).map(({ group }) => group.texts.length)).toEqual([3]);
  one.sequences.fill(new Int32Array(50), 0, 3);
  one.tokenisedTexts = 3;
  expect([queue.hasTexts, queue.takeTexts(150)]).toEqual([false, []]);
  queue.takeBatch();
  expect([queue.hasTexts, queue.takeTexts(150).length]).toEqual([true, 1]);
});

/** A request of equal texts, each of so many characters and, when it is tokenised, tokens. */
const texts = (arrivedMs: number, count: number, length: number): Made => ({
  group: { texts: Array(count).fill("x".repeat(length)) },
  arrivedMs,
  sequences: Array(count).fill(undefined),
  nextText: 0,
  tokenisedTexts: 0,
});

/** Runs all that waits as the batcher does; tells whose turn each batch was, and when which request ended. */
function runAll(queue: RequestQueue<Made>, requests: Readonly<Record<string, Made>>, atBatch = (_: number) => {}) {
  const nameOf = (request: Made) => Object.keys(requests).find((name) => requests[name] === request) ?? "nobody";
  const left = new Map(Object.values(requests).map((request) => [request, request.group.texts.length]));
  const ends: string[] = [];
  let batches = 0;
  for (let tokenised = false; queue.hasTexts || queue.hasSequences; ) {
    if (queue.hasTexts && !(tokenised && queue.hasSequences)) {
      for (const { request, from, group } of queue.takeTexts(200)) {
        for (const [place, { length }] of group.texts.entries())
          request.sequences[from + place] = new Int32Array(length);
        request.tokenisedTexts += group.texts.length;
      }
      tokenised = true;
      continue;
    }
    tokenised = false;
    for (const { request } of queue.takeBatch()) {
      left.set(request, (left.get(request) ?? 0) - 1);
      if (left.get(request) !== 0) continue;
      queue.remove(request);
      ends.push(`${nameOf(request)} after ${batches + 1}`);
    }
    batches += 1;
    atBatch(batches);
  }
  return ends;
}

test("of large requests the one that came first ends first, as soon as alone", () => {
  const queue = new RequestQueue<Made>(unbounded, limits);
  const requests = { first: texts(0, 20, 50), second: texts(1, 20, 50), third: texts(2, 20, 50) };
  for (const one of [requests.second, requests.first, requests.third]) queue.add(one);
  expect(runAll(queue, requests)).toEqual(["first after 10", "second after 20", "third after 30"]);
});

test("small requests pass large ones, and stop none: they have every second turn", () => {
  const queue = new RequestQueue<Made>(unbounded, limits);
  const small = Array.from({ length: 6 }, (_, index) => texts(10 + index, 1, 90));
  const requests = { large: texts(0, 8, 50), other: texts(1, 8, 50), ...Object.fromEntries(small.entries()) };
  for (const one of [requests.large, requests.other, ...small]) queue.add(one);
  // The last batch of a large request is small work, and among that the oldest.
  expect(runAll(queue, requests)).toEqual([
    "0 after 2",
    "1 after 4",
    "2 after 6",
    "large after 8",
    "3 after 10",
    "4 after 12",
    "other after 14",
    "5 after 15",
  ]);
});

test("a request whose texts are at the tokeniser is not taken for what it has by then", () => {
  const queue = new RequestQueue<Made>(unbounded, limits);
  const [first, second] = [texts(0, 8, 50), texts(1, 4, 50)];
  for (const one of [first, second]) {
    one.nextText = one.group.texts.length;
    one.sequences[0] = new Int32Array(50);
    one.tokenisedTexts = 1;
    queue.add(one);
  }
  first.sequences.fill(new Int32Array(50));
  first.tokenisedTexts = 8;
  const turns = Array.from({ length: 3 }, () => queue.takeBatch()[0]?.request);
  expect(turns).toEqual([first, first, first]);
});

test("a small request that comes while large ones are computed is next", () => {
  const queue = new RequestQueue<Made>(unbounded, limits);
  const requests = { large: texts(0, 20, 50), other: texts(1, 20, 50), small: texts(2, 1, 5) };
  queue.add(requests.large);
  queue.add(requests.other);
  const ends = runAll(queue, requests, (batches) => {
    if (batches === 5) queue.add(requests.small);
  });
  expect(ends).toEqual(["small after 6", "large after 11", "other after 21"]);
});

test("the parts of a long list keep the place of its first", () => {
  const queue = new RequestQueue<Made>(unbounded, limits);
  const requests = { part: texts(0, 8, 50), other: texts(1, 8, 50), next: texts(0, 8, 50) };
  queue.add(requests.part);
  queue.add(requests.other);
  const ends = runAll(queue, requests, (batches) => {
    if (batches === 4) queue.add(requests.next);
  });
  expect(ends).toEqual(["part after 4", "next after 8", "other after 12"]);
});
