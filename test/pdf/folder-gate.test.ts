import { describe, expect, test } from "bun:test";
import { createFolderGate, type FolderGateOptions } from "../../src/pdf/files/folder-gate.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { until } from "../support/until.ts";

const { signal } = new AbortController();
const gateOf = (options: Partial<FolderGateOptions> = {}) =>
  createFolderGate({ atOnce: 1, maxWaiting: 10, maxWaitMs: 5000, ...options });
const hung = () => new Promise<never>(() => undefined);
const busy = { code: "ocr_busy", retryable: true, retryAfterSeconds: 5 };

describe("the way to a folder that may hang", () => {
  test("lets only so many in at once, one after the other", async () => {
    const gate = gateOf({ atOnce: 2 });
    const told: string[] = [];
    const first = Promise.withResolvers<string>();
    const work = [
      gate.run(() => first.promise, { signal }),
      gate.run(async () => "second", { signal }),
      gate.run(async () => "third", { signal }),
    ].map((done) => done.then((said) => told.push(said)));
    await until(() => told.length === 2);
    first.resolve("first");
    await Promise.all(work);
    expect(told).toEqual(["second", "third", "first"]);
  });

  test("lets a caller go whose work hangs, and nobody else in as long as it does", async () => {
    const gate = gateOf({ maxWaitMs: 50 });
    const caller = new AbortController();
    const given: AbortSignal[] = [];
    const stuck = refusalOf(
      gate.run(
        (within) => {
          given.push(within);
          return hung();
        },
        { signal: caller.signal },
      ),
    );
    await until(() => given.length === 1);
    caller.abort(new Error("gone"));
    expect(await stuck).toHaveProperty("message", "gone");
    expect(given[0]?.reason).toHaveProperty("message", "gone");
    let entered = 0;
    const enter = async () => {
      entered += 1;
    };
    expect(await refusalOf(gate.run(enter, { signal }))).toMatchObject(busy);
    expect(await refusalOf(gate.run(enter, { signal: AbortSignal.abort(new Error("left")) }))).toHaveProperty(
      "message",
      "left",
    );
    expect(entered).toBe(0);
  });

  test("gives back what comes when its caller has gone, and goes on", async () => {
    const gate = gateOf();
    const caller = new AbortController();
    const late = Promise.withResolvers<string>();
    const discarded: string[] = [];
    const left = refusalOf(
      gate.run(() => late.promise, { signal: caller.signal, discard: (said) => discarded.push(said) }),
    );
    await Bun.sleep(0);
    caller.abort(new Error("gone"));
    await left;
    late.resolve("a file");
    expect(await gate.run(async () => "next", { signal, discard: (said) => discarded.push(said) })).toBe("next");
    expect(discarded).toEqual(["a file"]);
  });

  test("lets only so many wait, and who is next before them", async () => {
    const gate = gateOf({ maxWaiting: 2 });
    const told: string[] = [];
    const first = Promise.withResolvers<string>();
    const say = (word: string, isNext: boolean) =>
      gate.run(async () => word, { signal, isNext }).then((said) => told.push(said));
    const running = gate.run(() => first.promise, { signal });
    const work = [say("waits", false), say("next", true)];
    expect(await refusalOf(gate.run(async () => "too many", { signal }))).toMatchObject(busy);
    first.resolve("first");
    await Promise.all([running, ...work]);
    expect(told).toEqual(["next", "waits"]);
  });

  test("tells what the work throws, and lets the next in", async () => {
    const gate = gateOf();
    const fault = new Error("no such file");
    expect(await refusalOf(gate.run(() => Promise.reject(fault), { signal }))).toBe(fault);
    expect(await gate.run(async () => "next", { signal })).toBe("next");
  });
});
