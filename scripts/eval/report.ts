import type { Figures } from "./baseline.ts";

const widths = { document: 26, variant: 28, figure: 9 } as const;

const columns: Readonly<Record<string, (figures: Figures) => string>> = {
  "CER %": ({ rate }) => (100 * rate).toFixed(1),
  digits: ({ wrong, unnamed, inVain = 0 }) =>
    (wrong === 0 ? "0" : `${wrong}/${unnamed}`) + (inVain === 0 ? "" : `+${inVain}`),
  "CPU s": ({ cpuSeconds }) => cpuSeconds?.toFixed(1) ?? "-",
  MiB: ({ peakMiB }) => peakMiB?.toFixed(0) ?? "-",
};

const names = Object.keys(columns);

export const header = [
  `${" ".repeat(widths.document + widths.variant)}${names.map((name) => name.padStart(2 * widths.figure)).join("")}`,
  "document".padEnd(widths.document) +
    "variant".padEnd(widths.variant) +
    names.map(() => "before".padStart(widths.figure) + "now".padStart(widths.figure)).join(""),
].join("\n");

/** One line for a page: each figure of before beside that of now. */
export function row(document: string, variant: string, before: Figures | undefined, now: Figures): string {
  const figures = Object.values(columns).map(
    (show) => (before === undefined ? "-" : show(before)).padStart(widths.figure) + show(now).padStart(widths.figure),
  );
  return document.padEnd(widths.document) + variant.padEnd(widths.variant) + figures.join("");
}

/** A page that was measured. */
export interface Measured {
  isAside: boolean;
  before: Figures | undefined;
  now: Figures;
}

/** Mean and median error rates of the pages that are tuned on and of those kept aside, before and now. */
export function summary(measured: readonly Measured[]): string {
  return [false, true]
    .flatMap((isAside) => {
      const pages = measured.filter((page) => page.isAside === isAside);
      if (pages.length === 0) return [];
      const compared = pages.flatMap(({ before }) => before ?? []);
      const title = isAside ? "kept aside" : "tuned on";
      return [
        `${title}: ${pages.length} pages, ${rates(pages.map(({ now }) => now))}`,
        ...(compared.length === 0 ? [] : [`  before: ${compared.length} pages, ${rates(compared)}`]),
      ];
    })
    .join("\n");
}

function rates(pages: readonly Figures[]): string {
  const sorted = pages.map(({ rate }) => rate).sort((a, b) => a - b);
  const mean = sorted.reduce((sum, rate) => sum + rate, 0) / sorted.length;
  const unnamed = pages.reduce((sum, page) => sum + page.unnamed, 0);
  const inVain = pages.reduce((sum, page) => sum + (page.inVain ?? 0), 0);
  const wrong = pages.reduce((sum, page) => sum + page.wrong, 0);
  const percent = (rate = 0) => `${(100 * rate).toFixed(1)} %`;
  return `CER mean ${percent(mean)}, median ${percent(sorted[sorted.length >> 1])}; ${wrong} digits wrong, ${unnamed} of them in no warning; ${inVain} lines named in vain`;
}
