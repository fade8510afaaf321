/**
 * A worker that does what the document's bytes tell it: `ok`, `spin`, `wasm N` (N steps of WebAssembly), `throw`, `exit`, `poison`, `garbage`, `grow`,
 * `slow N` (a page every N ms), or any of them as `once:…`, which is done the first time these bytes are seen and `ok`
 * after that. It tells its story in the bytes: each task adds one to the counter in the last byte.
 */
import {
  type WorkerJob,
  type WorkerReply,
  type WorkerRequest,
  type WorkerResult,
  workerRequest,
} from "../../src/pdf/messages.ts";

declare const self: Worker;

type Task = Extract<WorkerRequest, { type: "task" }>;

const reply = (message: WorkerReply) => self.postMessage(message);

self.onmessage = ({ data }: MessageEvent<unknown>) => {
  const request = workerRequest.parse(data);
  if (request.type === "task") act(request);
};

reply({ type: "ready" });

function act(task: Task): void {
  const bytes = new Uint8Array(task.document.buffer);
  const seen = Atomics.add(bytes, bytes.length - 1, 1);
  const script = new TextDecoder().decode(bytes.slice(0, -1));
  const command = script.startsWith("once:") ? (seen > 2 ? "ok" : script.slice(5)) : script;
  // Hashing and opening always goes well, so that a test can choose the job that is hit.
  const [verb, argument] = task.job.type === "open" || task.job.type === "hash" ? ["ok"] : command.split(" ");
  switch (verb) {
    case "spin":
      for (;;);
    case "wasm":
      countDown(BigInt(argument ?? 0));
      break;
    case "throw":
      throw new Error("the worker broke");
    case "exit":
      process.exit(3);
      break;
    case "poison":
      reply({ type: "poisoned", id: task.id, message: "Out of bounds memory access" });
      break;
    case "garbage":
      self.postMessage({ type: "done", id: task.id });
      break;
    case "slow":
      slowly(task, Number(argument));
      break;
    default:
      reply({ type: "done", id: task.id, heapBytes: verb === "grow" ? 2e9 : 2e7, result: resultOf(task.job, script) });
  }
}

/** (func (export "f") (param i64)): counts down to 0 in WebAssembly, which nothing can interrupt. */
const countDownModule = new WebAssembly.Module(
  Uint8Array.of(
    ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 1, 126, 0, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0, 10, 18, 1, 16, 0],
    ...[3, 64, 32, 0, 66, 1, 125, 34, 0, 80, 69, 13, 0, 11, 11],
  ),
);

function countDown(steps: bigint): void {
  const { f } = new WebAssembly.Instance(countDownModule).exports;
  if (typeof f === "function") f(steps);
}

function slowly(task: Task, pageMs: number): void {
  const pages = task.job.type === "read-pages" ? task.job.pages.length : 1;
  for (let page = 0; page < pages; page += 1) {
    Bun.sleepSync(pageMs);
    reply({ type: "progress", id: task.id });
  }
  reply({ type: "done", id: task.id, heapBytes: 2e7, result: resultOf(task.job, "") });
}

function resultOf(job: WorkerJob, script: string): WorkerResult {
  switch (job.type) {
    case "hash":
      return { type: "hash", sha256: new Bun.CryptoHasher("sha256").update(script).digest("hex") };
    case "open":
      return { type: "open", pageCount: 100 };
    case "read-pages":
      return { type: "read-pages", pages: job.pages.map(blank) };
    case "render":
      return { type: "render", png: new Uint8Array(1), widthPx: 1, heightPx: 1, ink: 0 };
  }
}

const blank = (page: number) => ({
  page,
  widthPt: 1,
  heightPt: 1,
  rotation: 0,
  text: "",
  characters: 0,
  imageCoverage: 0,
  pathSegments: 0,
  drawn: false,
  scannerText: false,
});
