import { basename, dirname, join } from "node:path";
import { SidecarError } from "../../../src/errors.ts";
import { type DocumentScore, evaluate } from "./evaluate.ts";
import { type PageTest, pageTests } from "./page-tests.ts";
import { createLayerReader } from "./read-layers.ts";
import { faults, figures, header, legend, summary, timeLines } from "./report.ts";

export interface LayersOptions {
  folder: string;
  /** Only files whose name contains it. */
  only: string;
  /** Prints what is wrong in each document. */
  showFaults: boolean;
  /** Takes the time of each page, which is most of the work. */
  timed: boolean;
  /** Writes the Markdown that was found beside the truth, as `NAME.found.md`, into this folder. */
  out: string | undefined;
}

/** Compares the text layers of a folder's PDFs with the Markdown beside them and with `page-tests.json`, and prints figures. */
export async function evaluateLayers({ folder, only, showFaults, timed, out }: LayersOptions): Promise<void> {
  const reader = createLayerReader({ timed });
  const scores: DocumentScore[] = [];
  console.log(`${legend}\n\n${header}`);
  try {
    for await (const { name, path, truth, tests } of layerFiles(folder)) {
      if (!name.includes(only)) continue;
      const reading = await reader.read(path).catch(refusal);
      if (typeof reading === "string") {
        console.log(`${name.slice(0, 33).padEnd(34)} cannot be read: ${reading}`);
        continue;
      }
      const score = evaluate(name, reading, truth, tests);
      scores.push(score);
      console.log(figures(name, [score]));
      for (const line of timeLines([score])) console.log(`    ${line}`);
      if (showFaults) for (const fault of faults(score)) console.log(`    ${fault}`);
      if (out !== undefined) await Bun.write(join(out, name.replace(/\.pdf$/, ".found.md")), score.reading.markdown);
    }
  } finally {
    await reader.close();
  }
  const groups = Map.groupBy(scores, ({ name }) => /^random-[a-z]+|[^/.]*/.exec(name)?.[0] ?? name);
  console.log("");
  if (groups.size > 1 && groups.size < scores.length) {
    for (const [group, members] of groups) console.log(figures(`${group} (${members.length})`, members));
  }
  console.log(figures("all", scores));
  for (const line of summary(scores)) console.log(line);
}

/** Why a document or one of its pages cannot be read at all. */
function refusal(error: unknown): string {
  if (error instanceof SidecarError) return error.message;
  throw error;
}

/** The PDFs of a folder with what they should come out as. Those with neither truth nor tests are looked at for letters. */
async function* layerFiles(
  folder: string,
): AsyncGenerator<{ name: string; path: string; truth: string | undefined; tests: PageTest[] }> {
  const names = await Array.fromAsync(new Bun.Glob("**/*.pdf").scan({ cwd: folder }));
  for (const name of names.sort()) {
    const path = join(folder, name);
    const truth = Bun.file(path.replace(/\.pdf$/, ".md"));
    const testFile = Bun.file(join(dirname(path), "page-tests.json"));
    const tests = (await testFile.exists()) ? pageTests.parse(await testFile.json()) : [];
    yield {
      ...{ name, path },
      truth: (await truth.exists()) ? await truth.text() : undefined,
      tests: tests.filter(({ pdf }) => pdf === basename(name)),
    };
  }
}
