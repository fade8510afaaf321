import type { QueueAddress } from "../batch/redis.ts";
import { work } from "../batch/work.ts";
import type { JobOutcome } from "../batch/worker.ts";
import type { SidecarClient } from "../client/client-types.ts";
import type { BatchWorkCommand } from "./batch-options.ts";
import { duration, plural } from "./progress.ts";
import type { Terminal } from "./terminal.ts";
import { exitCodes } from "./usage.ts";

/** Works for one service until it is stopped. Stopping is the ordinary end, so it is a success. */
export async function runBatchWork(
  command: BatchWorkCommand,
  address: QueueAddress,
  client: SidecarClient,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const counts = { read: 0, failed: 0, pages: 0 };
  const startedMs = performance.now();
  const stoppedBy = await work(
    {
      ...{ address, client, root: command.root, out: command.out, parallel: command.parallel },
      takeoverMs: command.takeoverSeconds * 1000,
      stopGraceMs: command.stopSeconds * 1000,
      untilDone: command.untilDone,
      onNotice: terminal.report,
      onOutcome: (outcome) => {
        if (outcome.kind === "read") {
          counts.read += 1;
          counts.pages += outcome.result.earlier ? 0 : outcome.result.pages;
        }
        if (outcome.kind === "failed") counts.failed += 1;
        terminal.report(lineOf(outcome));
      },
    },
    signal,
  );
  const failures = counts.failed > 0 ? ` ${counts.failed} failed.` : "";
  const took = duration(performance.now() - startedMs);
  await terminal.print(`${plural(counts.read, "document")}, ${plural(counts.pages, "page")} in ${took}.${failures}`);
  if (stoppedBy === undefined) return counts.failed === 0 || !command.untilDone ? exitCodes.success : exitCodes.failure;
  terminal.report(`${stoppedBy.sentence} (${stoppedBy.code}) The worker ends; its documents wait for another one.`);
  return exitCodes.failure;
}

function lineOf(outcome: JobOutcome): string {
  switch (outcome.kind) {
    case "read": {
      const { pages, warnings, ms, earlier } = outcome.result;
      const told = warnings > 0 ? `, ${plural(warnings, "warning")}` : "";
      return earlier
        ? `finished ${outcome.path} (earlier)`
        : `read     ${outcome.path} (${plural(pages, "page")}, ${duration(ms)}${told})`;
    }
    case "failed":
      return `failed   ${outcome.path}: ${outcome.reason.sentence} (${outcome.reason.code})`;
    case "again":
      return `again    ${outcome.path}: ${outcome.reason.sentence} (${outcome.reason.code})`;
    case "handed-back":
      return `back     ${outcome.path}`;
  }
}
