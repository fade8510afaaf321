import { realpath } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { addDocuments } from "../batch/add-documents.ts";
import { withQueue } from "../batch/queue.ts";
import type { QueueAddress } from "../batch/redis.ts";
import type { BatchAddCommand } from "./batch-options.ts";
import { documentsBehind, nothingFound } from "./find-documents.ts";
import { duration, plural } from "./progress.ts";
import { systemPromptOf } from "./system-prompt.ts";
import type { Terminal } from "./terminal.ts";
import { exitCodes, UsageError } from "./usage.ts";

/** Adds the documents of files and folders to the queue. @throws UsageError, before anything is added */
export async function runBatchAdd(
  command: BatchAddCommand,
  address: QueueAddress,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const paths = await pathsBelow(command);
  const options = { ...command.options, ...(await systemPromptOf(command.systemPromptFile)) };
  const startedMs = performance.now();
  try {
    const { added, known, refused } = await withQueue(address, terminal.report, (queue, connection) =>
      addDocuments(
        paths,
        queue,
        connection,
        {
          root: command.root,
          options,
          again: command.again,
          onRefused: (path, sentence) => terminal.report(`refused  ${path}: ${sentence}`),
          onProgress: (counts) =>
            terminal.showStatus(`${counts.added + counts.known + counts.refused}/${paths.length} documents`),
        },
        signal,
      ),
    );
    terminal.clearStatus();
    const rest = [known > 0 ? `${known} were there already` : "", refused > 0 ? `${refused} were refused` : ""];
    const told = [`${plural(added, "document")} added to ${address.queue}`, ...rest.filter((part) => part !== "")];
    await terminal.print(`${told.join(", ")}; ${duration(performance.now() - startedMs)}.`);
    return refused === 0 ? exitCodes.success : exitCodes.failure;
  } finally {
    terminal.clearStatus();
  }
}

/** The documents by their places below the shared folder, each once, sorted. */
async function pathsBelow({ inputs, root }: BatchAddCommand): Promise<string[]> {
  const realRoot = await realpath(root).catch((cause: unknown) => {
    throw new UsageError(`--root ${root} cannot be opened; is the name right?`, { cause });
  });
  const paths = new Set<string>();
  // Inputs that are named by another way to the same folder are inside all the same.
  const bases = await Promise.all(inputs.map((input) => baseOf(input, root, realRoot)));
  for (const [place, input] of inputs.entries()) {
    const base = bases[place] ?? root;
    for await (const { path } of documentsBehind([input], undefined))
      paths.add(relative(base, path).split(sep).join("/"));
  }
  if (paths.size === 0) throw nothingFound();
  return [...paths].sort();
}

async function baseOf(input: string, root: string, realRoot: string): Promise<string> {
  const isBelow = (base: string, path: string) => {
    const way = relative(base, path);
    return way !== ".." && !way.startsWith(`..${sep}`);
  };
  const base = [root, realRoot].find((candidate) => isBelow(candidate, resolve(input)));
  if (base !== undefined) return base;
  throw new UsageError(`${input} is not below ${root}; every worker must find it there.`);
}
