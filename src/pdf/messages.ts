import { z } from "zod";

const documentRef = z.object({
  /** Names the document between pool and process; a process keeps the last ones open. */
  key: z.int().min(0),
  kind: z.enum(["pdf", "png", "jpeg", "tiff", "bmp", "gif", "jp2"]),
  /** The file that holds the document and nothing else. */
  path: z.string(),
  sizeBytes: z.int().min(0),
});

const quarterTurn = z.literal([0, 90, 180, 270]);

const cells = z.array(z.int());

const tile = z.object({
  left: z.int(),
  top: z.int(),
  width: z.int().min(1),
  height: z.int().min(1),
  leftEdge: cells,
  rightEdge: cells,
  topEdge: cells,
  bottomEdge: cells,
  drawnCells: z.int(),
});

const overview = { cellsWide: z.int().min(1), cellsHigh: z.int().min(1) };

const tilePlan = z.object({
  ...overview,
  tiles: z.array(tile),
  crossings: z.array(
    z.object({
      first: z.int().min(0),
      second: z.int().min(0),
      lines: z.int().min(1),
      firstAt: z.number(),
      secondAt: z.number(),
    }),
  ),
  pageLongestPx: z.int().min(1),
  reason: z.string(),
  resolutionShare: z.number(),
});

const job = z.discriminatedUnion("type", [
  z.object({ type: z.literal("open"), maxPages: z.int().min(1), maxPagePixels: z.int().min(1) }),
  /** As many of these pages as its turn lasts for, at least one. */
  z.object({
    type: z.literal("read-pages"),
    pages: z.array(z.int().min(1)).min(1),
    /** Pages with no more characters are looked at for what else is drawn. */
    fewCharacters: z.int().min(0),
    maxPagePixels: z.int().min(1),
    format: z.enum(["markdown", "plain"]),
  }),
  z.object({
    type: z.literal("render"),
    page: z.int().min(1),
    longestSidePx: z.int().min(1),
    turnDegrees: quarterTurn,
    maxPagePixels: z.int().min(1),
  }),
  z.object({
    type: z.literal("plan-tiles"),
    page: z.int().min(1),
    longestSidePx: z.int().min(1),
    turnDegrees: quarterTurn,
    maxTiles: z.int().min(1),
    maxPagePixels: z.int().min(1),
  }),
  z.object({
    type: z.literal("render-tile"),
    page: z.int().min(1),
    /** Of the whole page. */
    longestSidePx: z.int().min(1),
    turnDegrees: quarterTurn,
    tile,
    ...overview,
    maxPagePixels: z.int().min(1),
  }),
]);

/** What a process is started with: the memory that its engine may take. */
export const processArguments = z
  .tuple([z.coerce.number().int().positive()])
  .transform(([maxMemoryBytes]) => ({ maxMemoryBytes }));

/** From the pool to a process: a task, or a document that it need not keep open any longer. */
export const processRequest = z.discriminatedUnion("type", [
  z.object({ type: z.literal("task"), document: documentRef, job }),
  z.object({ type: z.literal("forget"), key: z.int() }),
]);

const headingCandidate = z.object({
  at: z.int().min(0),
  text: z.string(),
  otherwise: z.string(),
  size: z.number(),
  bold: z.boolean(),
  italic: z.boolean(),
  capitals: z.boolean(),
  depth: z.int().min(0),
  apart: z.boolean(),
  next: z.enum(["text", "candidate", "other", "end"]),
  edge: z.number().min(0),
});

const pageMarkdown = z.union([
  z.object({
    markdown: z.string(),
    headings: z
      .object({
        candidates: z.array(headingCandidate),
        styles: z.array(z.tuple([z.number(), z.boolean(), z.int()])),
      })
      .optional(),
  }),
  z.object({ fallBack: z.string() }),
]);

const pageFacts = z.object({
  page: z.int().min(1),
  widthPt: z.number(),
  heightPt: z.number(),
  rotation: z.number(),
  text: z.string(),
  markdown: pageMarkdown.optional(),
  characters: z.int().min(0),
  imageCoverage: z.number().min(0).max(1),
  pathSegments: z.int().min(0).or(z.undefined()),
  drawn: z.boolean(),
  hiddenCharacters: z.int().min(0),
  unreadLetters: z.int().min(0).or(z.undefined()),
  unmapped: z.string(),
  attachedFiles: z.int().min(0),
  isCut: z.boolean().optional(),
  warnings: z.array(z.string()),
});

const picture = {
  png: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  widthPx: z.int().min(1),
  heightPx: z.int().min(1),
  ink: z.number().min(0).max(1),
  warnings: z.array(z.string()).optional(),
};

const faultCode = z.enum([
  "document_damaged",
  "document_encrypted",
  "unsupported_file_type",
  "too_many_pages",
  "page_too_large",
  "document_too_complex",
]);

/** A page that the engine refuses; the others of its document need not share the fault. */
const pageFault = z.object({ page: z.int().min(1), code: faultCode, message: z.string() });

const result = z.discriminatedUnion("type", [
  z.object({ type: z.literal("open"), pageCount: z.int().min(1), warnings: z.array(z.string()) }),
  /** The first pages of those asked for. */
  z.object({ type: z.literal("read-pages"), pages: z.array(z.union([pageFacts, pageFault])).min(1) }),
  z.object({ type: z.literal("plan-tiles"), plan: tilePlan.optional() }),
  z.object({ type: z.literal("render"), ...picture }),
  z.object({ type: z.literal("render-tile"), ...picture }),
]);

/** From a process to the pool. `heapBytes` is the size of the WASM memory, which never shrinks. */
export const processReply = z.discriminatedUnion("type", [
  z.object({ type: z.literal("done"), heapBytes: z.int(), result }),
  /** The document is at fault; the process goes on. */
  z.object({ type: z.literal("fault"), heapBytes: z.int(), code: faultCode, message: z.string() }),
  /** The engine is at fault and must not be used again. */
  z.object({ type: z.literal("poisoned"), message: z.string() }),
]);

export type DocumentRef = z.infer<typeof documentRef>;
export type EngineJob = z.infer<typeof job>;
export type ProcessRequest = z.infer<typeof processRequest>;
export type JobResult = z.infer<typeof result>;
export type ProcessReply = z.infer<typeof processReply>;
export type PageFault = z.infer<typeof pageFault>;
export type FaultCode = z.infer<typeof faultCode>;
