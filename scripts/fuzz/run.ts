import { untilNothingIsLeft } from "../../test/support/left-behind.ts";
import { type FuzzCase, makeCase } from "./behaviour.ts";
import { send } from "./send.ts";
import type { World } from "./world.ts";

export interface FuzzOptions {
  seed: number;
  /** Called before each case; the run ends when it answers false. */
  goesOn(casesDone: number): boolean;
  /** Requests at once. */
  concurrency: number;
  /** The only case to run, for a replay. */
  only?: number;
}

export interface FuzzReport {
  cases: number;
  statuses: Record<string, number>;
  /** Sentences with the number of the case. */
  violations: string[];
}

const maxViolations = 20;

/** Sends cases until told to stop, and looks at what holds for all of them together. */
export async function runFuzz(world: World, options: FuzzOptions): Promise<FuzzReport> {
  const report: FuzzReport = { cases: 0, statuses: {}, violations: [] };
  const caseOptions = { seed: options.seed, key: world.key, base: world.service.base };
  let next = options.only ?? 0;
  const runner = async () => {
    while (report.violations.length < maxViolations && options.goesOn(next)) {
      const fuzzCase = makeCase(next, caseOptions);
      next += 1;
      const { status, violations } = await send(world, fuzzCase);
      report.cases += 1;
      report.statuses[status] = (report.statuses[status] ?? 0) + 1;
      for (const violation of violations) report.violations.push(describe(fuzzCase, violation));
      if (options.only !== undefined) return;
    }
  };
  await Promise.all(Array.from({ length: options.only === undefined ? options.concurrency : 1 }, runner));
  report.violations.push(...(await violationsOfAll(world)));
  return report;
}

async function violationsOfAll({ fake, residency, service }: World): Promise<string[]> {
  fake.clearFaults();
  const found = fake.takeViolations().map((violation) => `Ollama would have ignored: ${violation}`);
  await untilNothingIsLeft(residency, 60_000).catch((error: unknown) => found.push(String(error)));
  for (const line of service.output().split("\n").filter(Boolean).slice(0, 5)) {
    found.push(`the service logged an error: ${line.slice(0, 500)}`);
  }
  return found;
}

const describe = ({ index, request, raw, fault }: FuzzCase, violation: string) =>
  `case ${index} (${raw === undefined ? "" : "raw "}${request.method} ${request.path.slice(0, 80)}${fault === undefined ? "" : `, ${fault}`}): ${violation}`;
