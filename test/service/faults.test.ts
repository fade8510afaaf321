import { afterAll, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type FaultKind, faultKinds } from "../support/fake-ollama/faults.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { scan } from "../support/scan.ts";
import { type SidecarWithOllama, startWithOllama } from "../support/sidecar-with-ollama.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

type Outcome = { status: 200; warning: string } | { status: number; code: string; fatal?: boolean };

/** How a page ends at which the fault strikes every time it is asked for. */
const outcomes: Record<FaultKind | "refused", Outcome> = {
  refused: { status: 503, code: "ollama_unreachable", fatal: true },
  busy: { status: 503, code: "ollama_busy" },
  "not-installed": { status: 503, code: "model_not_installed", fatal: true },
  crash: { status: 502, code: "ocr_failed" },
  "out-of-memory": { status: 502, code: "ocr_failed" },
  "card-out-of-memory": { status: 502, code: "ocr_failed" },
  template: { status: 502, code: "ocr_failed" },
  "bad-request": { status: 502, code: "ocr_failed" },
  "context-too-small": { status: 502, code: "ocr_failed" },
  "no-vision": { status: 502, code: "ocr_failed" },
  hang: { status: 504, code: "page_timeout" },
  drip: { status: 504, code: "page_timeout" },
  "reset-before": { status: 502, code: "ocr_failed" },
  reset: { status: 502, code: "ocr_failed" },
  "error-line": { status: 502, code: "ocr_failed" },
  "no-end": { status: 502, code: "ocr_failed" },
  empty: { status: 200, warning: "has ink on it" },
  loop: { status: 502, code: "ocr_failed" },
  "one-glyph": { status: 502, code: "ocr_failed" },
  garbage: { status: 502, code: "ocr_failed" },
  html: { status: 502, code: "ocr_failed" },
};

const kinds = [...faultKinds, "refused"] as const;
const endpoints = ["/ocr", "/ocr-upload"] as const;
const modes = ["fail", "skip"] as const;
const rejections: unknown[] = [];
const remember = (reason: unknown) => rejections.push(reason);

let world: SidecarWithOllama;
let document = 0;
beforeAll(async () => {
  process.on("unhandledRejection", remember);
  const fast = { OCR_TIMEOUT: "2", OCR_PAGE_CACHE_MB: "0" };
  world = await startWithOllama({ dripMs: 400, pieceCount: 40 }, fast);
});
afterAll(async () => {
  process.off("unhandledRejection", remember);
  await world[Symbol.asyncDispose]();
});
beforeEach(() => {
  document += 1;
});

async function ask(endpoint: (typeof endpoints)[number], pdf: Uint8Array<ArrayBuffer>, mode: string) {
  const { sidecar } = world;
  if (endpoint === "/ocr-upload") return sidecar.upload(pdf, { onPageError: mode, includePages: "true" });
  await Bun.write(`${sidecar.base}/document.pdf`, pdf);
  return sidecar.post("/ocr", { pdfPath: `${sidecar.base}/document.pdf`, onPageError: mode, includePages: true });
}

async function strike(kind: FaultKind | "refused") {
  const { fake } = world;
  if (kind === "refused") await fake.stop();
  // Everything after the first page; retries included.
  else fake.fail(kind, { times: Number.POSITIVE_INFINITY, when: (page) => page.index > first });
}

let first = 0;
const cases = kinds.flatMap((kind) =>
  endpoints.flatMap((endpoint) => modes.map((mode) => [kind, endpoint, mode] as const)),
);

describe("a fault of Ollama", () => {
  test.each(cases)("%s at %s with onPageError %s ends as it should", async (kind, endpoint, mode) => {
    const { fake, sidecar } = world;
    const cover = {
      kind: "text",
      lines: Array(4).fill(`The typed cover of document ${document}, with text enough.`),
    } as const;
    const pdf = buildPdf([
      cover,
      ...["one", "two"].map(
        (name) => ({ kind: "scan", lines: [`${name} ${document}`], widthPt: 200, heightPt: 100 }) as const,
      ),
    ]);
    first = fake.pages.length;
    await strike(kind);
    const response = await ask(endpoint, pdf, mode);
    const body = await response.json();
    fake.clearFaults();
    if (kind === "refused") await fake.restart();
    const outcome = outcomes[kind];
    if ("warning" in outcome) {
      expect(response.status).toBe(200);
      expect(body.warnings.join()).toContain(outcome.warning);
    } else if (mode === "skip" && outcome.fatal !== true) {
      expect(response.status).toBe(200);
      expect(body.pages.map((page: { error?: { code: string } }) => page.error?.code)).toEqual([
        undefined,
        undefined,
        outcome.code,
      ]);
      expect(body.text).toContain("typed cover");
      expect(body.warnings.join()).toContain("page 3: the page could not be read");
    } else {
      expect({ status: response.status, code: body.code }).toEqual({ status: outcome.status, code: outcome.code });
      if (outcome.fatal !== true) expect(body.detail).toStartWith("Page 3 could not be read");
    }
    const { queue } = await (await sidecar.call("/residency")).json();
    expect(queue).toMatchObject({ documents: 0, waitingPages: 0, runningPages: 0, heldBytes: 0 });
    await until(() => fake.pages.every(({ outcome: ended }) => ended !== "running"));
  });

  test("that was met with two readings says so of the page that was skipped", async () => {
    const { fake, sidecar } = world;
    fake.fail("crash", { times: 2 });
    const body = await (await sidecar.upload(scan(1, "twice"), { includePages: "true", onPageError: "skip" })).json();
    expect(body.pages[0]).toMatchObject({ attempts: 2, error: { code: "ocr_failed" } });
  });

  test("leaves a service that reads the next document", async () => {
    const { sidecar } = world;
    expect((await sidecar.upload(scan(1, "after"))).status).toBe(200);
    expect(rejections).toEqual([]);
  });

  test("that is one glyph is met with an unload, and the second reading counts", async () => {
    const { fake, sidecar } = world;
    fake.fail("one-glyph");
    const before = fake.coldLoads;
    const body = await (await sidecar.upload(scan(1, "poison"), { includePages: "true" })).json();
    expect(body.pages[0]).toMatchObject({ attempts: 2, truncated: false });
    expect(fake.coldLoads).toBe(before + 1);
  });

  test("that cuts the page at max_tokens keeps the page and marks it", async () => {
    const { sidecar } = world;
    const body = await (await sidecar.upload(scan(1, "cut"), { includePages: "true", maxTokens: "5" })).json();
    expect(body.pages[0].truncated).toBe(true);
    expect(body.text).not.toBe("");
    expect(body.warnings.join()).toContain("cut at max_tokens");
  });
});
