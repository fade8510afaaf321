import { mkdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "@hono/zod-openapi";
import { getLogger } from "@logtape/logtape";
import { messageOf, SidecarError } from "../../errors.ts";
import { buildConsole, type ConsoleBuild } from "./console-build.ts";

const log = getLogger(["sidecar", "http"]);

/** The list of a build's files, which stands beside them. */
const listName = "built.json";

const list = z.object({
  files: z.array(z.object({ name: z.string(), contentType: z.string() })),
  script: z.string(),
  style: z.string(),
  fonts: z.array(z.string()),
  notices: z.string(),
  icon: z.string(),
});

/** In a clone the sources of the page for people, in an image what was built of them. */
const folder = fileURLToPath(new URL("../../../console/", import.meta.url));
const watched = [folder, fileURLToPath(new URL("../../client/", import.meta.url))];

/**
 * The page for people, as often as it is asked for: read once where it was built before, else built from its sources
 * now, and again when these have changed.
 *
 * @param build other than the real one only in tests
 * @throws SidecarError `internal_error` where it cannot be built
 */
export function createConsoleFiles(build = buildConsole): () => Promise<ConsoleBuild> {
  let held: { version: string; build: Promise<ConsoleBuild> } | undefined;
  return async () => {
    const version = await versionOf();
    if (held?.version !== version) {
      const made = version === listName ? readConsole(folder) : build().catch(explain);
      held = { version, build: made };
      // A failure is told to those who wait for it; who asks next has it tried again.
      made.catch(() => {
        held = undefined;
      });
    }
    return held.build;
  };
}

function explain(cause: unknown): never {
  log.error("The page for people cannot be built: {reason}", { reason: messageOf(cause) });
  const what = "This page cannot be built here: install all dependencies (`bun install`), or run an image.";
  throw new SidecarError("internal_error", what, { cause });
}

async function versionOf(): Promise<string> {
  if (await Bun.file(join(folder, listName)).exists()) return listName;
  const found = await Promise.all(
    watched.map((cwd) => Array.fromAsync(new Bun.Glob("**/*.{ts,tsx,css,svg}").scan({ cwd, absolute: true }))),
  );
  const times = await Promise.all(found.flat().map(async (path) => (await stat(path)).mtimeMs));
  return `${times.length} files until ${Math.max(...times)}`;
}

/** Writes the page for people, built, into a folder. */
export async function writeConsole(into: string): Promise<void> {
  const { files, ...named } = await buildConsole();
  await mkdir(into, { recursive: true });
  for (const { name, body } of files) await Bun.write(join(into, name), body);
  const names = files.map(({ name, contentType }) => ({ name, contentType }));
  await Bun.write(join(into, listName), JSON.stringify({ files: names, ...named }));
}

/** Reads what `writeConsole` wrote. */
export async function readConsole(from: string): Promise<ConsoleBuild> {
  const { files, ...named } = list.parse(await Bun.file(join(from, listName)).json());
  const read = files.map(async (file) => ({ ...file, body: await Bun.file(join(from, file.name)).bytes() }));
  return { files: await Promise.all(read), ...named };
}
