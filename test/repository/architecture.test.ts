import { expect, test } from "bun:test";
import { dirname, relative, resolve } from "node:path";

const root = resolve(import.meta.dir, "../../src");
const transpilers = { ts: new Bun.Transpiler({ loader: "ts" }), tsx: new Bun.Transpiler({ loader: "tsx" }) };

/** Which rooms a room may import besides itself and `errors.ts`, which all may. The entry files may import any. */
const allowed: Record<string, readonly string[]> = {
  watch: [],
  processes: [],
  files: [],
  pdf: ["processes", "files"],
  ollama: [],
  tesseract: ["processes"],
  gpu: ["ollama", "processes"],
  ocr: ["pdf", "ollama", "tesseract"],
  retrieval: ["processes"],
  http: ["ocr", "retrieval", "gpu", "pdf", "ollama"],
  service: ["http", "ocr", "retrieval", "gpu", "pdf", "ollama", "tesseract", "processes", "watch"],
  client: [],
  readings: ["client"],
  batch: ["client", "readings", "files"],
  cli: ["client", "readings", "batch", "retrieval", "ollama"],
};

/** What only one room or file may name: libraries, and words of the language. */
const owners = [
  { what: "the PDF engine", named: /from "mupdf/, owner: /^pdf\/engine\// },
  { what: "hono", named: /from "(hono|@hono\/)/, owner: /^http\// },
  // Text detector and line recogniser run in the process of the embedded engine, which is killed like any other.
  {
    what: "inference",
    named: /from "(@huggingface\/|onnxruntime|tokenizers)/,
    owner: /^(retrieval\/|tesseract\/(open-network|lines\/text-detector|recogniser\/line-recogniser)\.ts$)/,
  },
  { what: "the embedded engine", named: /from "tesseract/, owner: /^tesseract\// },
  { what: "Redis", named: /from "(bullmq|ioredis)"/, owner: /^batch\// },
  { what: "other programs", named: /\bspawn(Sync)?\(|child_process/, owner: /^processes\// },
  { what: "threads", named: /new Worker\(|worker_threads/, owner: /^$/ },
  { what: "the environment", named: /process\.env|Bun\.env/, owner: /^service\/env\.ts$/ },
] as const;

interface SourceFile {
  path: string;
  room: string;
  source: string;
  imports: string[];
}

const files: SourceFile[] = await Promise.all(
  [...new Bun.Glob("**/*.ts").scanSync(root)].sort().map(async (path) => {
    const source = await Bun.file(resolve(root, path)).text();
    return { path, room: path.includes("/") ? (path.split("/")[0] ?? "") : "", source, imports: importsOf(source) };
  }),
);

function importsOf(source: string, loader: "ts" | "tsx" = "ts"): string[] {
  const types = [...source.matchAll(/^(?:import|export) type [^;]*? from "([^"]+)"/gms)].map(([, path]) => path ?? "");
  return [...transpilers[loader].scanImports(source).map(({ path }) => path), ...types];
}

test("imports point down: a room imports only from the rooms below it", () => {
  const offenders = files
    .filter(({ room }) => room !== "")
    .flatMap(({ path, room, imports }) =>
      imports
        .filter((target) => target.startsWith("."))
        .map((target) => relative(root, resolve(root, dirname(path), target)))
        .filter((target) => !target.startsWith("../"))
        .filter((target) => {
          const targetRoom = target.includes("/") ? target.split("/")[0] : undefined;
          if (targetRoom === undefined) return target !== "errors.ts";
          return targetRoom !== room && !(allowed[room] ?? []).includes(targetRoom);
        })
        .map((target) => `${path} imports ${target}`),
    );
  expect(offenders).toEqual([]);
});

test("docs/architecture.md says what a room may import", async () => {
  const text = await Bun.file(resolve(root, "../docs/architecture.md")).text();
  const table = text.slice(text.indexOf("## What may import what"), text.indexOf("What a room needs from one"));
  const words = (cell = "") => [...cell.matchAll(/`(\w+)`/g)].map(([, word = ""]) => word);
  const documented = table
    .split("\n")
    .map((line) => line.split("|"))
    .flatMap(([, rooms, targets]) => words(rooms).map((room) => [room, words(targets).sort()]));
  const kept = Object.entries(allowed).map(([room, targets]) => [room, [...targets].sort()]);
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(kept));
});

test("libraries, programs, threads and the environment are left to their owners", () => {
  const offenders = owners.flatMap(({ what, named, owner }) =>
    files.filter(({ path, source }) => named.test(source) && !owner.test(path)).map(({ path }) => `${path}: ${what}`),
  );
  expect(offenders).toEqual([]);
});

test("the client runs wherever a backend runs: zod is all it imports, and Bun is not mentioned", () => {
  const offenders = files
    .filter(({ path, room }) => room === "client" || path === "client.ts")
    .filter(
      ({ source, imports }) =>
        imports.some((target) => !target.startsWith(".") && !/^zod(\/mini)?$/.test(target)) ||
        /\bBun\.|\bprocess\./.test(source),
    )
    .map(({ path }) => path);
  expect(offenders).toEqual([]);
});

test("the page for people takes nothing from the service but the client", async () => {
  const page = resolve(root, "../console");
  const offenders: string[] = [];
  for (const path of new Bun.Glob("**/*.{ts,tsx}").scanSync(page)) {
    const targets = importsOf(await Bun.file(resolve(page, path)).text(), path.endsWith("x") ? "tsx" : "ts")
      .filter((target) => target.startsWith("."))
      .map((target) => relative(root, resolve(page, dirname(path), target)));
    offenders.push(
      ...targets.filter((target) => !/^(client|\.\.\/console)[/.]/.test(target)).map((target) => `${path}: ${target}`),
    );
  }
  expect(offenders).toEqual([]);
});
