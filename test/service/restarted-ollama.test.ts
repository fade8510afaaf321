import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { scan } from "../support/scan.ts";
import { startWithOllama } from "../support/sidecar-with-ollama.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(60_000);

describe("an Ollama that goes away in the middle of a document", () => {
  test.each(["stop", "kill"] as const)("by %s for five seconds costs one page its first reading", async (how) => {
    await using world = await startWithOllama({ pageDelayMs: 300 }, { OCR_PAGE_ATTEMPTS: "1" });
    const { fake, sidecar } = world;
    const response = sidecar.upload(scan(5), { includePages: "true" });
    await until(() => fake.pages.length === 3, "the third page is being read");
    await fake[how]();
    await Bun.sleep(5000);
    await fake.restart();
    const body = await (await response).json();
    expect(body.pages.map(({ attempts }: { attempts: number }) => attempts)).toEqual([1, 1, 2, 1, 1]);
    expect(fake.pages).toHaveLength(6);
  });

  test("for good ends in a sentence with the page and what is kept", async () => {
    await using world = await startWithOllama({ pageDelayMs: 300 }, { OCR_TIMEOUT: "4" });
    const { fake, sidecar } = world;
    const response = sidecar.upload(scan(5));
    await until(() => fake.pages.length === 3, "the third page is being read");
    await fake.stop();
    const body = await (await response).json();
    expect(body).toMatchObject({ code: "ollama_unreachable" });
    expect(body.detail).toMatch(/^Page 3 could not be read: Ollama cannot be reached .* 2 finished pages are kept/);
  });

  test("costs nobody who has left a wait", async () => {
    await using world = await startWithOllama({ pageDelayMs: 300 });
    const { fake, sidecar } = world;
    const gone = new AbortController();
    const response = sidecar.upload(scan(5), {}, { signal: gone.signal }).catch(() => "left");
    await until(() => fake.pages.length === 2, "the second page is being read");
    await fake.stop();
    gone.abort();
    expect(await response).toBe("left");
    await until(async () => {
      const { queue } = await (await sidecar.call("/residency")).json();
      return queue.documents === 0 && queue.runningPages === 0;
    }, "nothing is left");
  });
});
