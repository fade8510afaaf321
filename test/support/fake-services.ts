import { SidecarError } from "../../src/errors.ts";
import { createOutgoing } from "../../src/http/answers/outgoing.ts";
import type { RequestRecord } from "../../src/http/answers/request-record.ts";
import { createApp } from "../../src/http/app.ts";
import { createByteBudget } from "../../src/http/intake/byte-budget.ts";
import { createInFlight } from "../../src/http/intake/in-flight.ts";
import type { ResidencyPicture, Services } from "../../src/http/services.ts";
import type { DocumentFile } from "../../src/pdf/files/document-file.ts";
import { fakeDocument, typedPage } from "./fake-document.ts";

const fakeKey = "a key of this test alone";

export const fakePicture: ResidencyPicture = {
  ocr: { keepAliveSeconds: 120, reason: "headroom-sufficient" },
  retrieval: { device: "cpu", reason: "no-cuda-provider" },
};

const unexpected = () => Promise.reject(new Error("nobody should ask this"));

/** A received file that is open until it is closed, of these first bytes. */
export function fakeFile(head = "%PDF-1.7"): DocumentFile & { isOpen: boolean } {
  const file = {
    path: "/nowhere",
    sizeBytes: head.length,
    sha256: "0".repeat(64),
    head: new TextEncoder().encode(head),
    isOpen: true,
    close: () => {
      file.isOpen = false;
    },
  };
  return file;
}

/** Everything that the app needs, without a process or a socket, and what it was told. */
export function fakeServices(changes: Partial<Services> = {}) {
  const told: string[] = [];
  const records: RequestRecord[] = [];
  const files: ReturnType<typeof fakeFile>[] = [];
  const open = { documents: 0 };
  const services: Services = {
    access: { mode: "api-key", keys: { accepts: async (key) => key === fakeKey } },
    hosts: new Set(["localhost"]),
    limits: {
      maxUploadBytes: 2 * 1024 * 1024,
      bodyTimeoutMs: 5000,
      idleTimeoutSeconds: 7,
      maxSystemPromptChars: 100,
      defaultMaxPages: 0,
      onPageError: "fail",
      textLayerFormat: "markdown",
      maxTexts: 3,
      documentTimeoutMs: 0,
    },
    spool: {
      create: async () => {
        const chunks: Uint8Array[] = [];
        return {
          write: async (piece) => {
            chunks.push(piece.slice());
          },
          finish: async () => {
            const file = fakeFile(Buffer.concat(chunks).toString("latin1"));
            files.push(file);
            return file;
          },
          discard: () => told.push("discarded"),
        };
      },
      status: () => ({ files: 0, bytes: 0 }),
      close: async () => undefined,
    },
    jsonIntake: createByteBudget({ maxBytes: 1_000_000 }),
    outgoing: createOutgoing({ maxBytes: 1_000_000 }),
    createRequestId: () => "made-here",
    health: () => ({ engine: "np-dms-ocr", ocrModel: "m", ollamaUrl: "http://o", version: "1.2.3", uptimeSeconds: 60 }),
    readiness: async (target) => ({ ready: target !== "retrieval", components: { service: { state: "ready" } } }),
    residency: async () => fakePicture,
    lastResidency: () => fakePicture,
    residencyReport: async () => ({ headroom: { known: false } }),
    activity: unexpected,
    receiveStored: async () => {
      const file = fakeFile();
      files.push(file);
      return file;
    },
    openDocument: async (file) => {
      open.documents += 1;
      return fakeDocument([typedPage(1, "text")], {
        close: () => {
          open.documents -= 1;
          file.close();
        },
      });
    },
    readDocument: async () => ({
      text: "text",
      ocrUsed: false,
      pageCount: 1,
      charCount: 4,
      engineUsed: "fast-path",
      warnings: [],
      pages: [],
    }),
    drawPage: unexpected,
    inFlight: createInFlight(),
    metrics: {
      request: ({ route, status }) => told.push(`request ${route} ${status}`),
      decision: (reason, moment) => told.push(`decision ${reason} ${moment}`),
      page: ({ page }) => told.push(`page ${page}`),
      plainLayer: () => told.push("plain layer"),
      pageFailed: (code) => told.push(`page failed ${code}`),
      text: async () => ({ contentType: "text/plain; version=0.0.4", body: "metrics 1\n" }),
    },
    requestEnded: (record) => records.push(record),
    retrieval: {
      embedder: { embed: unexpected },
      reranker: { rerank: unexpected },
      embedModel: "embedder",
      rerankModel: "reranker",
    },
    draining: new AbortController().signal,
    stopping: new AbortController().signal,
    ...changes,
  };
  const app = createApp(services);
  const ask = async (path: string, init: RequestInit = {}, bindings: object = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("X-API-Key")) headers.set("X-API-Key", fakeKey);
    return await app.request(path, { ...init, headers }, bindings);
  };
  return {
    services,
    told,
    records,
    files,
    open,
    ask,
    /** Posts JSON. */
    post: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      ask(path, {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
        headers: { "Content-Type": "application/json", ...headers },
      }),
    /** Posts a form with a file. */
    upload: (
      path: string,
      fields: Record<string, string> = {},
      headers: Record<string, string> = {},
      file = "%PDF-1.7",
    ) => {
      const form = new FormData();
      form.set("file", new Blob([file]));
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      return ask(path, { method: "POST", body: form, headers });
    },
  };
}

/** The code of a refusal. */
export const codeOf = async (response: Response): Promise<unknown> => (await response.json()).code;

export const busy = () => new SidecarError("ocr_busy", "The queue is full.", { retryAfterSeconds: 42 });
