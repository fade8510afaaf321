import { encode } from "fast-png";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { badScans } from "./bad-scan.ts";
import { evaluationDocuments } from "./documents.ts";
import type { EvaluationFont } from "./fonts.ts";
import { evaluationLayouts } from "./layouts.ts";
import { officeLayouts } from "./office-layouts.ts";
import { pictureOnlyPdf, placedPdf, renderGrey, typesetPdf } from "./render-document.ts";

/** A PDF with the text that it shows. */
export interface EvaluationFile {
  document: string;
  /** Font and condition, such as `sarabun fax`. */
  variant: string;
  pdf(): Promise<Uint8Array>;
  truth: string;
}

/** 200 dpi, what office scanners are set to. */
const scanHeightPx = 2339;

interface EvaluationPage {
  name: string;
  truth: string;
  keptAside: boolean;
  typeset(font: Uint8Array): Uint8Array;
  /** The conditions in which it is read, in the first font and in the others. */
  conditions: readonly string[];
  inOtherFonts: readonly string[];
}

const officeConditions = [
  ...["clean", "skewed", "askew", "ten-degrees", "blurred", "noisy", "jpeg", "shadow", "negative"],
  ...["photograph", "photograph (aside)", "fax"],
];
/** Where the order of lines is the question; what spoils letters is asked of the documents. */
const layoutConditions = ["clean", "ten-degrees", "photograph", "fax"];

const conditionsOf: Readonly<Record<string, readonly string[]>> = {
  "thai-digits": [...officeConditions, "touching"],
  "thai-invoice": [...officeConditions, "touching"],
  "title-block": [...layoutConditions, "blueprint"],
  "title-strip": [...layoutConditions, "blueprint"],
  notice: ["small", "small blurred"],
  board: ["small", "small blurred"],
  "official-bill": ["clean", "photograph", "fax"],
  comparison: ["clean", "ten-degrees"],
  organisation: ["clean", "photograph"],
  legend: ["clean", "jpeg"],
  contents: ["clean", "fax"],
  empty: ["specks", "photograph"],
  signature: ["clean", "fax"],
  "warning-board": ["clean", "jpeg"],
};
/** Digits are told by their shapes, which fonts draw in their own ways. */
const inOtherFontsOf: Readonly<Record<string, readonly string[]>> = {
  "thai-digits": ["clean", "blurred", "jpeg", "fax", "touching"],
  "thai-invoice": ["clean", "blurred", "jpeg", "fax", "touching"],
};

const pages: readonly EvaluationPage[] = [
  ...evaluationDocuments.map(({ html, ...document }) => ({
    ...document,
    typeset: (font: Uint8Array) => typesetPdf(html, font),
    conditions: conditionsOf[document.name] ?? officeConditions,
    inOtherFonts: inOtherFontsOf[document.name] ?? [],
  })),
  ...[...evaluationLayouts, ...officeLayouts].map(({ parts, rules, ...layout }) => ({
    ...layout,
    typeset: (font: Uint8Array) => placedPdf(parts, rules, font),
    conditions: conditionsOf[layout.name] ?? layoutConditions,
    inOtherFonts: [],
  })),
];

/**
 * The pages as scans without a text layer, in the conditions that ask something of them; with `withTextLayers` as PDFs
 * with one, too. Nothing is drawn before it is asked for.
 */
export function generatedFiles(fonts: readonly EvaluationFont[], withTextLayers: boolean): EvaluationFile[] {
  return pages.flatMap(({ name, keptAside, truth, typeset, conditions, inOtherFonts }) =>
    fonts.flatMap(({ name: font, bytes }, at): EvaluationFile[] => {
      const document = keptAside ? `${name} (aside)` : name;
      const wanted = at === 0 ? conditions : inOtherFonts;
      const scans = badScans.flatMap(({ name: condition, spoil, jpegQuality }) => {
        if (!wanted.includes(condition)) return [];
        const draw = async () => {
          const page = renderGrey(typeset(bytes), scanHeightPx);
          return pictureOnlyPdf(await encodePicture(spoil(page), jpegQuality));
        };
        return [{ document, variant: `${font} ${condition}`, pdf: draw, truth }];
      });
      const layer = { document, variant: `${font} text-layer`, pdf: async () => typeset(bytes), truth };
      return withTextLayers && at === 0 ? [layer, ...scans] : scans;
    }),
  );
}

/** The PDFs of a folder that have a text file of the same name beside them. */
export async function folderFiles(folder: string): Promise<EvaluationFile[]> {
  const names = (await Array.fromAsync(new Bun.Glob("**/*.pdf").scan({ cwd: folder }))).sort();
  const files = names.map(async (name): Promise<EvaluationFile[]> => {
    const truth = Bun.file(`${folder}/${name.replace(/\.pdf$/, ".txt")}`);
    if (!(await truth.exists())) return [];
    const pdf = () => Bun.file(`${folder}/${name}`).bytes();
    return [{ document: name, variant: "", pdf, truth: await truth.text() }];
  });
  return (await Promise.all(files)).flat();
}

async function encodePicture({ width, height, data }: GreyImage, jpegQuality?: number): Promise<Uint8Array> {
  const png = encode({ width, height, data, channels: 1, depth: 8 });
  return jpegQuality === undefined ? png : new Bun.Image(png).jpeg({ quality: jpegQuality }).bytes();
}
