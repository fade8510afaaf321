import { SidecarError } from "../errors.ts";
import type { DocumentKind, OpenDocument, PageFacts } from "./document.ts";
import type { DocumentRef, WorkerJob, WorkerResult } from "./messages.ts";

export interface PooledDocumentOptions {
  bytes: Uint8Array;
  kind: DocumentKind;
  signal: AbortSignal;
  limits: { maxPages: number; maxPagePixels: number; workers: number };
  /** Has a worker do a job. */
  run(document: DocumentRef, job: WorkerJob, signal: AbortSignal): Promise<WorkerResult>;
  /** Throws when a document with this hash is refused. */
  check(sha256: string): void;
  /** Lets the workers close the document. */
  forget(document: DocumentRef): void;
}

/**
 * Pages of one task: 20 ms of work or so, so that a long document does not hold up the others, while one of ordinary
 * length is opened by one worker only.
 */
const pagesPerTask = 25;

/** UTF-16 code units of all text layers: ten times a book of the most pages there may be. Held at once by the service. */
const maxDocumentText = 20_000_000;

let lastKey = 0;

/** Opens a document in a worker; nothing is kept when that fails. */
export async function openPooledDocument(options: PooledDocumentOptions): Promise<OpenDocument> {
  const { bytes, kind, signal, limits, run, check, forget } = options;
  lastKey += 1;
  const unnamed: DocumentRef = { key: lastKey, kind, ...inSharedMemory(bytes) };
  try {
    signal.throwIfAborted();
    const hashed = await run(unnamed, { type: "hash" }, signal);
    if (hashed.type !== "hash") throw unexpected(hashed);
    check(hashed.sha256);
    const document = { ...unnamed, sha256: hashed.sha256 };
    const opened = await run(document, { type: "open", maxPages: limits.maxPages }, signal);
    if (opened.type !== "open") throw unexpected(opened);
    return withPages(document, opened.pageCount, { limits, run, forget });
  } catch (error) {
    forget(unnamed);
    throw error;
  }
}

/** A function of its own, so that nothing but `open` holds the bytes, which may then be freed on `close`. */
function withPages(
  document: DocumentRef & { sha256: string },
  pageCount: number,
  { limits, run, forget }: Pick<PooledDocumentOptions, "limits" | "run" | "forget">,
): OpenDocument {
  const { kind, length: sizeBytes, sha256 } = document;
  let open: DocumentRef | undefined = document;
  const onDocument = (job: WorkerJob, signal: AbortSignal) =>
    open === undefined ? Promise.reject(new Error("the document is closed")) : run(open, job, signal);

  async function readAll(pages: readonly number[], signal: AbortSignal): Promise<PageFacts[]> {
    let textLength = 0;
    const read = await inLanes(limits.workers, chunksOf(pages, pagesPerTask), signal, async (chunk, laneSignal) => {
      const facts = await readSome(chunk, laneSignal);
      textLength += facts.reduce((sum, { text }) => sum + text.length, 0);
      if (textLength > maxDocumentText) throw tooMuchText();
      return facts;
    });
    return read.flat();
  }

  async function readSome(pages: readonly number[], signal: AbortSignal): Promise<PageFacts[]> {
    const read = await onDocument({ type: "read-pages", pages: [...pages] }, signal);
    if (read.type !== "read-pages") throw unexpected(read);
    return read.pages;
  }

  return {
    kind,
    pageCount,
    sizeBytes,
    sha256,
    readPages: readAll,
    async render(page, { longestSidePx, turnDegrees }, signal) {
      const turned = quarterTurn(turnDegrees);
      const { maxPagePixels } = limits;
      const job: WorkerJob = { type: "render", page, longestSidePx, turnDegrees: turned, maxPagePixels };
      const rendered = await onDocument(job, signal);
      if (rendered.type !== "render") throw unexpected(rendered);
      const { png, widthPx, heightPx, ink } = rendered;
      return { png, widthPx, heightPx, ink };
    },
    close() {
      if (open !== undefined) forget(open);
      open = undefined;
    },
  };
}

/** Bytes that already stand in shared memory are used as they are; others are copied, once. */
function inSharedMemory(bytes: Uint8Array): Pick<DocumentRef, "buffer" | "offset" | "length"> {
  if (bytes.buffer instanceof SharedArrayBuffer) {
    return { buffer: bytes.buffer, offset: bytes.byteOffset, length: bytes.byteLength };
  }
  const buffer = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  return { buffer, offset: 0, length: bytes.byteLength };
}

function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** Works on a few inputs at a time, so that one long document does not fill the queue; the first failure ends all. */
async function inLanes<Input, Output>(
  lanes: number,
  inputs: readonly Input[],
  signal: AbortSignal,
  work: (input: Input, signal: AbortSignal) => Promise<Output>,
): Promise<Output[]> {
  const outputs: Output[] = [];
  const pending = inputs.entries();
  const failed = new AbortController();
  const laneSignal = AbortSignal.any([signal, failed.signal]);
  const lane = async () => {
    for (const [index, input] of pending) outputs[index] = await work(input, laneSignal);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(lanes, inputs.length) }, lane));
    return outputs;
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}

function quarterTurn(degrees: number): 0 | 90 | 180 | 270 {
  switch (degrees) {
    case 0:
    case 90:
    case 180:
    case 270:
      return degrees;
    default:
      throw new RangeError(`turnDegrees must be 0, 90, 180 or 270, not ${degrees}`);
  }
}

const tooMuchText = () =>
  new SidecarError(
    "document_too_complex",
    `The text layers of the document hold more than ${maxDocumentText} characters; send it in parts.`,
  );

const unexpected = (result: WorkerResult) => new Error(`unexpected result of a PDF worker: ${result.type}`);
