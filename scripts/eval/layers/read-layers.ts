import { closeSync, openSync } from "node:fs";
import * as mupdf from "mupdf";
import { joinPages } from "../../../src/ocr/clean.ts";
import { judgeLayers } from "../../../src/ocr/layer/judge.ts";
import { readFacts } from "../../../src/ocr/read-document.ts";
import type { PageFacts, PdfPool, TextLayerFormat } from "../../../src/pdf/document.ts";
import { readPage } from "../../../src/pdf/engine/facts.ts";
import { createPdfPool } from "../../../src/pdf/pool.ts";

/** The text layer of a document as the service answers it in either format, whatever it thinks of the layer. */
export interface LayerReading {
  markdown: string;
  plain: string;
  /** Markdown of each page. */
  pages: string[];
  /** Reasons of the pages that stayed plain. */
  fallBacks: { page: number; reason: string }[];
  times: PageTimes[];
}

/** Milliseconds of a processor for one page in either format: the best of its readings, because others use the machine too. */
export interface PageTimes {
  plain: number;
  markdown: number;
}

export interface LayerReader {
  read(path: string): Promise<LayerReading>;
  close(): Promise<void>;
}

const limits = { fewCharacters: 100, maxPagePixels: 100_000_000 };

/** Reads files through the processes of the service. Where times are wanted, they are taken in this process. */
export function createLayerReader({ timed }: { timed: boolean }): LayerReader {
  const pool = createPdfPool({
    ...{ processes: 2, pageTimeoutMs: 60_000, maxPages: 2000, maxTextCharacters: 8_000_000 },
    ...{ maxProcessMemoryBytes: 512 * 2 ** 20, ...limits },
  });
  return {
    async read(path) {
      const [markdown, plain] = [await readAs(pool, path, "markdown"), await readAs(pool, path, "plain")];
      const fallBacks = markdown.facts.flatMap(({ page, markdown: made }) =>
        made !== undefined && "fallBack" in made ? [{ page, reason: made.fallBack }] : [],
      );
      const texts = { markdown: joinPages(markdown.texts), plain: joinPages(plain.texts), pages: markdown.texts };
      return { ...texts, fallBacks, times: timed ? await timesOf(path) : [] };
    },
    close: () => pool.close(),
  };
}

async function readAs(
  pool: PdfPool,
  path: string,
  format: TextLayerFormat,
): Promise<{ facts: PageFacts[]; texts: string[] }> {
  const signal = AbortSignal.timeout(300_000);
  const bytes = await Bun.file(path).bytes();
  const descriptor = openSync(path, "r");
  const file = {
    path,
    sizeBytes: bytes.byteLength,
    sha256: new Bun.CryptoHasher("sha256").update(bytes).digest("hex"),
    head: bytes.slice(0, 1024),
    close: () => closeSync(descriptor),
  };
  const document = await pool.open(file, "pdf", signal);
  try {
    const pages = Array.from({ length: document.pageCount }, (_, at) => at + 1);
    const request = { engine: "auto", onPageError: "fail", textLayerFormat: format } as const;
    const { facts } = await readFacts(document, pages, request, signal);
    const layers = await judgeLayers(facts, false, signal);
    return { facts, texts: layers.map(({ text }) => text) };
  } finally {
    document.close();
  }
}

/** Readings of a page in either format, in turns: the first ones are slow, because the code is not compiled yet. */
const readings = 12;
/** After so long a page is not read again. */
const longestMs = 300;

async function timesOf(path: string): Promise<PageTimes[]> {
  const document = mupdf.Document.openDocument(await Bun.file(path).bytes(), "application/pdf");
  try {
    return Array.from({ length: document.countPages() }, (_, at) => {
      const times: Record<TextLayerFormat, number[]> = { plain: [], markdown: [] };
      const begin = performance.now();
      for (let count = 0; count < readings && performance.now() - begin < longestMs; count += 1) {
        for (const format of ["plain", "markdown"] as const) {
          const start = process.cpuUsage();
          readPage({ document, pictures: undefined, jpegs: new Map(), warnings: [], decoded: { pixels: 0 } }, at + 1, {
            ...limits,
            format,
          });
          const { user, system } = process.cpuUsage(start);
          times[format].push((user + system) / 1000);
        }
      }
      return { plain: Math.min(...times.plain), markdown: Math.min(...times.markdown) };
    });
  } finally {
    document.destroy();
  }
}
