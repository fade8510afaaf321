import { describe, expect, test } from "bun:test";
import { createInFlight } from "../../src/http/intake/in-flight.ts";

const { signal } = new AbortController();
const request = { requestId: "one", path: "/ocr" };

describe("the requests whose work has not ended", () => {
  test("are each counted out once, however often their end is told", () => {
    const inFlight = createInFlight();
    const [leave] = [inFlight.enter(request), inFlight.enter(request)];
    leave?.();
    leave?.();
    expect(inFlight.count).toBe(1);
  });

  test("are told, the oldest first, with what they are and how long they have run", () => {
    let nowMs = 0;
    const inFlight = createInFlight(() => nowMs);
    const leave = inFlight.enter(request);
    nowMs = 2000;
    inFlight.enter({ requestId: "two", path: "/ocr-upload", bodyBytes: 7 });
    nowMs = 3400;
    inFlight.enter({ requestId: "three", path: "/embed" });
    expect(inFlight.longest(2)).toEqual([
      { requestId: "one", path: "/ocr", seconds: 3 },
      { requestId: "two", path: "/ocr-upload", bodyBytes: 7, seconds: 1 },
    ]);
    leave();
    expect(inFlight.longest(5).map(({ requestId }) => requestId)).toEqual(["two", "three"]);
  });

  test("are waited for until the last of them has ended", async () => {
    const inFlight = createInFlight();
    const [one, other] = [inFlight.enter(request), inFlight.enter(request)];
    let isIdle = false;
    const waiting = inFlight.whenIdle(signal).then(() => {
      isIdle = true;
    });
    one();
    await Bun.sleep(0);
    expect(isIdle).toBe(false);
    other();
    await waiting;
    await inFlight.whenIdle(signal);
  });

  test("are waited for no longer than the signal allows", async () => {
    const inFlight = createInFlight();
    inFlight.enter(request);
    await inFlight.whenIdle(AbortSignal.abort());
    await inFlight.whenIdle(AbortSignal.timeout(1));
    expect(inFlight.count).toBe(1);
  });
});
