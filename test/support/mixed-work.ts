import { join } from "node:path";
import { buildPdf } from "./pdf-builder.ts";
import { scan } from "./scan.ts";

/** Where the work is sent. */
export interface MixedWorkTarget {
  url: string;
  headers: Readonly<Record<string, string>>;
  /** The upload base. */
  base: string;
}

type Send = (path: string, init: RequestInit) => Promise<Response>;

/** What callers do in a day, once each, and the status that it must have; 0 for one who leaves. */
const kinds: ReadonlyArray<{
  name: string;
  status: number;
  run(send: Send, round: number, base: string): Promise<number>;
}> = [
  { name: "a typed document", status: 200, run: (send, round) => upload(send, typed(round)) },
  { name: "a scan", status: 200, run: (send, round) => upload(send, scan(2, `scan ${round}`)) },
  {
    name: "a scan for the embedded engine",
    status: 200,
    run: (send) => upload(send, scan(1), { engine: "tesseract" }),
  },
  {
    name: "a stream of events",
    status: 200,
    run: (send, round) => upload(send, scan(1, `stream ${round}`), {}, eventStream),
  },
  { name: "a caller who leaves a scan", status: 0, run: (send, round) => leave(send, scan(3, `left ${round}`)) },
  { name: "a damaged document", status: 422, run: (send) => upload(send, new TextEncoder().encode("%PDF-1.7 cut")) },
  { name: "a web page", status: 415, run: (send) => upload(send, new TextEncoder().encode("<!doctype html>")) },
  { name: "a wrong parameter", status: 400, run: (send, round) => upload(send, typed(round), { runtimeParams: "{" }) },
  { name: "a file of the base", status: 200, run: readBelowBase },
  { name: "a file outside it", status: 403, run: (send) => post(send, "/ocr", { pdfPath: "/etc/passwd" }) },
  { name: "vectors", status: 200, run: (send, round) => post(send, "/embed", { texts: [`one ${round}`, "two"] }) },
  {
    name: "scores",
    status: 200,
    run: (send, round) => post(send, "/rerank", { query: `q ${round}`, chunks: ["a", "b"] }),
  },
  {
    name: "a body that is no JSON",
    status: 400,
    run: (send) => ended(send("/embed", { method: "POST", body: "{", headers: json })),
  },
  { name: "the metrics", status: 200, run: (send) => ended(send("/metrics", {})) },
  { name: "an unknown path", status: 404, run: (send) => ended(send("/normalize", {})) },
];

const json = { "Content-Type": "application/json" };
const eventStream = { Accept: "text/event-stream" };

/**
 * Sends one request of each kind, all at once.
 *
 * @param round makes the documents of each round others, so that no answer comes from memory
 * @returns what had another status than it must have
 */
export async function mixedRound({ url, headers, base }: MixedWorkTarget, round: number): Promise<string[]> {
  // Without a connection that is kept: what is open afterwards is the service's own.
  const send: Send = (path, init) =>
    fetch(url + path, { ...init, headers: { ...headers, ...init.headers, Connection: "close" } });
  const seen = await Promise.all(
    kinds.map(async ({ name, status, run }) => ({ name, status, seen: await run(send, round, base) })),
  );
  return seen
    .filter(({ status, seen }) => status !== seen)
    .map(({ name, status, seen }) => `${name}: ${seen}, not ${status}`);
}

const typed = (round: number) =>
  buildPdf([{ kind: "text", lines: Array(6).fill(`Letter ${round}: a page with quite enough characters on it.`) }]);

/** The status, when the whole answer has been read. */
async function ended(response: Promise<Response>): Promise<number> {
  const { status, ...rest } = await response.then(async (answer) => ({
    status: answer.status,
    text: await answer.text(),
  }));
  return rest.text.includes("event: error") ? -1 : status;
}

function upload(
  send: Send,
  file: Uint8Array<ArrayBuffer>,
  fields: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
  signal: AbortSignal = AbortSignal.timeout(60_000),
): Promise<number> {
  const form = new FormData();
  form.set("file", new Blob([file]), "document.pdf");
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return ended(send("/ocr-upload", { method: "POST", body: form, headers, signal }));
}

const post = (send: Send, path: string, body: unknown) =>
  ended(send(path, { method: "POST", body: JSON.stringify(body), headers: json }));

const leave = (send: Send, file: Uint8Array<ArrayBuffer>) =>
  upload(send, file, {}, {}, AbortSignal.timeout(30)).catch(() => 0);

async function readBelowBase(send: Send, round: number, base: string): Promise<number> {
  await Bun.write(join(base, "letter.pdf"), typed(round));
  return post(send, "/ocr", { pdfPath: join(base, "letter.pdf") });
}
