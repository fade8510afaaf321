import { describe, expect, test } from "bun:test";
import { createInFlight } from "../../src/http/intake/in-flight.ts";

const { signal } = new AbortController();

describe("the requests whose work has not ended", () => {
  test("are each counted out once, however often their end is told", () => {
    const inFlight = createInFlight();
    const [leave] = [inFlight.enter(), inFlight.enter()];
    leave?.();
    leave?.();
    expect(inFlight.count).toBe(1);
  });

  test("are waited for until the last of them has ended", async () => {
    const inFlight = createInFlight();
    const [one, other] = [inFlight.enter(), inFlight.enter()];
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
    inFlight.enter();
    await inFlight.whenIdle(AbortSignal.abort());
    await inFlight.whenIdle(AbortSignal.timeout(1));
    expect(inFlight.count).toBe(1);
  });
});
