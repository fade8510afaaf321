import { encode } from "fast-png";
import type { GreyImage } from "../../src/tesseract/picture/grey-image.ts";
import { badScans } from "./bad-scan.ts";
import { evaluationDocuments } from "./documents.ts";
import type { EvaluationFont } from "./fonts.ts";
import { evaluationLayouts } from "./layouts.ts";
import { pictureOnlyPdf, placedPdf, renderGrey, typesetPdf } from "./render-document.ts";

/** A PDF with the text that it shows. */
export interface EvaluationFile {
  document: string;
  /** Font and condition, such as `sarabun fax`. */
  variant: string;
  pdf: Uint8Array;
  truth: string;
}

/** 200 dpi, what office scanners are set to. */
const scanHeightPx = 2339;

interface EvaluationPage {
  name: string;
  truth: string;
  typeset(font: Uint8Array): Uint8Array;
}

const pages: readonly EvaluationPage[] = [
  ...evaluationDocuments.map(({ name, truth, html }) => ({
    name,
    truth,
    typeset: (font: Uint8Array) => typesetPdf(html, font),
  })),
  ...evaluationLayouts.map(({ name, keptAside, truth, parts, rules }) => ({
    name: keptAside ? `${name} (aside)` : name,
    truth,
    typeset: (font: Uint8Array) => placedPdf(parts, rules, font),
  })),
];

/** Every page in every font: as a PDF with a text layer, and as scans without one in all conditions. */
export async function* generatedFiles(fonts: readonly EvaluationFont[]): AsyncGenerator<EvaluationFile> {
  for (const { name: document, truth, typeset } of pages) {
    for (const { name: font, bytes } of fonts) {
      const pdf = typeset(bytes);
      yield { document, variant: `${font} text-layer`, pdf, truth };
      const page = renderGrey(pdf, scanHeightPx);
      for (const { name, spoil, jpegQuality } of badScans) {
        const scan = pictureOnlyPdf(await encodePicture(spoil(page), jpegQuality));
        yield { document, variant: `${font} ${name}`, pdf: scan, truth };
      }
    }
  }
}

/** The PDFs of a folder that have a text file of the same name beside them. */
export async function* folderFiles(folder: string): AsyncGenerator<EvaluationFile> {
  const names = (await Array.fromAsync(new Bun.Glob("**/*.pdf").scan({ cwd: folder }))).sort();
  for (const name of names) {
    const truth = Bun.file(`${folder}/${name.replace(/\.pdf$/, ".txt")}`);
    if (!(await truth.exists())) continue;
    yield { document: name, variant: "", pdf: await Bun.file(`${folder}/${name}`).bytes(), truth: await truth.text() };
  }
}

async function encodePicture({ width, height, data }: GreyImage, jpegQuality?: number): Promise<Uint8Array> {
  const png = encode({ width, height, data, channels: 1, depth: 8 });
  return jpegQuality === undefined ? png : new Bun.Image(png).jpeg({ quality: jpegQuality }).bytes();
}
