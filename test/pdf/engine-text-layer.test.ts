import { describe, expect, test } from "bun:test";
import type * as mupdf from "mupdf";
import { layerOfList, layerOfPage } from "../../src/pdf/engine/text-layer.ts";
import { buildPdf, type TestPage } from "../support/pdf-builder.ts";
import { withPdfPage } from "../support/pdf-page.ts";

const withPage = <Value>(content: TestPage, use: (page: mupdf.PDFPage) => Value): Value =>
  withPdfPage(buildPdf([content]), use);

const typed = "BT /F1 12 Tf 50 700 Td (Slab A  ) Tj 0 -14 Td (350 mm) Tj 0 -60 Td (Next) Tj ET";
const withPicture = `${typed} q 100 0 0 100 300 300 cm /Picture Do Q`;

describe("the text layer of a page", () => {
  test("is its lines without blanks at their ends, with the characters that are seen and the pictures among them", () => {
    const layer = withPage({ kind: "raw", content: withPicture, lines: ["x"] }, (page) =>
      layerOfPage(page, 1, "plain", false),
    );
    expect(layer).toEqual({
      text: "Slab A\n350 mm\n\nNext",
      markdown: undefined,
      characters: 14,
      unmapped: "",
      warnings: [],
      pictures: 1,
    });
  });

  test("of a font that tells no characters is told where it looks like the order of glyphs", () => {
    const signs = "!#$%&'*%&$+*,,$+-./0$1";
    const content = `BT /F1 12 Tf 50 700 Td (${signs}) Tj 0 -14 Td (350 mm) Tj ET`;
    const unmapped = (unmappedFont: boolean) =>
      withPage({ kind: "raw", content }, (page) => layerOfPage(page, 1, "plain", unmappedFont).unmapped);
    expect([unmapped(true), unmapped(false)]).toEqual([signs, ""]);
  });

  test("is the same from its display list", () => {
    const { fromPage, fromList } = withPage({ kind: "raw", content: typed }, (page) => {
      const list = page.toDisplayList(true);
      const layers = {
        fromPage: layerOfPage(page, 1, "markdown", false),
        fromList: layerOfList(list, page, 1, "markdown", false),
      };
      list.destroy();
      return layers;
    });
    expect(fromPage).toEqual({ ...fromList, pictures: 0 });
    expect(fromList.markdown).toMatchObject({ markdown: expect.stringContaining("Slab A") });
  });
});
