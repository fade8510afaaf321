import { expect, test } from "bun:test";
import { parseEnv } from "../../src/service/env.ts";
import { limitsOf } from "../../src/service/limits.ts";
import { wireOcr } from "../../src/service/wire-ocr.ts";
import { wireResidency } from "../../src/service/wire-residency.ts";
import { Metrics } from "../../src/watch/counters.ts";

test.each([
  [undefined, "PP-OCRv4"],
  [{ ok: false, reason: "its folder is not there" }, "PP-OCRv4"],
  [{ ok: true, files: { model: "m", dictionary: "d" }, sha256: "0af" }, "line recogniser org/lines:thai sha256 0af"],
] as const)(
  "the version of the embedded engine names the line recogniser that reads beside it: %#",
  async (found, end) => {
    const parsed = parseEnv({ OCR_SIDECAR_API_KEY: "k", OCR_EMBEDDED_MODEL: "org/lines:thai" });
    if (!parsed.ok) throw new Error(parsed.problems.join(", "));
    const limits = limitsOf(parsed.env, { cpus: 2, memoryBytes: 4 * 1024 ** 3, fileThreads: 7 });
    const residency = wireResidency(parsed.env, undefined, () => []);
    const watching = { metrics: new Metrics(), activity: { decided: () => undefined } };
    const ocr = await wireOcr(parsed.env, limits, undefined, residency, watching, found);
    const { signal } = new AbortController();
    expect(await ocr.pipelines.embedded.engine.version(signal)).toEndWith(end);
    await ocr.close(signal);
  },
);

test("the embedded engine reads as many pages at once as it has processes, whatever the model may", async () => {
  const parsed = parseEnv({ OCR_SIDECAR_API_KEY: "k", TESSERACT_WORKERS: "3", OCR_CONCURRENCY: "1" });
  if (!parsed.ok) throw new Error(parsed.problems.join(", "));
  const { env } = parsed;
  const limits = limitsOf(env, { cpus: 2, memoryBytes: 4 * 1024 ** 3, fileThreads: 7 });
  const residency = wireResidency(env, undefined, () => []);
  const ocr = await wireOcr(env, limits, undefined, residency, {
    metrics: new Metrics(),
    activity: { decided: () => undefined },
  });
  const { queue } = ocr.pipelines.primary;
  const document = queue.admit(1);
  const { signal } = new AbortController();
  const reading = Promise.withResolvers<void>();
  const job = {
    prepare: async () => undefined,
    join: () => undefined,
    start: () => ({ result: reading.promise, slot: reading.promise }),
  };
  const pages = Array.from({ length: 5 }, () => document.add(job, signal));
  await Bun.sleep(1);
  expect(queue.status()).toMatchObject({ runningPages: 3, waitingPages: 2 });
  reading.resolve();
  await Promise.all(pages);
  document.close(false);
  await ocr.close(signal);
});
