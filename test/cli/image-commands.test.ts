import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageSizes } from "../../scripts/prune-modules.ts";
import { type ImageTree, makeImageTree } from "../support/image-tree.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { startCommand } from "../support/started-command.ts";
import { writeSparseHead, writeTinyModel } from "../support/tiny-model.ts";
import { until } from "../support/until.ts";

// Each test starts programs.
setDefaultTimeout(60_000);

/** Where the tests run as root the commands run as the image's user; elsewhere as whoever runs the tests. */
const asUser = process.getuid?.() === 0 ? ["setpriv", "--reuid=10001", "--regid=10001", "--clear-groups", "--"] : [];

let tree: ImageTree;
/** What is mounted into the container: models, a document, a folder to write to. */
let mounted: string;
let models: Record<string, string>;
beforeAll(async () => {
  tree = await makeImageTree("cpu");
  mounted = await mkdtemp(join(tmpdir(), "image-mounts-"));
  const weights = await writeTinyModel(join(mounted, "embed"), { outputs: "hidden-state" });
  await writeSparseHead(join(mounted, "head.pt"), weights, "single");
  await writeTinyModel(join(mounted, "rerank"), { outputs: "logits" });
  const line = "This page has quite enough characters on it.";
  await Bun.write(join(mounted, "letter.pdf"), buildPdf([{ kind: "text", lines: Array(5).fill(line) }]));
  // Written by root for whoever tests as root, so that the image's user reads models that it may not change.
  await chmod(mounted, 0o777);
  models = { MODEL_DIR: mounted, EMBED_MODEL: "embed", EMBED_SPARSE_HEAD: "head.pt", RERANK_MODEL: "rerank" };
});
afterAll(async () => {
  await tree[Symbol.asyncDispose]();
  await rm(mounted, { recursive: true, force: true });
});

const variables = () => ({
  PATH: `${join(tree.bun, "..")}:/usr/bin:/bin`,
  HOME: "/",
  TMPDIR: mounted,
  NODE_ENV: "production",
  BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0",
  OCR_SIDECAR_COMMAND: "docker compose run --rm sidecar",
  PDF_WORKERS: "1",
  ...models,
});

async function run(args: readonly string[], more: Record<string, string> = {}) {
  const child = Bun.spawn([...asUser, tree.bun, `${tree.folder}/src/cli.ts`, ...args], {
    cwd: tree.folder,
    env: { ...variables(), ...more },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exitCode: await child.exited, out, err };
}

test("the packages that the image holds take 110 MB at most", async () => {
  const sizes = await packageSizes(join(tree.folder, "node_modules"));
  expect(sizes.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(110_000_000);
});

describe("from the files that the image holds, as its user,", () => {
  test("help names the command line as it is called there", async () => {
    const { exitCode, out } = await run(["compare-reference", "--help"]);
    expect({ exitCode, first: out.split("\n")[0] }).toEqual({
      exitCode: 0,
      first: "Usage: docker compose run --rm sidecar <command> [options]",
    });
  });

  test("models --check looks at the models, and says what is missing", async () => {
    expect(await run(["models", "--check"])).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining(`All models in ${mounted} are complete.`),
    });
    const none = await run(["models", "--check"], { EMBED_MODEL: "other" });
    expect(none).toMatchObject({ exitCode: 1, err: expect.stringContaining("other/config.json is not there") });
  });

  test("ocr reads a document", async () => {
    const { exitCode, out, err } = await run(["ocr", `${mounted}/letter.pdf`, "--out", `${mounted}/texts`]);
    expect({ exitCode, out, err }).toMatchObject({ exitCode: 0, out: expect.stringContaining("1 of 1 document read") });
    expect(await Bun.file(join(mounted, "texts/letter.pdf.md")).text()).toStartWith("This page");
  });

  test("embed and rerank compute", async () => {
    const embedded = await run(["embed", "one"]);
    expect({ ...embedded, out: embedded.out.slice(0, 10) }).toMatchObject({ exitCode: 0, out: '{"dense":[' });
    expect(await run(["rerank", "--query", "q", "a", "b"])).toMatchObject({ exitCode: 0 });
  });

  test("compare-reference runs the models to the end", async () => {
    // The models of this test give other numbers than the published ones.
    const { exitCode, out } = await run(["compare-reference"]);
    expect(exitCode).toBe(1);
    expect(out.match(/^(same |OTHER) /gm)?.length).toBeGreaterThan(20);
  });

  test("serve, the health check, ready and doctor work together, and a missing model is told with a command", async () => {
    const key = crypto.randomUUID();
    await using service = await startCommand({
      command: [...asUser, tree.bun, `${tree.folder}/src/cli.ts`, "serve"],
      cwd: tree.folder,
      variables: {
        ...variables(),
        EMBED_MODEL: "Xenova/bge-m3",
        OCR_HOST: "127.0.0.1",
        OCR_SIDECAR_API_KEY: key,
        OCR_SIDECAR_UPLOAD_BASE: mounted,
        RETRIEVAL_PRELOAD: "true",
      },
    });
    const there = { OCR_SIDECAR_URL: service.url, OCR_SIDECAR_API_KEY: key, OCR_PORT: String(service.port) };
    const check = Bun.spawn([...asUser, tree.bun, `${tree.folder}/src/health-check.ts`], {
      env: { ...variables(), ...there, OCR_HOST: "127.0.0.1" },
    });
    expect(await check.exited).toBe(0);
    await until(async () => (await fetch(`${service.url}/ready`)).ok, "it is ready");
    expect(await run(["ready"], there)).toMatchObject({ exitCode: 0 });
    const pages = ["docs", "docs/swagger-ui-bundle.js", "docs/swagger-ui.css", "docs/favicon.png", "console"];
    for (const path of pages) expect((await fetch(`${service.url}/${path}`)).status).toBe(200);
    // The service looks again for the model every few seconds, and says for a moment that it loads.
    const told = '"docker compose run --rm sidecar models" fetches it (about 2.3 GB)';
    let out = "";
    await until(async () => {
      out = (await run(["doctor"], there)).out;
      return out.includes(told);
    }, "the doctor names the command");
    expect(out).toContain("ok      reachable: ");
    service.child.kill("SIGTERM");
    expect(await service.child.exited).toBe(0);
  });

  test("ready and doctor wait for the service that they start for themselves", async () => {
    expect(await run(["ready", "--for", "all"])).toMatchObject({ exitCode: 0 });
    const { out } = await run(["doctor"], { OCR_SIDECAR_UPLOAD_BASE: mounted });
    expect(out).not.toMatch(/PROBLEM|is loading/);
  });

  test("batch says that there is no Redis", async () => {
    const { exitCode, err } = await run(["batch", "status"], { REDIS_URL: "redis://127.0.0.1:1" });
    expect({ exitCode, err }).toMatchObject({ exitCode: 1, err: expect.stringContaining("nothing listens there") });
  });

  test("real-ollama says that there is none", async () => {
    const { exitCode, out } = await run(["real-ollama", "--url", "http://127.0.0.1:1"]);
    expect({ exitCode, wrong: out.includes("WRONG") }).toEqual({ exitCode: 1, wrong: true });
  });
});
