import { runProgram } from "../processes/run-program.ts";

/** One card as `nvidia-smi` reports it; MB as it counts them (1,048,576 bytes). */
interface GpuCard {
  index: number;
  totalMb: number;
  usedMb: number;
  freeMb: number;
}

export type NvidiaSmiReading = { known: true; cards: GpuCard[] } | { known: false; why: string };

export interface NvidiaSmiOptions {
  /** Name or path of the program. */
  program?: string;
  timeoutMs?: number;
  /** How long a program that is not there is not looked for again. */
  missingForMs?: number;
  /** Monotonic clock in milliseconds. */
  now?: () => number;
}

const query = ["--query-gpu=index,memory.total,memory.used,memory.free", "--format=csv,noheader,nounits"];
/** A line is some 30 bytes; no machine has so many cards. */
const maxOutputBytes = 65_536;

/**
 * Reads the memory of all cards from `nvidia-smi`. Never rejects, and runs once at a time: a program that is missing, hangs (it is
 * killed), fails or says something else is an unknown with its reason.
 */
export function createNvidiaSmi(options: NvidiaSmiOptions = {}): () => Promise<NvidiaSmiReading> {
  const { program = "nvidia-smi", timeoutMs = 3000, missingForMs = 60_000, now = () => performance.now() } = options;
  let lookAgainAt = Number.NEGATIVE_INFINITY;

  return oneAtATime(async () => {
    if (now() < lookAgainAt) return missing(program);
    const result = await runProgram([program, ...query], { timeoutMs, maxOutputBytes });
    if (result.ended === "missing") {
      lookAgainAt = now() + missingForMs;
      return missing(program);
    }
    if (result.ended === "failed") return unknown(`${program} ${result.how}`);
    const cards = parseCards(result.output);
    return cards === undefined ? unknown(`${program} answered something else than expected`) : { known: true, cards };
  });
}

const processQuery = ["--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits"];

/**
 * Reads what each process holds of the cards, MB by process id. Empty where that is not known: without the program, for
 * drivers that do not tell, and in a container that does not see the processes of its own by the ids it knows. Never
 * rejects.
 */
export function createNvidiaSmiProcesses(
  options: Pick<NvidiaSmiOptions, "program" | "timeoutMs"> = {},
): () => Promise<ReadonlyMap<number, number>> {
  const { program = "nvidia-smi", timeoutMs = 3000 } = options;
  return oneAtATime(async () => {
    const result = await runProgram([program, ...processQuery], { timeoutMs, maxOutputBytes });
    return result.ended === "well" ? parseProcesses(result.output) : new Map();
  });
}

/**
 * Whoever asks while it runs gets the same answer: where a driver hangs, SIGKILL does not end what waits for it, and each
 * reading would leave one more behind. Who cannot wait so long has a limit of his own.
 */
function oneAtATime<Result>(read: () => Promise<Result>): () => Promise<Result> {
  let running: Promise<Result> | undefined;
  return () => {
    running ??= read().finally(() => {
      running = undefined;
    });
    return running;
  };
}

/** A process that uses several cards has a line for each; those without a number are left out. */
function parseProcesses(csv: string): Map<number, number> {
  const usedMb = new Map<number, number>();
  for (const line of csv.split("\n")) {
    const [pid, mb] = /^(\d{1,10}), *(\d{1,9})$/.exec(line.trim())?.slice(1).map(Number) ?? [];
    if (pid !== undefined && mb !== undefined) usedMb.set(pid, (usedMb.get(pid) ?? 0) + mb);
  }
  return usedMb;
}

/** The cards in the CSV, or undefined when any line is not four whole numbers (such as `[N/A]`). */
function parseCards(csv: string): GpuCard[] | undefined {
  const lines = csv.split("\n").filter((line) => line.trim() !== "");
  const cards = lines.map(parseCard).filter((card) => card !== undefined);
  return lines.length > 0 && cards.length === lines.length ? cards : undefined;
}

function parseCard(line: string): GpuCard | undefined {
  const numbers = /^(\d{1,4}), *(\d{1,9}), *(\d{1,9}), *(\d{1,9})$/.exec(line.trim())?.slice(1).map(Number);
  const [index, totalMb, usedMb, freeMb] = numbers ?? [];
  if (index === undefined || totalMb === undefined || usedMb === undefined || freeMb === undefined) return undefined;
  return totalMb > 0 ? { index, totalMb, usedMb, freeMb } : undefined;
}

const missing = (program: string) => unknown(programMissing(program));

/** Why nothing is known of the cards where the driver's program is not there. */
export const programMissing = (program: string): string => `${program} is not installed or cannot be run`;
const unknown = (why: string): NvidiaSmiReading => ({ known: false, why });
