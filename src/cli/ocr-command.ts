import type { SidecarClient } from "../client/client-types.ts";
import type { OcrCommand } from "./command.ts";
import { findDocuments } from "./find-documents.ts";
import { duration, type Progress, pagesPerMinute, plural, progressLine } from "./progress.ts";
import { type Outcome, readDocuments } from "./read-documents.ts";
import { systemPromptOf } from "./system-prompt.ts";
import type { Terminal } from "./terminal.ts";
import { exitCodes } from "./usage.ts";

/** The status line is drawn again so often, because the time left goes on without any news. */
const redrawMs = 500;

/**
 * Reads files and folders into texts. Returns the exit code.
 *
 * @throws UsageError, and the signal's reason when interrupted
 */
export async function runOcr(
  command: OcrCommand,
  client: SidecarClient,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const documents = await findDocuments(command.inputs, command.out);
  const fields = { ...command.fields, ...(await systemPromptOf(command.systemPromptFile)) };
  // Asked once and without patience, so that a wrong address is told at once and not after minutes of trying.
  await client.health({ signal });
  const run = new Run(documents.length);
  const failures: { name: string; detail: string }[] = [];
  const draw = () => terminal.showStatus(progressLine(run.progress()));
  draw();
  const timer = terminal.hasStatusLine ? setInterval(draw, redrawMs) : undefined;
  try {
    const { stoppedBy } = await readDocuments(
      documents,
      {
        ...{ client, fields, outFolder: command.out, parallel: command.parallel, force: command.force },
        onPages: (document, pages) => run.countPages(document.name, pages),
        onOutcome: ({ name }, outcome) => {
          run.countOutcome(outcome);
          if (outcome.kind === "failed") failures.push({ name, detail: outcome.detail });
          const line = lineOf(name, outcome, terminal.hasStatusLine);
          if (line !== undefined) terminal.report(line);
        },
      },
      signal,
    );
    terminal.clearStatus();
    await summarise(run.progress(), failures, stoppedBy, terminal);
    return failures.length === 0 ? exitCodes.success : exitCodes.failure;
  } catch (error) {
    terminal.clearStatus();
    if (signal.aborted) terminal.report("Interrupted; the same command goes on from here.");
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Counts a run. */
class Run {
  readonly #startedMs = performance.now();
  readonly #pages = new Map<string, number>();
  readonly #counts = { skipped: 0, read: 0, failed: 0 };
  readonly #documents: number;

  constructor(documents: number) {
    this.#documents = documents;
  }

  countPages(name: string, pages: number): void {
    this.#pages.set(name, pages);
  }

  countOutcome({ kind }: Outcome): void {
    this.#counts[kind] += 1;
  }

  progress(): Progress {
    const pages = this.#pages.values().reduce((sum, count) => sum + count, 0);
    return { documents: this.#documents, ...this.#counts, pages, elapsedMs: performance.now() - this.#startedMs };
  }
}

/** A terminal has its status line and needs to hear of trouble only. */
function lineOf(name: string, outcome: Outcome, quiet: boolean): string | undefined {
  switch (outcome.kind) {
    case "failed":
      return `failed   ${name}: ${outcome.detail}`;
    case "skipped":
      return quiet ? undefined : `finished ${name} (earlier)`;
    case "read": {
      const warnings = outcome.warnings.map((warning) => `\n         ${name}: ${warning}`).join("");
      const line = `read     ${name} (${plural(outcome.pages, "page")}, ${duration(outcome.ms)})${warnings}`;
      return quiet && warnings === "" ? undefined : line;
    }
  }
}

async function summarise(
  progress: Progress,
  failures: readonly { name: string; detail: string }[],
  stoppedBy: string | undefined,
  terminal: Terminal,
): Promise<void> {
  const { documents, skipped, read, failed, pages, elapsedMs } = progress;
  const rate = pagesPerMinute(progress)?.toFixed(1) ?? "0";
  const earlier = skipped > 0 ? ` ${skipped} were finished earlier.` : "";
  await terminal.print(
    `${read} of ${plural(documents, "document")} read: ${plural(pages, "page")} in ${duration(elapsedMs)}, ${rate} pages/min.${earlier}`,
  );
  if (failures.length > 0) await terminal.print(`${failed} failed:`);
  for (const { name, detail } of failures) await terminal.print(`  ${name}: ${detail}`);
  const untried = documents - skipped - read - failed;
  if (untried > 0) await terminal.print(`${untried} were not tried, because the service cannot be used: ${stoppedBy}`);
}
