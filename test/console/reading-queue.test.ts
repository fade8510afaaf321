import { expect, test } from "bun:test";
import { signal } from "@preact/signals";
import type { DocumentEntry, Order } from "../../console/reading/documents.ts";
import { createReadingQueue } from "../../console/reading/reading-queue.ts";
import type { RunEvent } from "../../console/reading/reduce-run.ts";
import { until } from "../support/until.ts";

const order = (engine: string): Order => ({ fields: { engine }, notes: [] });
const file = (name: string) => new File([], name);

/** A queue whose readings end when the test says so, or when they are stopped. */
function createWorld() {
  const documents = signal<readonly DocumentEntry[]>([]);
  const log: string[] = [];
  const running: { tell: (events: readonly RunEvent[]) => void; end: () => void }[] = [];
  const queue = createReadingQueue({
    documents,
    shownId: () => undefined,
    onBegin: (id, name) => log.push(`${id} begins ${name}`),
    onNews: () => undefined,
    onEnd: (id, fault) => log.push(`${id} ends${fault === undefined ? "" : ` ${fault.code}`}`),
    read: (read, { fields }, stop, tell) =>
      new Promise((resolve) => {
        log.push(`reads ${read.name} ${fields.engine}`);
        running.push({ tell, end: resolve });
        stop.addEventListener("abort", () => {
          tell([{ type: "stopped", atMs: 1 }]);
          resolve();
        });
      }),
  });
  const states = () => documents.value.map(({ state, a, b }) => [state, a?.state, b?.state]);
  return { documents, queue, log, running, states };
}

test("documents are read one at a time, in their order, each with what was asked for when it was added", async () => {
  const { queue, log, running, states } = createWorld();
  expect(queue.add([file("a"), file("b")], order("auto"))).toEqual([1, 2]);
  queue.add([file("c")], order("tesseract"));
  expect(states().map(([state]) => state)).toEqual(["reading", "waiting", "waiting"]);
  for (const count of [1, 2, 3]) {
    await until(() => running.length === count);
    running.at(-1)?.end();
  }
  await until(() => log.includes("3 ends"));
  expect(log.filter((line) => line.startsWith("reads"))).toEqual(["reads a auto", "reads b auto", "reads c tesseract"]);
});

test("what is stopped keeps what was read, what waits is taken out of the queue, and the next begins", async () => {
  const { queue, log, states } = createWorld();
  queue.add([file("a"), file("b"), file("c")], order("auto"));
  queue.stop(2);
  queue.stop(1);
  await until(() => log.includes("reads c auto"));
  expect(states()).toEqual([
    ["idle", "stopped", undefined],
    ["idle", undefined, undefined],
    ["reading", "reading", undefined],
  ]);
});

test("a document taken off the list while it is read stops, and the next begins", async () => {
  const { documents, queue, log } = createWorld();
  queue.add([file("a"), file("b")], order("auto"));
  queue.remove(1);
  await until(() => log.includes("reads b auto"));
  expect(documents.value.map(({ id }) => id)).toEqual([2]);
});

test("a second reading is B, and can become the A of a third", async () => {
  const { documents, queue, log, running, states } = createWorld();
  queue.add([file("a")], order("auto"));
  running.at(-1)?.end();
  await until(() => log.includes("1 ends"));
  queue.readAgain(1, order("np-dms-ocr"));
  queue.readAgain(1, order("twice is once"));
  await until(() => log.includes("1 begins b"));
  expect(states()).toEqual([["reading", "reading", "reading"]]);
  running.at(-1)?.end();
  await until(() => states()[0]?.[0] === "idle");
  queue.keepAsBase(1);
  expect(documents.value[0]?.a?.fields).toEqual({ engine: "np-dms-ocr" });
  expect(documents.value[0]?.b).toBeUndefined();
});

test("how a reading failed is told when it ends", async () => {
  const { queue, log, running } = createWorld();
  queue.add([file("a")], order("auto"));
  const fault = {
    message: "m",
    code: "unauthorized",
    status: 401,
    requestId: undefined,
    retryAfterSeconds: undefined,
    issues: [],
  };
  running.at(-1)?.tell([{ type: "failed", fault, atMs: 1 }]);
  running.at(-1)?.end();
  await until(() => log.includes("1 ends unauthorized"));
});
