import { z } from "zod";

/** What was measured of one page. */
const figuresSchema = z.object({
  /** Character error rate. */
  rate: z.number(),
  /** Digits that are wrong, and those of them that no warning names. */
  wrong: z.int(),
  unnamed: z.int(),
  /** Lines that a warning names though their digits are right; absent in figures that did not count them. */
  inVain: z.int().optional(),
  /** Of the process that read the page; absent where that cannot be seen. */
  cpuSeconds: z.number().optional(),
  peakMiB: z.number().optional(),
});

const baselineSchema = z.object({
  /** Of what the figures are. */
  of: z.string(),
  rows: z.record(z.string(), figuresSchema),
});

export type Figures = z.infer<typeof figuresSchema>;
export type Baseline = z.infer<typeof baselineSchema>;

const file = new URL("./baseline.json", import.meta.url);

/** The figures to compare with, by document and variant. */
export const readBaseline = async (): Promise<Baseline> => baselineSchema.parse(await Bun.file(file).json());

/** Writes one row beside those of the same reader, which may be measured piece by piece; rows of another one go. */
export async function writeBaseline(of: string, name: string, figures: Figures): Promise<void> {
  const before = await readBaseline();
  const rows = Object.entries({ ...(before.of === of ? before.rows : {}), [name]: figures });
  const lines = rows.map(([name, figures]) => `    ${JSON.stringify(name)}: ${JSON.stringify(rounded(figures))}`);
  await Bun.write(file, `{\n  "of": ${JSON.stringify(of)},\n  "rows": {\n${lines.join(",\n")}\n  }\n}\n`);
}

function rounded({ rate, wrong, unnamed, inVain, cpuSeconds, peakMiB }: Figures): Figures {
  return {
    rate: Number(rate.toFixed(4)),
    wrong,
    unnamed,
    ...(inVain === undefined ? {} : { inVain }),
    ...(cpuSeconds === undefined ? {} : { cpuSeconds: Number(cpuSeconds.toFixed(1)) }),
    ...(peakMiB === undefined ? {} : { peakMiB: Math.round(peakMiB) }),
  };
}
