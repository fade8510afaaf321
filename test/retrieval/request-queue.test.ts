import { expect, test } from "bun:test";
import { type Queued, RequestQueue } from "../../src/retrieval/batching/request-queue.ts";

const request = (characters: number): Queued => ({
  group: { texts: ["x".repeat(characters)] },
  sequences: [undefined],
  nextText: 0,
});

test("after a large request leaves, another fits beside a waiting small one", () => {
  const queue = new RequestQueue({ maxRequests: 10, maxCharacters: 100 });
  const large = request(80);
  expect(queue.add(request(10))).toBe(true);
  expect(queue.add(large)).toBe(true);
  expect(queue.add(request(80))).toBe(false);
  queue.remove(large);
  expect(queue.add(request(90))).toBe(true);
  expect(queue.add(request(1))).toBe(false);
});

test("a request that left twice makes room once", () => {
  const queue = new RequestQueue({ maxRequests: 10, maxCharacters: 100 });
  const large = request(60);
  for (const added of [request(40), large]) expect(queue.add(added)).toBe(true);
  queue.remove(large);
  queue.remove(large);
  expect(queue.add(request(61))).toBe(false);
  expect(queue.add(request(60))).toBe(true);
});

test("one request always fits in an empty queue", () => {
  const queue = new RequestQueue({ maxRequests: 10, maxCharacters: 100 });
  expect(queue.add(request(1_000))).toBe(true);
});
