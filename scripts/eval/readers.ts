import { encode } from "fast-png";
import { z } from "zod";
import { repairTextLayer } from "../../src/ocr/layer/repair.ts";
import { pathOfDetector, textDetectorFile } from "../../src/tesseract/detector-file.ts";
import { createTesseractEngine } from "../../src/tesseract/engine.ts";
import { renderGrey } from "./render-document.ts";

/** What reads the files: a running service, or the embedded engine in this process. */
export interface Reader {
  read(pdf: Uint8Array): Promise<{ text: string; engine: string }>;
  close(): Promise<void>;
}

const answerSchema = z.object({ text: z.string(), engineUsed: z.string() });

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
      const { text, engineUsed } = answerSchema.parse(await response.json());
      return { text, engine: engineUsed };
    },
    close: async () => {},
  };
}

/** Reads first pages with the embedded engine, whatever text layer they have. */
export function embeddedReader(): Reader {
  const engine = createTesseractEngine({
    processes: 2,
    maxWaitMs: 600_000,
    queueLimit: 100,
    pageTimeoutMs: 600_000,
    maxPageCpuMs: 600_000,
    idleMs: 60_000,
    recyclePages: 100,
    maxHeapBytes: 512 * 2 ** 20,
    maxMemoryBytes: 2 * 2 ** 30,
    maxPixels: 40_000_000,
    detectorFile: pathOfDetector(textDetectorFile),
  });
  return {
    async read(pdf) {
      const png = encode({ ...renderGrey(pdf, 1800), channels: 1, depth: 8 });
      const { text } = await engine.read(png, AbortSignal.timeout(120_000));
      return { text: repairTextLayer(text).text, engine: "tesseract" };
    },
    close: () => engine.close(),
  };
}
