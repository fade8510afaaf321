import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childrenOf } from "../support/child-processes.ts";
import { startCommand } from "../support/started-command.ts";
import { writeTinyModel } from "../support/tiny-model.ts";
import { repository } from "../support/tracked-files.ts";
import { until } from "../support/until.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const endsWithinMs = 20_000;

let folder: string;
/** Models that are loaded at once, by processes of their own. */
let variables: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "failed-start-"));
  await writeTinyModel(join(folder, "embed"), { outputs: "three-headed" });
  await writeTinyModel(join(folder, "rerank"), { outputs: "logits" });
  variables = {
    PATH: process.env.PATH ?? "",
    OCR_HOST: "127.0.0.1",
    OCR_PORT: "0",
    OCR_SIDECAR_AUTH: "network",
    MODEL_DIR: folder,
    EMBED_MODEL: "embed",
    RERANK_MODEL: "rerank",
    RETRIEVAL_PRELOAD: "true",
    PDF_WORKERS: "1",
    OLLAMA_API_URL: "http://127.0.0.1:9",
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const unusablePrompt = { OCR_TASK_PROMPT_FILE: "/nonexistent" };

/** Starts a program of this service in a process group of its own, which shows what it leaves behind. */
function start(args: readonly string[], more: Record<string, string> = {}, stdin: "ignore" | "pipe" = "ignore") {
  return Bun.spawn([process.execPath, ...args], {
    cwd: repository,
    env: { ...variables, ...more },
    detached: true,
    stdin,
    stdout: "pipe",
    stderr: "pipe",
  });
}

/** The exit code of a program that ends by itself with all it has started; what does not is killed. */
async function endOf(child: Bun.Subprocess): Promise<number | null> {
  try {
    await until(() => child.exitCode !== null || child.signalCode !== null, "the program ends", endsWithinMs);
    await until(() => !isAlive(-child.pid), "nothing of it is left", endsWithinMs);
    return child.exitCode;
  } finally {
    if (isAlive(-child.pid)) process.kill(-child.pid, "SIGKILL");
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("a start that fails half-way", () => {
  test("ends the command line with its exit code and its reason, and leaves no process behind", async () => {
    const child = start(["src/cli.ts", "ready"], unusablePrompt);
    expect(await endOf(child)).toBe(1);
    expect(await new Response(child.stderr).text()).toContain("OCR_TASK_PROMPT_FILE");
  });

  test("ends the service with 78 and its reason, and leaves no process behind", async () => {
    const child = start(["src/main.ts"], unusablePrompt);
    expect(await endOf(child)).toBe(78);
    expect(await new Response(child.stderr).text()).toContain("OCR_TASK_PROMPT_FILE");
  });

  test("ends a service that was reloaded in the same process, with all that both runs have started", async () => {
    const checkout = join(folder, "checkout");
    const prompt = join(folder, "prompt.txt");
    await Bun.write(prompt, "Read this page.");
    await cp(join(repository, "src"), join(checkout, "src"), { recursive: true });
    await cp(join(repository, "package.json"), join(checkout, "package.json"));
    await symlink(join(repository, "node_modules"), join(checkout, "node_modules"));
    const { OCR_PORT: _, ...rest } = variables;
    await using service = await startCommand({
      command: [process.execPath, "--hot", "src/main.ts"],
      cwd: checkout,
      variables: { ...rest, OCR_TASK_PROMPT_FILE: prompt },
    });
    const isLoaded = async () => (await fetch(`${service.url}/ready?for=retrieval`, { keepalive: false })).ok;
    await until(isLoaded, "the models are loaded", endsWithinMs);
    await rm(prompt);
    await Bun.write(join(checkout, "src/service/version.ts"), 'export const version: string = "again";\n');
    expect(await endOf(service.child)).toBe(78);
    expect(service.errors()).toContain("OCR_TASK_PROMPT_FILE");
  });
});

test("SIGTERM ends a command that waits for its standard input", async () => {
  const child = start(["src/cli.ts", "embed"], {}, "pipe");
  await until(async () => (await childrenOf(child.pid)).length > 0, "the service of the command is up", endsWithinMs);
  child.kill("SIGTERM");
  expect(await endOf(child)).toBe(130);
});
