import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeTinyModel } from "../support/tiny-model.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(30_000);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "models-"));
  await writeTinyModel(join(folder, "embed"), { outputs: "three-headed" });
  await writeTinyModel(join(folder, "rerank"), { outputs: "logits" });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function compare(...args: readonly string[]) {
  const script = new URL("../../src/cli.ts", import.meta.url).pathname;
  const env = { PATH: process.env.PATH ?? "", EMBED_MODEL: "embed", RERANK_MODEL: "rerank", MODEL_DIR: folder };
  const command = Bun.spawn([process.execPath, script, "compare-reference", ...args], {
    env,
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(command.stdout).text(), new Response(command.stderr).text()]);
  return { out, err, code: await command.exited };
}

describe("the comparison with published numbers", () => {
  test.each([
    { args: ["--devise", "cuda"], said: "--devise" },
    { args: ["--device", "gpu"], said: "--device must be one of cpu, cuda." },
    { args: ["cuda"], said: "cuda" },
  ])("tells what it does not know: $args", async ({ args, said }) => {
    const { out, err, code } = await compare(...args);
    expect({ out, code }).toEqual({ out: "", code: 2 });
    expect(err).toContain(said);
    expect(err).toContain("bun run sidecar help lists the commands.");
    expect(err).not.toContain("    at ");
  });

  test("fails where CUDA was asked for and is not there, and compares nothing", async () => {
    const { out, code } = await compare("--device", "cuda");
    expect(code).toBe(1);
    expect(out).toContain("embed: GPU latched");
    expect(out).not.toContain("published");
  });

  test("compares on the CPU, where a tiny model gives other numbers", async () => {
    const { out, err, code } = await compare();
    expect({ err, code }).toEqual({ err: "", code: 1 });
    expect(out).toMatch(/^OTHER .* on cpu$/m);
  });
});
