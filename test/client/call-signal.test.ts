import { describe, expect, test } from "bun:test";
import { callSignal } from "../../src/client/call-signal.ts";

describe("the signal of a call", () => {
  test("is aborted with the caller's reason, be it from before", () => {
    const caller = new AbortController();
    const { signal } = callSignal(caller.signal, undefined);
    caller.abort(new Error("gone"));
    expect(signal.reason).toEqual(new Error("gone"));
    expect(callSignal(caller.signal, undefined).signal.reason).toEqual(new Error("gone"));
  });

  test("is aborted when the time of the call is over, and says so", async () => {
    const { signal } = callSignal(undefined, 1);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    expect(signal.reason).toMatchObject({ code: "client_timeout" });
  });

  test("closes what is still open when the call is over, whoever leaves after that", async () => {
    const caller = new AbortController();
    const { signal, release } = callSignal(caller.signal, 1);
    release();
    expect(signal.aborted).toBe(true);
    const { reason } = signal;
    caller.abort(new Error("gone"));
    await Bun.sleep(5);
    expect(signal.reason).toBe(reason);
  });
});
