import { describe, expect, test } from "bun:test";
import * as mupdf from "mupdf";
import { isWhite, measureGlyphs, releasing, rgbOf, segmentsOf, walkList } from "../../src/pdf/engine/objects.ts";
import { onePage } from "../support/bad-documents/raw-pdf.ts";
import { withList } from "../support/pdf-page.ts";

const { DeviceGray: grey, DeviceRGB: rgb, DeviceCMYK: cmyk } = mupdf.ColorSpace;

describe("a colour", () => {
  test.each<[string, mupdf.ColorSpace, number[], boolean]>([
    ["of grey", grey, [1], true],
    ["of nearly white grey", grey, [0.99], true],
    ["of pale grey", grey, [0.98], false],
    ["of all light", rgb, [1, 0.99, 1], true],
    ["with little blue", rgb, [1, 1, 0.9], false],
    ["without ink", cmyk, [0, 0, 0, 0.01], true],
    ["of all inks", cmyk, [1, 1, 1, 1], false],
    ["with black ink alone", cmyk, [0, 0, 0, 0.1], false],
  ])("%s is white or is not", (_, space, colour, white) => {
    expect(isWhite(space, colour)).toBe(white);
  });

  test.each<[string, mupdf.ColorSpace, number[], number[]]>([
    ["grey", grey, [0.5], [0.5, 0.5, 0.5]],
    ["red, green and blue", rgb, [0.1, 0.2, 0.3], [0.1, 0.2, 0.3]],
    ["inks", cmyk, [0.2, 0.4, 0.6, 0.5], [0.4, 0.3, 0.2]],
  ])("of %s is told in red, green and blue", (_, space, colour, expected) => {
    expect(rgbOf(space, colour)?.slice()).toEqual(expected.map((part) => expect.closeTo(part, 5)));
  });

  test("of a spot ink is neither white nor told in red, green and blue", () => {
    const told: unknown[] = [];
    const ink = "<< /FunctionType 2 /Domain [0 1] /C0 [1 1 1] /C1 [1 0 0] /N 1 >>";
    const bytes = onePage({
      content: "/Ink cs 1 scn 0 0 50 50 re f",
      resources: `/ColorSpace << /Ink [/Separation /Ink /DeviceRGB ${ink}] >>`,
    });
    withList(bytes, (list) =>
      walkList(list, {
        fillPath: (path, _evenOdd, _map, space, colour) =>
          releasing([path, space], () => told.push(isWhite(space, colour), rgbOf(space, colour))),
      }),
    );
    expect(told).toEqual([false, undefined]);
  });
});

test("objects of the engine are given back whether their use goes well or not", () => {
  const given: string[] = [];
  const object = (name: string) => ({ destroy: () => void given.push(name) });
  expect(releasing([object("a"), object("b")], () => 7)).toBe(7);
  expect(() =>
    releasing([object("c")], () => {
      throw new Error("broken");
    }),
  ).toThrow("broken");
  expect(given).toEqual(["a", "b", "c"]);
});

test("a path has its lines, curves and closing lines, and not the places where it begins", () => {
  const path = new mupdf.Path();
  path.moveTo(0, 0);
  path.lineTo(1, 0);
  path.lineTo(2, 2);
  path.closePath();
  path.moveTo(5, 5);
  path.curveTo(6, 6, 7, 7, 8, 5);
  expect(segmentsOf(path)).toBe(4);
  path.destroy();
});

describe("the glyphs of a text", () => {
  const measured = (content: string) => {
    const found: ReturnType<typeof measureGlyphs>[] = [];
    withList(onePage({ content }), (list) =>
      walkList(list, {
        fillText: (text, map, space) => releasing([text, space], () => found.push(measureGlyphs(text, map))),
      }),
    );
    return found;
  };
  test.each<[string, string, number, number]>([
    ["are counted without blanks", "BT /F1 10 Tf 9 9 Td (a b  c) Tj ET", 3, 10],
    ["have the size of their page", "2 0 0 2 0 0 cm BT /F1 10 Tf 9 9 Td (ab) Tj ET", 2, 20],
    ["are as high as they stand, be they turned", "BT /F1 10 Tf 0 1 -1 0 9 9 Tm (ab) Tj ET", 2, 10],
    ["are measured upwards, not in their width", "BT /F1 10 Tf 300 Tz 9 9 Td (ab) Tj ET", 2, 10],
    ["are measured after both maps", "1 0 0 3 0 0 cm BT /F1 10 Tf 0 1 -1 0 9 9 Tm (ab) Tj ET", 2, 10],
  ])("%s", (_, content, glyphs, smallest) => {
    expect(measured(content)).toEqual([{ glyphs, smallest: expect.closeTo(smallest, 3) }]);
  });

  test("have the size of the smallest of them", () => {
    const text = new mupdf.Text();
    const font = new mupdf.Font("Helvetica");
    text.showString(font, [12, 0, 0, 12, 0, 0], "a");
    text.showString(font, [3, 0, 0, 3, 0, 0], "b ");
    expect(measureGlyphs(text, mupdf.Matrix.identity)).toEqual({ glyphs: 2, smallest: 3 });
    expect(measureGlyphs(new mupdf.Text(), mupdf.Matrix.identity)).toEqual({ glyphs: 0, smallest: Infinity });
  });

  test("without a known character count", () => {
    const text = new mupdf.Text();
    const font = new mupdf.Font("Helvetica");
    for (const unicode of [-1, 0, 0x110000, 65]) text.showGlyph(font, [5, 0, 0, 5, 0, 0], 1, unicode);
    expect(measureGlyphs(text, mupdf.Matrix.identity).glyphs).toBe(4);
  });
});
