import { rm } from "node:fs/promises";
import { join } from "node:path";
import { asideDocuments } from "./aside/all.ts";
import type { LayoutDocument, Style } from "./description.ts";
import { layoutDocuments } from "./documents/all.ts";
import { drawing, heavyDocuments, heavyStyle } from "./heavy.ts";
import { documentHtml } from "./html.ts";
import { blockMarkdown } from "./markdown.ts";
import type { PlacedDocument } from "./marks.ts";
import { type Fonts, loadFonts } from "./metrics.ts";
import { placeDocument } from "./place/place.ts";
import { typesetWithMupdf } from "./producers/mupdf-html.ts";
import { writeWithMupdf } from "./producers/mupdf-marks.ts";
import type { Order, Origin } from "./producers/outside.ts";
import { randomDocument } from "./random-documents.ts";
import { asideStyles, styles } from "./styles.ts";

type Part = "tuned" | "aside";

/** Who makes the files of a layout, in which part of the set they count, and in which style, as a place in the styles. */
type Producer = { name: string; part: Part; style: number; flows: boolean; origin?: Origin };

const ofTunedLayouts: readonly Producer[] = [
  { name: "mupdf", part: "tuned", style: 0, flows: false },
  { name: "mupdf-html", part: "tuned", style: 1, flows: true },
  { name: "pdfkit", part: "tuned", style: 0, flows: false, origin: "npm" },
  { name: "jspdf", part: "tuned", style: 1, flows: false, origin: "npm" },
  { name: "reportlab", part: "tuned", style: 2, flows: false, origin: "python" },
  { name: "pdf-lib", part: "aside", style: 2, flows: false, origin: "npm" },
  { name: "fpdf2", part: "aside", style: 1, flows: false, origin: "python" },
  { name: "weasyprint", part: "aside", style: 0, flows: true, origin: "python" },
];

const ofAsideLayouts: readonly Producer[] = [
  { name: "mupdf", part: "aside", style: 0, flows: false },
  { name: "mupdf-html", part: "aside", style: 1, flows: true },
  { name: "pdfkit", part: "aside", style: 1, flows: false, origin: "npm" },
  { name: "reportlab", part: "aside", style: 0, flows: false, origin: "python" },
  { name: "weasyprint", part: "aside", style: 1, flows: true, origin: "python" },
];

/**
 * Makes the files of the PDF engine and the truth of all files below `folder`, which is emptied first. Returns what is left
 * to the producers outside, of the origins that are wanted.
 */
export async function makeSet(folder: string, wanted: Readonly<Record<Origin, boolean>>): Promise<Order[]> {
  const fonts = await loadFonts();
  const orders: Order[] = [];
  const tests: Record<Part, object[]> = { tuned: [], aside: [] };
  await rm(folder, { recursive: true, force: true });
  for (const { document, producer, style } of plan(fonts)) {
    const { part, origin, flows } = producer;
    if (origin !== undefined && !wanted[origin]) continue;
    const name = `${document.name}.${style.name}.${producer.name}`;
    const path = join(folder, part, `${name}.pdf`);
    const placed = placeDocument(document, style, fonts);
    const html = documentHtml(document, style);
    await Bun.write(path.replace(/\.pdf$/, ".md"), flows ? flowTruth(document) : placedTruth(placed));
    if (!flows) tests[part].push(...fieldTests(`${name}.pdf`, placed));
    if (origin !== undefined)
      orders.push({ origin, producer: producer.name, path, content: flows ? { html } : placed });
    else await Bun.write(path, flows ? typesetWithMupdf(html, fonts) : writeWithMupdf(placed, fonts));
  }
  for (const part of ["tuned", "aside"] as const) {
    await Bun.write(join(folder, part, "page-tests.json"), JSON.stringify(tests[part], undefined, 1));
  }
  return orders;
}

/** Makes the files of the pages that ask for the most work. */
export async function makeHeavy(folder: string): Promise<void> {
  const fonts = await loadFonts();
  for (const document of heavyDocuments) await writeHeavy(folder, placeDocument(document, heavyStyle, fonts), fonts);
  await writeHeavy(folder, drawing(200_000), fonts);
}

async function writeHeavy(folder: string, placed: PlacedDocument, fonts: Fonts): Promise<void> {
  const path = join(folder, "heavy", placed.name);
  await Bun.write(`${path}.pdf`, writeWithMupdf(placed, fonts));
  await Bun.write(`${path}.md`, placedTruth(placed));
}

function plan(fonts: Fonts): { document: LayoutDocument; producer: Producer; style: Style }[] {
  const of = (
    documents: readonly LayoutDocument[],
    producers: readonly Producer[],
    all: readonly [Style, ...Style[]],
  ) =>
    documents.flatMap((document, at) =>
      producers
        .filter((producer) => canMake(producer, document))
        .map((producer) => ({ document, producer, style: all[(at + producer.style) % all.length] ?? all[0] })),
    );
  return [
    ...of(layoutDocuments, ofTunedLayouts, styles),
    ...of(asideDocuments, ofAsideLayouts, asideStyles),
    ...randomOnes("tuned", 1, fonts),
    ...randomOnes("aside", 1001, fonts),
  ];
}

const randomCount = 40;
const ofRandomLayouts: readonly Omit<Producer, "part" | "style">[] = [
  { name: "mupdf", flows: false },
  { name: "pdfkit", flows: false, origin: "npm" },
  { name: "reportlab", flows: false, origin: "python" },
];

/** So many documents made by chance, from seeds that follow each other; each by one producer, as far as it is wanted. */
function randomOnes(
  part: Part,
  firstSeed: number,
  fonts: Fonts,
): { document: LayoutDocument; producer: Producer; style: Style }[] {
  const made: ReturnType<typeof randomDocument>[] = [];
  for (let seed = firstSeed; made.length < randomCount; seed += 1) {
    const one = randomDocument(seed);
    if (!placeDocument(one.document, one.style, fonts).overflows) made.push(one);
  }
  return made.map((one, at) => {
    const maker = ofRandomLayouts[at % ofRandomLayouts.length] ?? { name: "mupdf", flows: false };
    return { ...one, producer: { ...maker, part, style: 0 } };
  });
}

/** The engine's HTML knows no columns. */
function canMake({ name, flows }: Producer, { fixedOnly = false, blocks }: LayoutDocument): boolean {
  if (!flows) return true;
  return !fixedOnly && !(name === "mupdf-html" && blocks.some(({ kind }) => kind === "columns"));
}

const placedTruth = ({ pages }: PlacedDocument) => pages.map(({ truth }) => truth.join("\n\n")).join("\n\n");

/** Without what stands on every page, which producers that break pages are not given. */
const flowTruth = ({ blocks }: LayoutDocument) => blocks.flatMap(blockMarkdown).join("\n\n");

/** A test for each label with its value, whatever one sign stands between them. */
const fieldTests = (pdf: string, { pages }: PlacedDocument) =>
  pages.flatMap(({ fields }, at) => fields.map((text) => ({ pdf, page: at + 1, type: "present", text, max_diffs: 1 })));
