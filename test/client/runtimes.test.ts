import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

// A build and three runs of other programs.
setDefaultTimeout(60_000);

const root = resolve(import.meta.dir, "../..");
const suites = ["batch", "calls", "resolve", "stream"].map((name) => `./test/client/node/${name}.mjs`);

async function run(command: string[], cwd = root): Promise<{ exitCode: number; output: string }> {
  const child = Bun.spawn(command, { cwd, stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([
    Bun.readableStreamToText(child.stdout),
    Bun.readableStreamToText(child.stderr),
  ]);
  return { exitCode: await child.exited, output: out + err };
}

describe("the built client", () => {
  beforeAll(async () => {
    expect(await run(["bun", "run", "build:client"])).toMatchObject({ exitCode: 0 });
  });

  test("passes its tests on Node", async () => {
    const { exitCode, output } = await run(["node", "--test", ...suites]);
    if (exitCode !== 0) throw new Error(output);
    expect(output).toMatch(/^# fail 0$/m);
    expect(Number(/^# pass (\d+)$/m.exec(output)?.[1])).toBeGreaterThan(100);
  });

  test("passes its tests on Bun", async () => {
    const { exitCode, output } = await run(["bun", "test", ...suites]);
    if (exitCode !== 0) throw new Error(output);
    expect(Number(/^\s*(\d+) pass$/m.exec(output)?.[1])).toBeGreaterThan(100);
  });

  test("imports nothing but zod", async () => {
    const source = await Bun.file(join(root, "dist/client/client.js")).text();
    const imports = new Bun.Transpiler({ loader: "js" }).scanImports(source).map(({ path }) => path);
    expect([...new Set(imports)]).toEqual(["zod/mini"]);
  });

  test("is the package's ./client", async () => {
    const script = 'import("ocr-sidecar/client").then((client) => console.log(Object.keys(client).join()))';
    const { output } = await run(["node", "--eval", script]);
    expect(output.trim().split(",").sort()).toEqual([
      "OcrSettingsError",
      "SidecarClientError",
      "batchJobSchema",
      "batchProgressSchema",
      "batchResultSchema",
      "createSidecarClient",
      "resolveOcrRequest",
      "toQueuedBatchJob",
    ]);
  });

  test.each([
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ])("gives types to a backend with module %s", async (module, moduleResolution) => {
    const folder = await mkdtemp(join(root, "dist/consumer-"));
    try {
      await Bun.write(join(folder, "package.json"), '{ "type": "module" }');
      await mkdir(join(folder, "node_modules"));
      await symlink(join(root, "dist/client"), join(folder, "node_modules/ocr-sidecar-client"));
      await Bun.write(join(folder, "consumer.ts"), consumer);
      const { exitCode, output } = await run([
        ...["bun", "x", "--no-install", "tsc", "--noEmit", "--strict", "--exactOptionalPropertyTypes"],
        ...["--ignoreConfig", "--types", "", "--lib", "es2022,dom", "--target", "es2022"],
        ...["--module", module, "--moduleResolution", moduleResolution, join(folder, "consumer.ts")],
      ]);
      if (exitCode !== 0) throw new Error(output);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

test("the client's manifest can be packed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "client-pack-"));
  try {
    const manifest: unknown = await Bun.file(join(root, "dist/client/package.json")).json();
    expect(manifest).toMatchObject({ name: "ocr-sidecar-client", exports: { ".": { types: "./client.d.ts" } } });
    const { exitCode, output } = await run(["bun", "pm", "pack", "--destination", folder], join(root, "dist/client"));
    expect(exitCode, output).toBe(0);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

const consumer = `
import { type BatchJob, createSidecarClient, resolveOcrRequest, SidecarClientError, toQueuedBatchJob } from "ocr-sidecar-client";

const client = createSidecarClient({ baseUrl: "http://127.0.0.1:8765", apiKey: undefined, fetch });
const { fields, notes } = resolveOcrRequest({ profile: { temperature: "0.1" }, prompt: { template: "x" } });
const answer = await client.ocr({ pdfPath: "/mnt/uploads/a.pdf", ...fields });
export const text: string = answer.text + notes.join("");
const one = await client.embed({ text: "a" });
const many = await client.embed({ texts: ["a"] });
export const numbers: number[] = [...one.dense, ...(many.results[0]?.sparse.values ?? [])];
// @ts-expect-error a document has to be named
void client.ocr({});
for await (const event of client.ocrStream({ file: new Uint8Array() })) {
  if (event.type === "error") throw event.error;
  if (event.type === "page") console.log(event.page.source);
}
const job: BatchJob = { path: "a.pdf", sha256: "0".repeat(64), options: { engine: "auto" } };
export const id: string = (await toQueuedBatchJob(job)).opts.jobId;
// @ts-expect-error a job needs the hash
void toQueuedBatchJob({ path: "a.pdf", options: {} });
export const isBusy = (error: unknown) => error instanceof SidecarClientError && error.code === "ocr_busy";
`;
