import { describe, expect, test } from "bun:test";
import { SidecarError } from "../../src/errors.ts";
import { awaitServer } from "../../src/ocr/engines/await-server.ts";
import { reset } from "../../src/ollama/faults.ts";
import { refusalOf } from "../support/refusal-of.ts";

const { signal } = new AbortController();
const away = () => Promise.reject(reset());

/** A server that is away for so many looks. */
function server(looksAway: number) {
  const world = { looks: 0 };
  const version = async (given: AbortSignal) => {
    given.throwIfAborted();
    world.looks += 1;
    return world.looks <= looksAway ? await away() : "0.12.6";
  };
  return { world, version };
}

describe("waiting for a server that went away", () => {
  test.each([
    [0, false],
    [1, true],
    [3, true],
  ])("with %i looks in vain it is back, and was away meanwhile: %p", async (looksAway, wasAway) => {
    const { world, version } = server(looksAway);
    expect(await awaitServer({ version }, signal, [1, 1, 1, 1])).toBe(wasAway);
    expect(world.looks).toBe(looksAway + 1);
  });

  test("ends with what the last look met, after so many looks", async () => {
    const { world, version } = server(99);
    expect(await refusalOf(awaitServer({ version }, signal, [1, 1, 1]))).toMatchObject({ code: "ocr_failed" });
    expect(world.looks).toBe(3);
  });

  test("ends at once where the server is there and refuses", async () => {
    const refusal = new SidecarError("ollama_unreachable", "Wrong credentials.", { retryable: false });
    let looks = 0;
    const version = () => {
      looks += 1;
      return Promise.reject(refusal);
    };
    expect(await refusalOf(awaitServer({ version }, signal, [1, 1]))).toBe(refusal);
    expect(looks).toBe(1);
  });

  test.each([
    ["the time of the page", new SidecarError("page_timeout", "Too slow."), "ocr_failed"],
    ["the caller", new SidecarError("client_gone", "Gone."), "client_gone"],
  ])("ended by %s says the more telling of both", async (_, reason, code) => {
    const stop = new AbortController();
    const version = () => {
      setTimeout(() => stop.abort(reason), 5);
      return away();
    };
    expect(await refusalOf(awaitServer({ version }, stop.signal, [1, 60_000]))).toMatchObject({ code });
  });

  test("ended by the time of the page before the first look says that", async () => {
    const reason = new SidecarError("page_timeout", "Too slow.");
    expect(await refusalOf(awaitServer({ version: away }, AbortSignal.abort(reason), [1]))).toBe(reason);
  });
});
