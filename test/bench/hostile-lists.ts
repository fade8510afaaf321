/**
 * Wrong bodies as large as their endpoint takes them, one alone and eight at once, each against a service of its own:
 * how long `/health` waits meanwhile, there and at an idle service (which shows how busy the machine is), what
 * `JSON.parse` of that body takes in this process, how long a letter that is sent right behind them takes (goal: 2 s), and
 * how much memory the service takes on top of its calm (goal: 100 ms beside the parsing, 300 MB).
 * Run with `bun test/bench/hostile-lists.ts [MiB of the retrieval bodies] [part of a name] [requests at once]`.
 */
import { writeFile } from "node:fs/promises";
import { buildPdf } from "../support/pdf-builder.ts";
import { startServiceProcess } from "../support/service-process.ts";
import { watchHealth } from "./watch-health.ts";

const mebibyte = 1024 * 1024;
const retrievalBytes = Number(process.argv[2] ?? 32) * mebibyte - 1024;
const ocrBytes = mebibyte - 4096;
const wanted = process.argv[3] ?? "";
const counts = (process.argv[4] ?? "1,8").split(",").map(Number);
const patienceMs = 120_000;
/** The threads load their engine in less. */
const loadingMs = 1500;

const filled = (unit: string, bytes: number) => unit.repeat(Math.floor(bytes / unit.length));
const listOf = (item: string, bytes: number) => `[${filled(`${item},`, bytes)}${item}]`;
function keys(bytes: number): string {
  const rows: string[] = [];
  for (let held = 0; held < bytes; held += rows.at(-1)?.length ?? 0) rows.push(`"k${rows.length.toString(36)}":1,`);
  return `{${rows.join("")}"z":1}`;
}
const text = (bytes: number) => JSON.stringify("a".repeat(bytes));

/** Path, what is wrong, and the JSON: the whole body, or for the form the text of one field. */
const cases: [path: string, name: string, json: (bytes: number) => string, field?: string][] = [
  ["/embed", "texts of numbers", (bytes) => `{"texts":${listOf("1", bytes)}}`],
  ["/embed", "texts of blanks", (bytes) => `{"texts":${listOf('""', bytes)}}`],
  ["/embed", "a long text and a wrong list", (bytes) => `{"text":${text(bytes)},"texts":7}`],
  ["/rerank", "chunks of objects", (bytes) => `{"query":"q","chunks":${listOf("{}", bytes)}}`],
  ["/rerank", "brackets", (bytes) => `{"query":"q","chunks":${filled("[", bytes)}`],
  ["/rerank", "a hundred long chunks, no query", (bytes) => `{"chunks":${listOf(text(bytes / 100), bytes)}}`],
  ["/v1/embeddings", "input of numbers", (bytes) => `{"input":${listOf("1", bytes)}}`],
  ["/v1/embeddings", "input of lists", (bytes) => `{"input":${listOf("[1]", bytes)}}`],
  ["/v1/embeddings", "two thousand numbers", () => `{"input":${listOf("1", 4000)}}`],
  ["/v1/rerank", "documents of numbers", (bytes) => `{"query":"q","documents":${listOf("1", bytes)}}`],
  ["/v1/rerank", "documents of wrong objects", (bytes) => `{"query":"q","documents":${listOf('{"text":1}', bytes)}}`],
  ["/v1/rerank", "keys", (bytes) => `{"query":"q","documents":${keys(bytes)}}`],
  ["/v1/rerank", "nothing but keys", keys],
  ["/v1/rerank", "blanks", (bytes) => `{"query":${JSON.stringify(" ".repeat(bytes))},"documents":[]}`],
  ["/ocr", "tags of numbers", () => `{"pdfPath":"/x","dmsTags":${listOf("1", ocrBytes)}}`],
  ["/ocr", "tags as keys", () => `{"pdfPath":"/x","dmsTags":${keys(ocrBytes)}}`],
  ["/ocr", "unknown parameters", () => `{"pdfPath":"/x","runtimeParams":${keys(ocrBytes)}}`],
  ["/ocr", "brackets", () => `{"pdfPath":"/x","dmsTags":${filled("[", ocrBytes)}`],
  ["/ocr-upload", "tags of numbers", () => listOf("1", ocrBytes), "dmsTags"],
  ["/ocr-upload", "tags as keys", () => keys(ocrBytes), "dmsTags"],
  ["/ocr-upload", "unknown parameters", () => keys(ocrBytes), "runtimeParams"],
];

const file = buildPdf([{ kind: "text", lines: ["A typed page."] }]);

async function send(url: string, path: string, json: string, field: string | undefined): Promise<string> {
  const form = new FormData();
  form.set("file", new Blob([file]));
  if (field !== undefined) form.set(field, json);
  const headers: Record<string, string> = field === undefined ? { "Content-Type": "application/json" } : {};
  const body = field === undefined ? json : form;
  const signal = AbortSignal.timeout(patienceMs);
  try {
    const response = await fetch(url + path, { method: "POST", headers, body, signal });
    const answer = await response.text();
    return `${response.status} ${/"code":"(\w+)"/.exec(answer)?.[1] ?? "?"} ${answer.length} B`;
  } catch (error) {
    return error instanceof Error ? error.name : "failed";
  }
}

/** Milliseconds until a typed page is read. */
async function letterMs(url: string): Promise<number> {
  const startedMs = performance.now();
  const form = new FormData();
  form.set("file", new Blob([file]));
  const response = await fetch(`${url}/ocr-upload`, { method: "POST", body: form });
  if (response.status !== 200) throw new Error(`the letter got ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
  return performance.now() - startedMs;
}

function parseMs(json: string): number {
  const startedMs = performance.now();
  try {
    JSON.parse(json);
  } catch {
    // Wrong JSON takes its time as well.
  }
  return performance.now() - startedMs;
}

await using idle = await startServiceProcess({ RETRIEVAL_PRELOAD: "false", PDF_WORKERS: "1" });
for (const [path, name, make, field] of cases.filter(([path, name]) => `${path} ${name}`.includes(wanted))) {
  const json = make(retrievalBytes);
  const parsingMs = parseMs(json);
  for (const atOnce of counts) {
    Bun.gc(true);
    await using service = await startServiceProcess({ RETRIEVAL_PRELOAD: "false", PDF_WORKERS: "1" });
    // What is compiled and loaded by the first request of its kind is not what is measured.
    await send(service.url, path, field === undefined ? "{}" : "[", field);
    await Bun.sleep(loadingMs);
    await letterMs(service.url);
    // The kernel forgets the peak of the start.
    await writeFile(`/proc/${service.pid}/clear_refs`, "5");
    const calmBytes = await service.residentBytes();
    const [stopWatching, stopWatchingIdle] = [await watchHealth(service.url), await watchHealth(idle.url)];
    const sent = Array.from({ length: atOnce }, () => send(service.url, path, json, field));
    const waitedMs = await letterMs(service.url);
    const answers = await Promise.all(sent);
    const [{ maximumMs }, idleTimes] = [await stopWatching(), await stopWatchingIdle()];
    const grownBytes = (await service.peakResidentBytes()) - calmBytes;
    const size = `${(json.length / mebibyte).toFixed(1)} MiB`;
    console.log(
      [
        `${path} ${name}`.padEnd(46),
        `${atOnce} x ${size}`.padEnd(12),
        `/health ${maximumMs.toFixed(0)} ms`.padEnd(17),
        `idle ${idleTimes.maximumMs.toFixed(0)} ms`.padEnd(12),
        `JSON.parse ${parsingMs.toFixed(0)} ms`.padEnd(20),
        `letter ${waitedMs.toFixed(0)} ms`.padEnd(15),
        `+${(grownBytes / 1e6).toFixed(0)} MB`.padEnd(10),
        [...new Set(answers)].join(", "),
      ].join(" "),
    );
  }
}
