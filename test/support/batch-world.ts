import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { buildPdf } from "./pdf-builder.ts";

const cli = resolve(import.meta.dir, "../../src/cli.ts");

/** A shared folder, an output folder, and the command line as a process. */
export interface BatchWorld extends AsyncDisposable {
  shared: string;
  out: string;
  write(path: string, bytes: Uint8Array | string): Promise<void>;
  /** @param cwd a folder of no meaning unless given */
  start(
    args: readonly string[],
    variables?: Record<string, string>,
    cwd?: string,
  ): Bun.Subprocess<"ignore", "pipe", "pipe">;
  run(args: readonly string[], variables?: Record<string, string>): Promise<Finished>;
  /** Names of the files below the output folder. */
  texts(): Promise<string[]>;
}

export interface Finished {
  exitCode: number;
  out: string;
  err: string;
}

export async function createBatchWorld(variables: Record<string, string>): Promise<BatchWorld> {
  const folder = await mkdtemp(join(tmpdir(), "batch-"));
  const shared = join(folder, "shared");
  const out = join(folder, "texts");
  await mkdir(shared);
  await mkdir(out);
  const start = (args: readonly string[], more: Record<string, string> = {}, cwd = folder) =>
    Bun.spawn([process.execPath, cli, "batch", ...args], {
      env: { PATH: process.env.PATH ?? "", HOME: folder, ...variables, ...more },
      cwd,
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
  return {
    shared,
    out,
    start,
    write: async (path, bytes) => {
      await mkdir(dirname(join(shared, path)), { recursive: true });
      await Bun.write(join(shared, path), bytes);
    },
    run: (args, more) => finish(start(args, more)),
    texts: async () => (await readdir(out, { recursive: true })).filter((name) => /\.(md|json)$/.test(name)).sort(),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** What a command has printed when it has ended. */
export async function finish(child: Bun.Subprocess<"ignore", "pipe", "pipe">): Promise<Finished> {
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { exitCode: await child.exited, out, err };
}

const filling = Array<string>(5).fill("This page has quite enough characters on it.");

/** A document of one page that is read from its text layer. */
export const letter = (name: string) => buildPdf([{ kind: "text", lines: [name, ...filling] }]);

/** A document of one page that the engine reads. */
export const scan = (name: string) => buildPdf([{ kind: "scan", lines: [name] }]);
