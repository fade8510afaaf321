import { describe, expect, test } from "bun:test";
import { SidecarError } from "../../src/errors.ts";
import type { Services } from "../../src/http/services.ts";
import type { DocumentResult, PageResult } from "../../src/ocr/page-result.ts";
import { captureLog } from "../support/captured-log.ts";
import { fakeServices } from "../support/fake-services.ts";
import { until } from "../support/until.ts";

type Read = Services["readDocument"];

const page: PageResult = {
  ...{ page: 1, source: "np-dms-ocr", text: "text", chars: 4, attempts: 1, ms: 1, truncated: false, warnings: [] },
};
const result: DocumentResult = {
  ...{ text: "text", ocrUsed: true, pageCount: 1, charCount: 4, engineUsed: "np-dms-ocr", warnings: [] },
  pages: [page],
};
const planned = [{ page: 1, source: "np-dms-ocr", reason: "no text layer" }] as const;
const delta = (text: string) => ({ page: 1, attempt: 1, text });

/** Asks for a document as events, which is read so. */
async function ask(readDocument: Read, fields: object = {}) {
  const service = fakeServices({ readDocument });
  const body = { pdfPath: "/a.pdf", ...fields };
  const response = await service.post("/ocr", body, { Accept: "text/event-stream" });
  return { ...service, response };
}

const namesIn = (text: string) => [...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name);

describe("a document as a stream of events", () => {
  test("stops its work when the reader goes", async () => {
    let given: AbortSignal | undefined;
    const { response } = await ask((_document, _request, signal, listener) => {
      given = signal;
      listener?.onPlan?.(planned);
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    expect(given?.aborted).toBe(false);
    await response.body?.cancel();
    expect(given?.reason).toMatchObject({ code: "client_gone" });
  });

  test("is a request that has ended when its last event was sent, and not before", async () => {
    const reading = Promise.withResolvers<DocumentResult>();
    const { response, records } = await ask((_document, _request, _signal, listener) => {
      listener?.onPlan?.(planned);
      return reading.promise;
    });
    await Bun.sleep(1);
    expect(records).toEqual([]);
    reading.resolve(result);
    expect(namesIn(await response.text())).toEqual(["plan", "done"]);
    await until(() => records.length === 1);
  });

  test.each([
    ["is not written where nobody asks for it", {}, false],
    ["is written where it is asked for", { deltas: true }, true],
  ])("what an engine writes %s", async (_, fields, isGathered) => {
    const { response } = await ask(async (_document, _request, _signal, listener) => {
      listener?.onPlan?.(planned);
      expect(listener?.onDelta !== undefined).toBe(isGathered);
      // Whoever reads has taken the plan by then.
      await Bun.sleep(5);
      listener?.onDelta?.(delta("te"));
      listener?.onPage?.(page);
      return result;
    }, fields);
    const expected = isGathered ? ["plan", "delta", "page", "done"] : ["plan", "page", "done"];
    expect(namesIn(await response.text())).toEqual(expected);
  });

  test("what an engine writes waits while the reader takes nothing, and is dropped when its page is finished", async () => {
    const reading = Promise.withResolvers<void>();
    const { response } = await ask(
      async (_document, _request, _signal, listener) => {
        listener?.onPlan?.(planned);
        listener?.onDelta?.(delta("te"));
        listener?.onPage?.(page);
        reading.resolve();
        return result;
      },
      { deltas: true },
    );
    await reading.promise;
    expect(namesIn(await response.text())).toEqual(["plan", "page", "done"]);
  });

  test("that fails before the plan stands is an answer of its own, and told once", async () => {
    await using log = await captureLog();
    const { response } = await ask(() => Promise.reject(new TypeError("x is undefined")));
    expect(response.status).toBe(500);
    expect(response.headers.get("Content-Type")).toContain("application/json");
    await response.text();
    expect(log.records.filter(({ level }) => level === "error")).toHaveLength(1);
  });

  test.each<[string, Error, string]>([
    ["a fault", new SidecarError("ocr_failed", "Page 1 could not be read."), "ocr_failed"],
    ["a surprise", new TypeError("x is undefined"), "internal_error"],
  ])("that fails later ends with the event of the error, be it %s", async (_, error, code) => {
    const { response, records } = await ask(async (_document, _request, _signal, listener) => {
      listener?.onPlan?.(planned);
      throw error;
    });
    const text = await response.text();
    expect(namesIn(text)).toEqual(["plan", "error"]);
    expect(text).toContain(`"code":"${code}","requestId":"made-here"`);
    expect(text).not.toContain("undefined");
    await until(() => records.length === 1);
    expect(records[0]).toMatchObject({ status: 200, fault: { code } });
  });
});
