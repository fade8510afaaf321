import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scan } from "../support/scan.ts";
import { testKey } from "../support/sidecar.ts";
import { type SidecarWithOllama, startWithOllama } from "../support/sidecar-with-ollama.ts";
import { writeSparseHead, writeTinyModel } from "../support/tiny-model.ts";

// Real children on a busy machine of two cores.
setDefaultTimeout(60_000);

const readme = await Bun.file(new URL("../../README.md", import.meta.url)).text();
const examples = [...readme.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block.trim());

let folder: string;
let world: SidecarWithOllama;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "readme-"));
  const weights = await writeTinyModel(join(folder, "embed"), { outputs: "hidden-state" });
  await writeSparseHead(join(folder, "head.pt"), weights, "single");
  await writeTinyModel(join(folder, "rerank"), { outputs: "logits" });
  const models = { MODEL_DIR: folder, EMBED_MODEL: "embed", EMBED_SPARSE_HEAD: "head.pt", RERANK_MODEL: "rerank" };
  world = await startWithOllama({}, models);
  await Bun.write(join(folder, "doc.pdf"), scan(3));
  await Bun.write(join(world.sidecar.base, "doc.pdf"), scan(1));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe("the README's examples", () => {
  test("are there for every endpoint", () => {
    const all = examples.join("\n");
    for (const path of [
      "/ocr-upload",
      "/ocr",
      "/page-image",
      "/embed",
      "/rerank",
      "/v1/embeddings",
      "/v1/rerank",
      "/v1/models",
      "/health",
      "/ready",
      "/residency",
      "/activity",
      "/metrics",
    ]) {
      expect(all).toContain(`$SIDECAR_URL${path}"`);
    }
  });

  test.each(examples)("%s", async (example) => {
    const { sidecar } = world;
    const command = example.replaceAll("/mnt/uploads", sidecar.base).replace("curl ", "curl --fail-with-body ");
    const child = Bun.spawn(["bash", "-c", command], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? "", SIDECAR_URL: sidecar.url, OCR_SIDECAR_API_KEY: testKey },
      stdout: "pipe",
      stderr: "pipe",
    });
    const [printed, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    expect({ exitCode: await child.exited, errors, printed: printed.slice(0, 300) }).toMatchObject({ exitCode: 0 });
    expect(printed).not.toBe("");
  });
});
