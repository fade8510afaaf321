import { resolve } from "node:path";
import { encode } from "fast-png";
import { z } from "zod";
import { repairTextLayer } from "../../src/ocr/layer/repair.ts";
import { pathOfDetector, textDetectorFile } from "../../src/tesseract/detector-file.ts";
import { createTesseractEngine } from "../../src/tesseract/engine.ts";
import { numberReader } from "../../src/tesseract/number-reader-file.ts";
import { type Costs, costsOf } from "./child-costs.ts";
import { renderGrey } from "./render-document.ts";

export interface Reading {
  text: string;
  warnings: readonly string[];
  /** Of the processes that read; undefined where they are not this one's. */
  costs: Costs | undefined;
}

/** What reads the files: a running service, or an embedded engine of this process. */
export interface Reader {
  read(pdf: Uint8Array): Promise<Reading>;
  close(): Promise<void>;
}

const answerSchema = z.object({
  text: z.string(),
  pages: z.array(z.object({ warnings: z.array(z.string()).default([]) })).default([]),
});

/** Sends each file to `POST /ocr-upload` of a running service. */
export function serviceReader(url: string, apiKey: string | undefined): Reader {
  return {
    async read(pdf) {
      const form = new FormData();
      form.set("file", new Blob([pdf.slice()], { type: "application/pdf" }), "page.pdf");
      form.set("engine", "auto");
      form.set("includePages", "true");
      const headers = apiKey === undefined ? undefined : { "X-API-Key": apiKey };
      const response = await fetch(new URL("/ocr-upload", url), {
        method: "POST",
        body: form,
        ...(headers && { headers }),
      });
      if (!response.ok) throw new Error(`The service answered ${response.status}: ${await response.text()}`);
      const { text, pages } = answerSchema.parse(await response.json());
      return { text, warnings: pages.flatMap(({ warnings }) => warnings), costs: undefined };
    },
    close: async () => {},
  };
}

type CreateEngine = typeof createTesseractEngine;

/** The embedded engine of another checkout, which takes the same options or fewer. */
async function engineOf(tree: string): Promise<CreateEngine> {
  const module: unknown = await import(resolve(tree, "src/tesseract/engine.ts"));
  const isFunction = (value: unknown): value is CreateEngine => typeof value === "function";
  return z.object({ createTesseractEngine: z.custom<CreateEngine>(isFunction) }).parse(module).createTesseractEngine;
}

/** Reads first pages with the embedded engine, of this checkout or another, whatever text layer they have. */
export async function embeddedReader(tree?: string): Promise<Reader> {
  const createEngine = tree === undefined ? createTesseractEngine : await engineOf(tree);
  const engine = createEngine({
    processes: 1,
    maxWaitMs: 600_000,
    queueLimit: 100,
    pageTimeoutMs: 600_000,
    maxPageCpuMs: 600_000,
    idleMs: 600_000,
    recyclePages: 100,
    maxHeapBytes: 512 * 2 ** 20,
    maxMemoryBytes: 2 * 2 ** 30,
    maxPixels: 40_000_000,
    detectorFile: pathOfDetector(textDetectorFile),
    numberReader,
  });
  const readPng = (png: Uint8Array) => engine.read(png, AbortSignal.timeout(120_000));
  // Starts the process and loads its data, which is no part of what a page costs.
  await readPng(encode({ width: 64, height: 64, data: new Uint8Array(64 * 64).fill(255), channels: 1, depth: 8 }));
  return {
    async read(pdf) {
      const png = encode({ ...renderGrey(pdf, 1800), channels: 1, depth: 8 });
      const { value, costs } = await costsOf(() => readPng(png));
      const repaired = (text: string) => repairTextLayer(text).text;
      return { text: repaired(value.text), warnings: value.warnings.map(repaired), costs };
    },
    close: () => engine.close(),
  };
}
