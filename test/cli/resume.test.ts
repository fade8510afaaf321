import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buildPdf } from "../support/pdf-builder.ts";
import { startSidecar, type TestSidecar, testKey } from "../support/sidecar.ts";

// Two programs read 200 documents through the whole service.
setDefaultTimeout(60_000);

const cli = resolve(import.meta.dir, "../../src/cli.ts");
const documentCount = 200;
const parallel = 4;

let folder: string;
let sidecar: TestSidecar;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-resume-"));
  sidecar = await startSidecar();
});
afterAll(async () => {
  await sidecar[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Counts each upload by its content on the way to the service, and tells of each answer before it is handed on. */
function startCounter(onAnswer: () => void) {
  const uploads: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      const { headers, method } = request;
      if (method === "GET") return fetch(sidecar.url + pathname, { headers });
      const body = await request.arrayBuffer();
      const file = (await new Response(body, { headers }).formData()).get("file");
      if (!(file instanceof Blob)) throw new Error("The form holds no file.");
      uploads.push(
        createHash("sha256")
          .update(await file.bytes())
          .digest("hex"),
      );
      const response = await fetch(sidecar.url + pathname, { method, headers, body });
      const answer = await response.text();
      onAnswer();
      return new Response(answer, { status: response.status, headers: response.headers });
    },
  });
  return { uploads, url: server.url.origin, stop: () => server.stop(true) };
}

const filesIn = async (path: string) =>
  (await readdir(path, { recursive: true })).filter((name) => /\.\w+$/.test(name));

test("a folder of 200 documents, killed at half and started again, is read completely and nothing finished twice", async () => {
  const names = Array.from({ length: documentCount }, (_, at) => `year-${at % 5}/part-${at % 3}/letter-${at}.pdf`);
  const hashes = new Map<string, string>();
  for (const name of names) {
    const bytes = buildPdf([
      { kind: "text", lines: [`This is ${name}`, ...Array(5).fill("and some more characters")] },
    ]);
    hashes.set(name, createHash("sha256").update(bytes).digest("hex"));
    await Bun.write(join(folder, "inbox", name), bytes);
  }
  const out = join(folder, "texts");
  const start = (url: string) =>
    Bun.spawn(["bun", cli, "ocr", join(folder, "inbox"), "--out", out, "--parallel", String(parallel)], {
      env: { ...process.env, OCR_SIDECAR_URL: url, OCR_SIDECAR_API_KEY: testKey },
      stdout: "pipe",
      stderr: "ignore",
    });

  let answers = 0;
  const first = startCounter(() => {
    answers += 1;
    if (answers === documentCount / 2) killed.kill("SIGKILL");
  });
  const killed = start(first.url);
  await killed.exited;
  await first.stop();
  expect(killed.signalCode).toBe("SIGKILL");

  const standing = new Set(await filesIn(out));
  const finished = names.filter((name) => standing.has(`inbox/${name}.md`) && standing.has(`inbox/${name}.json`));
  expect(finished.length).toBeGreaterThanOrEqual(documentCount / 2 - 2 * parallel);
  expect(finished.length).toBeLessThanOrEqual(documentCount / 2);

  const second = startCounter(() => undefined);
  const resumed = start(second.url);
  const [output, exitCode] = [await Bun.readableStreamToText(resumed.stdout), await resumed.exited];
  await second.stop();
  expect(exitCode).toBe(0);
  expect(output).toContain(`${finished.length} were finished earlier.`);

  const expected = names.flatMap((name) => [`inbox/${name}.md`, `inbox/${name}.json`]);
  expect((await filesIn(out)).sort()).toEqual(expected.sort());
  for (const name of names) {
    const hash = hashes.get(name);
    const text = await Bun.file(join(out, "inbox", `${name}.md`)).text();
    expect(text).toStartWith(`This is ${name} and`);
    const record: unknown = await Bun.file(join(out, "inbox", `${name}.json`)).json();
    expect(record).toMatchObject({ source: { name: `inbox/${name}`, sha256: hash }, answer: { pageCount: 1 } });
  }
  const done = new Set(finished.map((name) => hashes.get(name)));
  expect(second.uploads.filter((hash) => done.has(hash))).toEqual([]);
  expect(second.uploads.toSorted()).toEqual(
    names.flatMap((name) => (finished.includes(name) ? [] : [hashes.get(name) ?? ""])).sort(),
  );
  expect(first.uploads).toHaveLength(new Set(first.uploads).size);
});
