import { readFile, writeFile } from "node:fs/promises";
import type { SidecarClient } from "../client/client-types.ts";
import type { PageImageCommand } from "./command.ts";
import { plural } from "./progress.ts";
import type { Terminal } from "./terminal.ts";
import { exitCodes, UsageError } from "./usage.ts";

/** Writes what the model sees of a page to a PNG. Returns the exit code. */
export async function runPageImage(
  { file: path, out, page, tile, upright }: PageImageCommand,
  client: Pick<SidecarClient, "pageImage">,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const file = await readFile(path, { signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new UsageError(`${path} cannot be read.`, { cause });
  });
  const { png, rotation, tiles, warnings } = await client.pageImage({ file, page, tile, upright }, { signal });
  await writeFile(out, png, { signal });
  const turned = rotation === 0 ? "" : `, turned by ${rotation} degrees`;
  const pieces = tiles === undefined ? "" : `, read in ${plural(tiles, "piece")}`;
  await terminal.print(`${out}: page ${page}${turned}${pieces}`);
  for (const warning of warnings) terminal.report(`${out}: ${warning}`);
  return exitCodes.success;
}
