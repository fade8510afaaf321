import { createRandom, type Random } from "../fuzz/random.ts";
import type { Align, Block, Item, LayoutDocument, Style, TableBlock } from "./description.ts";
import { sentences, things, titles } from "./sentences.ts";

/** A document and the style that it is set in, both from one seed: the same seed gives the same pages. */
export function randomDocument(seed: number): { document: LayoutDocument; style: Style } {
  const random = createRandom(seed);
  const language = random.pick(["english", "english", "thai"] as const);
  const page = { random, language, free: [...titles[language]] };
  const kind = random.pick(["columns", "tables", "sections"] as const);
  const blocks = { columns: columnPage, tables: tablePage, sections: sectionPage }[kind](page);
  const footer = random.percent(50) ? { footer: random.pick(["#", "Page #", "- # -"]) } : {};
  return { document: { name: `random-${kind}-${seed}`, language, blocks, ...footer }, style: randomStyle(random) };
}

interface Page {
  random: Random;
  language: LayoutDocument["language"];
  /** Titles that no heading has taken yet. */
  free: string[];
}

function randomStyle(random: Random): Style {
  const third = random.pick([1, 1.08, 1.15]);
  const second = third + random.pick([0.1, 0.15, 0.25]);
  return {
    name: "own",
    body: random.pick([8.5, 9, 10, 11, 12, 13]),
    headings: [second + random.pick([0.15, 0.3, 0.5]), second, third],
    boldHeadings: third === 1 || random.percent(70),
    lineHeight: random.pick([1.15, 1.25, 1.4, 1.5]),
    latin: random.pick(["helvetica", "times", "sarabun"]),
    wordByWord: random.percent(40),
    justified: random.percent(40),
    columnByColumn: random.percent(40),
    filledRules: random.percent(50),
    marginPt: random.pick([36, 48, 56, 68]),
  };
}

/** Columns of running text, with something above and below that reaches over all of them. */
function columnPage(page: Page): Block[] {
  const { random } = page;
  const count = random.pick([2, 2, 3]);
  const below = random.pick<() => Block[]>([() => [], () => [paragraph(page, 1)], () => [table(page, 4)]])();
  return [
    ...(random.percent(80) ? [heading(page, 1)] : []),
    ...(random.percent(40) ? [paragraph(page, 3)] : []),
    {
      kind: "columns",
      gap: random.pick([12, 16, 20, 28]),
      columns: Array.from({ length: count }, () => columnBlocks(page)),
    },
    ...below,
  ];
}

/** A list stands behind a paragraph: two lists that follow each other would be one in Markdown. */
function columnBlocks(page: Page): Block[] {
  const { random } = page;
  return Array.from({ length: 2 + random.int(3) }, () =>
    random.pick([
      () => [paragraph(page, 3)],
      () => [paragraph(page, 5)],
      () => section(page),
      () => [paragraph(page, 2), list(page)],
    ])(),
  ).flat();
}

const section = (page: Page): Block[] => [heading(page, 2), paragraph(page, 3)];

/** Tables of many kinds, with what stands around them. */
function tablePage(page: Page): Block[] {
  const { random } = page;
  const blocks: Block[] = [heading(page, 1)];
  if (random.percent(40)) blocks.push(paragraph(page, 2));
  for (let count = 1 + random.int(2); count > 0; count -= 1) {
    if (random.percent(50)) blocks.push(heading(page, 2));
    blocks.push(table(page, 3 + random.int(7)));
    if (random.percent(60)) blocks.push(paragraph(page, 2));
  }
  return blocks;
}

/** Sections with paragraphs and lists. */
function sectionPage(page: Page): Block[] {
  const { random } = page;
  const blocks: Block[] = [heading(page, 1)];
  for (let count = 2 + random.int(3); count > 0; count -= 1) {
    blocks.push(heading(page, 2), paragraph(page, 4));
    if (random.percent(50)) blocks.push(heading(page, 3), paragraph(page, 2));
    if (random.percent(60)) blocks.push(list(page));
  }
  return blocks;
}

function heading({ random, free, language }: Page, level: 1 | 2 | 3): Block {
  const [text = titles[language][0]] = free.splice(random.int(free.length), 1);
  return { kind: "heading", level, text, ...(level === 1 && random.percent(40) ? { align: "center" } : {}) };
}

function paragraph(page: Page, most: number): Block {
  const { random } = page;
  const indent = random.percent(30) ? { indent: random.pick([15, 30]) } : {};
  return { kind: "paragraph", text: text(page, 1 + random.int(most)), ...indent };
}

const text = ({ random, language }: Page, count: number) =>
  Array.from({ length: count }, () => random.pick(sentences[language])).join(" ");

type Markers = readonly string[];

const numberings: Readonly<Record<LayoutDocument["language"], readonly [Markers, ...Markers[]]>> = {
  english: [["•"], ["1.", "2.", "3.", "4."], ["(a)", "(b)", "(c)", "(d)"], ["1.1", "1.2", "1.3", "1.4"]],
  thai: [
    ["•"],
    ["1.", "2.", "3.", "4."],
    ["๑.", "๒.", "๓.", "๔."],
    ["ก.", "ข.", "ค.", "ง."],
    ["(๑)", "(๒)", "(๓)", "(๔)"],
  ],
};

function list(page: Page): Block {
  const { random, language } = page;
  const markers: readonly string[] = random.pick(numberings[language]);
  const items = Array.from({ length: 2 + random.int(3) }, (_, at): Item => {
    const marker = markers[at % markers.length] ?? "•";
    return { marker, text: random.percent(30) ? random.pick(things[language]) : text(page, 1 + random.int(2)) };
  });
  return { kind: "list", items };
}

interface Column {
  head: string;
  width: number;
  align: Align;
  cell(row: number): string;
}

function table(page: Page, rows: number): TableBlock {
  const { random, language } = page;
  const thai = language === "thai";
  const money = () => `${1 + random.int(99)},${String(random.int(1000)).padStart(3, "0")}.00`;
  const kinds: (() => Column)[] = [
    () => ({ head: thai ? "จำนวน" : "Quantity", width: 1.2, align: "right", cell: () => String(1 + random.int(999)) }),
    () => ({ head: thai ? "ราคา" : "Price", width: 1.5, align: "right", cell: money }),
    () => ({
      head: thai ? "หน่วย" : "Unit",
      width: 0.9,
      align: "center",
      cell: () => random.pick(thai ? ["ตัน", "ถุง", "ชุด"] : ["t", "bag", "set"]),
    }),
    () => ({
      head: thai ? "วันที่" : "Date",
      width: 1.3,
      align: "left",
      cell: () => `${1 + random.int(28)}/${1 + random.int(12)}/2568`,
    }),
    () => ({
      head: thai ? "ร้อยละ" : "Share",
      width: 1,
      align: "right",
      cell: () => (random.percent(20) ? "" : `${random.int(100)}.${random.int(10)}`),
    }),
    () => ({
      head: thai ? "หมายเหตุ" : "Remark",
      width: 2,
      align: "left",
      cell: () => (random.percent(50) ? "" : random.pick(things[language])),
    }),
  ];
  const first: Column = { head: thai ? "ที่" : "No.", width: 0.7, align: "center", cell: (row) => String(row) };
  const name: Column = {
    head: thai ? "รายการ" : "Description",
    width: 3,
    align: "left",
    cell: () => random.pick(things[language]),
  };
  const others = Array.from({ length: 1 + random.int(4) }, () => kinds.splice(random.int(kinds.length), 1)).flat();
  const columns = [...(random.percent(50) ? [first] : []), name, ...others.map((make) => make())];
  return {
    kind: "table",
    rules: random.pick(["ruled", "boxed", "horizontal", "headed", "zebra", "none"] as const),
    widths: columns.map(({ width }) => width),
    align: columns.map(({ align }) => align),
    rows: [
      columns.map(({ head }) => head),
      ...Array.from({ length: rows }, (_, row) => columns.map(({ cell }) => cell(row + 1))),
    ],
  };
}
