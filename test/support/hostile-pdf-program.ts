/**
 * A PDF process that does what the document's bytes tell it: `ok`, `spin`, `wasm` (an endless loop of WebAssembly),
 * `stop` (SIGSTOP), `throw`, `exit`, `poison`, `garbage`, `grow` (as it says), `swell` (in truth), `slow N` (a page every
 * N ms), or any of them as `once:…`, which is done the first time these bytes are seen and `ok` after that, as `at N:…`,
 * which is done where page N is asked for, or as `opening:…`, which is done when it is opened. It tells its story in the
 * bytes: each task adds one to the counter in the last of them.
 */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import type { EngineJob, JobResult, ProcessReply, ProcessRequest } from "../../src/pdf/messages.ts";
import { processRequest } from "../../src/pdf/messages.ts";
import { answerParent } from "../../src/processes/child-program.ts";
import { loopForEver } from "./endless-loop.ts";
import { growForEver } from "./grow-for-ever.ts";

type Task = Extract<ProcessRequest, { type: "task" }>;

/** As the engine: after so long the pages that are read are answered. */
const turnMs = 50;

answerParent<ProcessRequest, ProcessReply>({
  request: processRequest,
  niceness: 0,
  answer(request) {
    if (request.type !== "task") throw new Error("no task");
    return act(request);
  },
});

async function act({ document, job }: Task): Promise<ProcessReply> {
  const bytes = readFileSync(document.path);
  const seen = count(document.path, bytes);
  const script = new TextDecoder().decode(bytes.subarray(0, -1));
  const wanted = script.startsWith("once:") ? (seen > 1 ? "ok" : script.slice(5)) : script;
  const [, page, there] = /^at (\d+):(.*)$/.exec(wanted) ?? [];
  const command = there === undefined ? wanted : touches(job, Number(page)) ? there : "ok";
  // Opening always goes well, so that a test can choose the job that is hit.
  const opening = command.startsWith("opening:") ? command.slice(8) : "ok";
  const [verb, argument] = (job.type === "open" ? opening : command).split(" ");
  switch (verb) {
    case "spin":
      for (;;);
    case "wasm":
      return loopForEver();
    case "stop":
      process.kill(process.pid, "SIGSTOP");
      break;
    case "throw":
      throw new Error("the process broke");
    case "exit":
      process.exit(3);
      break;
    case "poison":
      return { type: "poisoned", message: "Out of bounds memory access" };
    case "garbage":
      process.send?.({ type: "answer", body: "anything" });
      await Bun.sleep(60_000);
      break;
    case "swell":
      return growForEver();
    case "slow":
      return done(slowly(job, Number(argument)));
  }
  return done(resultOf(job), verb === "grow" ? 2e9 : 2e7);
}

function touches(job: EngineJob, page: number): boolean {
  if (job.type === "open") return false;
  return job.type === "read-pages" ? job.pages.includes(page) : job.page === page;
}

const done = (result: JobResult, heapBytes = 2e7): ProcessReply => ({ type: "done", heapBytes, result });

function count(path: string, bytes: Buffer): number {
  const seen = bytes.at(-1) ?? 0;
  const file = openSync(path, "r+");
  writeSync(file, Uint8Array.of(seen + 1), 0, 1, bytes.length - 1);
  closeSync(file);
  return seen;
}

function slowly(job: EngineJob, pageMs: number): JobResult {
  if (job.type !== "read-pages") {
    Bun.sleepSync(pageMs);
    return resultOf(job);
  }
  const pages = Math.min(job.pages.length, Math.max(1, Math.ceil(turnMs / pageMs)));
  Bun.sleepSync(pages * pageMs);
  return resultOf({ ...job, pages: job.pages.slice(0, pages) });
}

function resultOf(job: EngineJob): JobResult {
  switch (job.type) {
    case "open":
      return { type: "open", pageCount: 100, warnings: [] };
    case "read-pages":
      return { type: "read-pages", pages: job.pages.map(blank) };
    case "render":
    case "render-tile":
      return { type: job.type, png: new Uint8Array(1), widthPx: 1, heightPx: 1, ink: 0 };
    case "plan-tiles":
      return { type: "plan-tiles" };
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
  hiddenCharacters: 0,
  unreadLetters: 0,
  unmapped: "",
  attachedFiles: 0,
  warnings: [],
});
