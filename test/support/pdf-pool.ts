import type { PdfPoolOptions } from "../../src/pdf/pool.ts";

/** Limits that no well-meant test document reaches. */
export const poolOptions: PdfPoolOptions = {
  processes: 2,
  pageTimeoutMs: 20_000,
  maxPages: 2000,
  maxPagePixels: 100_000_000,
  fewCharacters: 100,
  maxTextCharacters: 8_000_000,
  maxProcessMemoryBytes: 512 * 1024 * 1024,
};
