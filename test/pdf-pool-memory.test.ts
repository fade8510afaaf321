import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { PdfPool } from "../src/pdf/document.ts";
import { createDocumentMemory } from "../src/pdf/document-memory.ts";
import { createPdfPool } from "../src/pdf/pool.ts";
import { buildPdf } from "./support/pdf-builder.ts";
import { poolOptions } from "./support/pdf-pool.ts";
import { refusalOf } from "./support/refusal-of.ts";
import { until } from "./support/until.ts";

// Real workers on a busy machine of two cores.
setDefaultTimeout(30_000);

const { signal } = new AbortController();
const upright = { longestSidePx: 100, turnDegrees: 0 };
const pools: PdfPool[] = [];

afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

/** A pool whose worker does what the bytes say, and memory that tells what came back to it. */
function startPool(options: { real?: boolean } = {}) {
  const memory = createDocumentMemory({ maxDocumentBytes: 0, maxSpareBytes: 1_000_000, keepMs: 60_000 });
  const hostile = {
    workers: 1,
    pageTimeoutMs: 300,
    workerUrl: new URL("./support/hostile-pdf-worker.ts", import.meta.url),
  };
  const pool = createPdfPool({ ...poolOptions, ...(options.real ? {} : hostile), memory });
  pools.push(pool);
  const script = (text: string) => {
    const shared = memory.take(text.length + 1);
    shared.grow(text.length + 1);
    const bytes = new Uint8Array(shared);
    bytes.set(new TextEncoder().encode(text));
    return bytes;
  };
  return { pool, memory, script };
}

describe("the bytes of a document", () => {
  test("are kept while it is open and come back when it is closed", async () => {
    const { pool, memory, script } = startPool();
    const bytes = script("ok");
    const document = await pool.open(bytes, "pdf", signal);
    await document.readPages([1], signal);
    expect(memory.spareBytes).toBe(0);
    document.close();
    document.close();
    expect(memory.spareBytes).toBe(bytes.length);
  });

  test("that did not stand in shared memory are copied there, and that comes back too", async () => {
    const { pool, memory } = startPool({ real: true });
    const pdf = buildPdf([{ kind: "text", lines: ["mine"] }]);
    const document = await pool.open(pdf, "pdf", signal);
    document.close();
    expect(memory.spareBytes).toBe(pdf.length);
  });

  test("come back when it cannot be opened, be it because the caller has gone before", async () => {
    const { pool, memory } = startPool({ real: true });
    const broken = new TextEncoder().encode("%PDF-1.7 and nothing else");
    expect(await refusalOf(pool.open(broken, "pdf", signal))).toMatchObject({ code: "document_damaged" });
    expect(memory.spareBytes).toBe(broken.length);
    const gone = AbortSignal.abort(new Error("gone"));
    expect(await refusalOf(pool.open(broken, "pdf", gone))).toMatchObject({ message: "gone" });
    expect(memory.spareBytes).toBe(broken.length);
  });

  test("are not used again when a worker still reads them for a caller who has gone", async () => {
    const { pool, memory, script } = startPool();
    const document = await pool.open(script("slow 200"), "pdf", signal);
    const caller = new AbortController();
    const reading = document.render(1, upright, caller.signal);
    caller.abort(new Error("gone"));
    expect(await refusalOf(reading)).toMatchObject({ message: "gone" });
    document.close();
    expect(memory.spareBytes).toBe(0);
    await until(() => pool.status().busy === 0);
    expect(memory.spareBytes).toBe(0);
  });

  test("are read for nothing that still waited when it was closed", async () => {
    const { pool, memory, script } = startPool();
    const other = await pool.open(script("slow 200"), "pdf", signal);
    const document = await pool.open(script("ok"), "pdf", signal);
    const running = other.render(1, upright, signal);
    const waiting = document.render(1, upright, signal);
    document.close();
    expect(await refusalOf(waiting)).toMatchObject({ message: "the document is closed" });
    expect(pool.status()).toMatchObject({ busy: 1, queued: 0 });
    expect(memory.spareBytes).toBeGreaterThan(0);
    await running;
  });

  test.each(["wasm 3000000000", "throw"])(
    "are not used again when a worker was ended over them by %s",
    async (text) => {
      const { pool, memory, script } = startPool();
      const document = await pool.open(script(text), "pdf", signal);
      expect(await refusalOf(document.render(1, upright, signal))).toMatchObject({ code: "document_too_complex" });
      document.close();
      expect(memory.spareBytes).toBe(0);
    },
  );
});
