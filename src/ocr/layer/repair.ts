import { type RepairName, type ThaiRepair, thaiRepairs } from "./thai/repairs.ts";

export interface RepairedText {
  text: string;
  /** How often each repair was made; repairs that were not needed are absent. */
  repairs: Partial<Record<RepairName, number>>;
}

/**
 * One repair can make another one possible (a mapped mark is doubled, a removed blank brings a tone mark behind
 * its vowel), so all of them are repeated until nothing changes. No text is known that takes more than four rounds;
 * the bound is there so that a mistake in the table is a wrong text and not an endless loop.
 */
const maxRounds = 12;

/** Whether there is a Thai character at all. */
export const hasThai = (text: string): boolean => /[\u0E01-\u0E5B]/.test(text);

/**
 * Repairs the damage that PDF producers do to Thai text. Pure, idempotent, linear in the length of the text, and
 * without effect on correctly typed Thai and on text without Thai. Never normalises: NFKC takes SARA AM apart.
 */
export function repairTextLayer(text: string): RepairedText {
  const repairs: RepairedText["repairs"] = {};
  // No repair has anything to do without one: most pages are done after this look.
  if (!hasThai(text)) return { text, repairs };
  let current = text;
  for (let round = 0; round < maxRounds; round++) {
    const repaired = thaiRepairs.reduce((given, repair) => apply(repair, given, repairs), current);
    if (repaired === current) break;
    current = repaired;
  }
  return { text: current, repairs };
}

function apply({ name, pattern, repair }: ThaiRepair, text: string, repairs: RepairedText["repairs"]): string {
  // String.replace with a function costs more than the search; nearly always there is nothing to replace.
  if (text.search(pattern) === -1) return text;
  return text.replace(pattern, (run: string, ...rest: unknown[]) => {
    const offset = Number(rest.find((value) => typeof value === "number"));
    const repaired = repair(run, text.charAt(offset - 1), text.charAt(offset + run.length));
    if (repaired !== run) repairs[name] = (repairs[name] ?? 0) + countOf(name, run);
    return repaired;
  });
}

/** Mapped characters are counted one by one, everything else by the place. */
const countOf = (name: RepairName, run: string): number =>
  name === "privateUseCharacters" || name === "eightBitToneMarks" ? run.length : 1;
