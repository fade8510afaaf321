/**
 * Pages per second from text layers. Run with `bun test/bench/pdf-text.ts [rounds]`. Every comparison is made in one run,
 * in both orders in turns, and the medians are set against each other. `cores` is the processor time per second: where
 * it stays below the number of workers, other programs had the processors.
 */
import { cpus } from "node:os";
import type { PdfPool } from "../../src/pdf/document.ts";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { buildPdf, type TestPage } from "../support/pdf-builder.ts";
import { poolOptions } from "../support/pdf-pool.ts";

const rounds = Number(process.argv[2] ?? 9);
const documents = 32;
const pagesPerDocument = 20;
const { signal } = new AbortController();

const lines = (page: number) =>
  Array.from(
    { length: 55 },
    (_, line) => `${page}.${line} The contractor shall submit drawings for approval to the engineer.`,
  );
const pdf = buildPdf(
  Array.from({ length: pagesPerDocument }, (_, page): TestPage => ({ kind: "text", lines: lines(page) })),
);

async function readDocument(pool: PdfPool): Promise<void> {
  const document = await pool.open(pdf, "pdf", signal);
  const pages = await document.readPages(
    Array.from({ length: document.pageCount }, (_, index) => index + 1),
    signal,
  );
  document.close();
  if (pages.length !== pagesPerDocument) throw new Error("pages are missing");
}

interface Measurement {
  pagesPerSecond: number;
  cores: number;
}

/** One reading of all documents, shared by so many callers. */
async function measure(pool: PdfPool, callers: number): Promise<Measurement> {
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  const remaining = Array.from({ length: documents }).values();
  const caller = async () => {
    for (const _document of remaining) await readDocument(pool);
  };
  await Promise.all(Array.from({ length: callers }, caller));
  const wallMs = performance.now() - started;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { pagesPerSecond: (documents * pagesPerDocument * 1000) / wallMs, cores: (user + system) / 1000 / wallMs };
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

async function compare(cases: ReadonlyArray<{ name: string; pool: PdfPool; callers: number }>): Promise<void> {
  const results = cases.map((): Measurement[] => []);
  for (const { pool } of cases) await measure(pool, 2);
  for (let round = 0; round < rounds; round += 1) {
    const order = [...cases.entries()];
    for (const [index, { pool, callers }] of round % 2 === 0 ? order : order.toReversed()) {
      results[index]?.push(await measure(pool, callers));
    }
  }
  const medians = results.map((result) => ({
    rate: median(result.map(({ pagesPerSecond }) => pagesPerSecond)),
    cores: median(result.map(({ cores }) => cores)),
  }));
  const reference = medians[0]?.rate ?? Number.NaN;
  for (const [index, { rate, cores }] of medians.entries()) {
    const name = (cases[index]?.name ?? "").padEnd(24);
    console.log(
      `${name} ${rate.toFixed(0).padStart(6)} pages/s  ×${(rate / reference).toFixed(2)}  ${cores.toFixed(2)} cores`,
    );
  }
}

const one = createPdfPool({ ...poolOptions, workers: 1 });
const many = createPdfPool({ ...poolOptions, workers: cpus().length });
await compare([
  { name: "1 worker, one by one", pool: one, callers: 1 },
  { name: "1 worker, 8 callers", pool: one, callers: 8 },
  { name: `${cpus().length} workers, one by one`, pool: many, callers: 1 },
  { name: `${cpus().length} workers, 8 callers`, pool: many, callers: 8 },
]);
await Promise.all([one.close(), many.close()]);
