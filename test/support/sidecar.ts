import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv, readChildEnvironment } from "../../src/service/env.ts";
import { type RunningServer, serve } from "../../src/service/serve.ts";

/** A key made anew for every run, so that none stands in the sources. */
export const testKey = crypto.randomUUID();

export interface TestSidecar extends AsyncDisposable {
  url: string;
  /** The upload base, an empty folder of its own. */
  base: string;
  server: RunningServer;
  /** `fetch` with the key, on a path of the service. */
  call(path: string, init?: RequestInit): Promise<Response>;
  /** Posts a document to `/ocr-upload` with form fields. */
  upload(file: Uint8Array<ArrayBuffer>, fields?: Record<string, string>, init?: RequestInit): Promise<Response>;
  /** Posts JSON. */
  post(path: string, body: unknown, init?: RequestInit): Promise<Response>;
}

/** Starts the whole service on a port of its own, with its real processes, for one test or one file of tests. */
export async function startSidecar(variables: Record<string, string> = {}): Promise<TestSidecar> {
  const base = await mkdtemp(join(tmpdir(), "sidecar-uploads-"));
  const parsed = parseEnv({
    OCR_PORT: "0",
    OCR_HOST: "127.0.0.1",
    OCR_SIDECAR_API_KEY: testKey,
    OCR_SIDECAR_UPLOAD_BASE: base,
    PDF_WORKERS: "1",
    RETRIEVAL_PRELOAD: "false",
    OCR_AUTO_ROTATE: "false",
    ...variables,
  });
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  const server = await serve(parsed.env, readChildEnvironment());
  const url = server.url.origin;
  const call: TestSidecar["call"] = (path, init = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("X-API-Key")) headers.set("X-API-Key", testKey);
    return fetch(url + path, { ...init, headers });
  };
  return {
    url,
    base,
    server,
    call,
    upload: (file, fields = {}, init = {}) => {
      const form = new FormData();
      form.set("file", new Blob([file]), "document.pdf");
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      return call("/ocr-upload", { ...init, method: "POST", body: form });
    },
    post: (path, body, init = {}) => {
      const headers = { ...init.headers, "Content-Type": "application/json" };
      return call(path, { ...init, headers, method: "POST", body: JSON.stringify(body) });
    },
    [Symbol.asyncDispose]: async () => {
      await server.stop(0);
      await rm(base, { recursive: true, force: true });
    },
  };
}
