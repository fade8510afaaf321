import { readFile } from "node:fs/promises";
import { UsageError } from "./usage.ts";

/** The field of a `--system-prompt FILE` option. @throws UsageError when the file cannot be read */
export async function systemPromptOf(file: string | undefined): Promise<{ systemPrompt?: string }> {
  if (file === undefined) return {};
  const systemPrompt = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new UsageError(`--system-prompt ${file} cannot be read.`, { cause });
  });
  return { systemPrompt };
}
