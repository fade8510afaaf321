import { jbig2Page, jbig2Picture, jbig2Segment, jpxCodestream } from "../coded-pictures.ts";
import { type Bytes, deflateBomb, nestedBomb, onePage, stream } from "./raw-pdf.ts";

const form = (resources: string, content: string) =>
  stream(`/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Resources << ${resources} >>`, content);

/** Picture of so many pixels, 8 bit grey unless the entries say otherwise. */
const image = (entries: string, data: string | Uint8Array) => stream(`/Type /XObject /Subtype /Image ${entries}`, data);

const withImage = (object: Buffer): Bytes =>
  onePage({ content: "q 200 0 0 100 0 0 cm /I Do Q", resources: "/XObject << /I 5 0 R >>", objects: [object] });

const grey = "/ColorSpace /DeviceGray /BitsPerComponent 8";

/** Documents that are well formed, but whose content costs too much or leads nowhere. */
export const contentDocuments: Readonly<Record<string, () => Bytes>> = {
  "a content stream that inflates to 3 GB of blanks": () =>
    onePage({ content: stream("/Filter [/FlateDecode /FlateDecode]", nestedBomb(3072, " ")) }),
  "a content stream that inflates to 1 GB of operators": () =>
    onePage({ content: stream("/Filter [/FlateDecode /FlateDecode]", nestedBomb(1024, "q ")) }),
  "a content stream that inflates to 512 MB of paths": () =>
    onePage({ content: stream("/Filter [/FlateDecode /FlateDecode]", nestedBomb(512, "1 2 m 3 4 l S\n")) }),
  "a content stream that inflates to 256 MB of text": () =>
    onePage({
      content: stream("/Filter [/FlateDecode /FlateDecode]", nestedBomb(256, "BT /F1 8 Tf 9 9 Td (many) Tj ET ")),
    }),
  "a content stream with twenty nested filters": () =>
    onePage({ content: stream(`/Filter [${"/FlateDecode ".repeat(20)}]`, nestedBomb(64, " ")) }),
  "a page of 20 million characters": () =>
    onePage({ content: stream("/Filter /FlateDecode", deflateBomb(20, `BT /F1 1 Tf (${"x".repeat(1000)}) Tj ET\n`)) }),
  "a page of two million blanks before a letter": () =>
    onePage({
      content: stream("/Filter /FlateDecode", deflateBomb(2, `BT /F1 0.001 Tf (${" ".repeat(60_000)}x) Tj ET\n`)),
    }),
  "an object stream that inflates to 2 GB": () =>
    onePage({
      content: "q Q",
      page: "/A 6 0 R",
      objects: [stream("/Type /ObjStm /N 1 /First 4 /Filter [/FlateDecode /FlateDecode]", nestedBomb(2048))],
    }),
  "q 5 million deep": () => onePage({ content: stream("/Filter /FlateDecode", deflateBomb(10, "q ")) }),
  "operands 500,000 deep": () => onePage({ content: `${"[".repeat(500_000)}` }),
  "a million operands before an operator": () => onePage({ content: `${"1 ".repeat(1_000_000)} re f` }),
  "numbers beyond all bounds": () =>
    onePage({ content: `${"9".repeat(400)} 0 0 -${"9".repeat(400)} 1e999 nan cm 0 0 1 1 re f 1e-320 w 0 0 m 1 1 l S` }),
  "a dash pattern of a million dashes a point": () =>
    onePage({ content: "[0.0000001 0.0000001] 0 d 0 0 m 1000000 1000000 l S" }),
  "a form that draws itself": () =>
    onePage({
      content: "/X Do",
      resources: "/XObject << /X 5 0 R >>",
      objects: [form("/XObject << /X 5 0 R >>", "/X Do")],
    }),
  "forms that double 40 times": () => doublingForms(40),
  "a pattern that is filled with itself": () =>
    onePage({
      content: "/Pattern cs /P scn 0 0 200 100 re f",
      resources: "/Pattern << /P 5 0 R >>",
      objects: [
        stream(
          "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9 /Resources << /Pattern << /P 5 0 R >> >>",
          "/Pattern cs /P scn 0 0 9 9 re f",
        ),
      ],
    }),
  "a pattern of endless tiny tiles": () =>
    onePage({
      content: "/Pattern cs /P scn 0 0 200 100 re f",
      resources: "/Pattern << /P 5 0 R >>",
      objects: [
        stream(
          "/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 0.00001 /YStep 0.00001 /Resources << >>",
          "0 0 9 9 re f",
        ),
      ],
    }),
  "a Type 3 font whose glyph shows itself": () =>
    onePage({
      content: "BT /T3 10 Tf 9 9 Td (aaaa) Tj ET",
      resources: "/Font << /T3 5 0 R >>",
      objects: [
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97 /Widths [9] /Encoding << /Differences [97 /a] >> /CharProcs << /a 6 0 R >> /Resources << /Font << /T3 5 0 R >> >> >>",
        stream("", "9 0 d0 BT /T3 1 Tf (aaaa) Tj ET"),
      ],
    }),
  "a soft mask that masks itself": () =>
    onePage({
      content: "/G gs 0 0 200 100 re f",
      resources: "/ExtGState << /G 5 0 R >>",
      objects: [
        "<< /Type /ExtGState /SMask << /S /Luminosity /G 6 0 R >> >>",
        stream(
          "/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Group << /S /Transparency /CS /DeviceGray >> /Resources << /ExtGState << /G 5 0 R >> >>",
          "/G gs 0 0 200 100 re f",
        ),
      ],
    }),
  "a shading with a function that calls itself": () =>
    onePage({
      content: "/S sh",
      resources: "/Shading << /S << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 9 9] /Function 5 0 R >> >>",
      objects: ["<< /FunctionType 3 /Domain [0 1] /Functions [5 0 R 5 0 R] /Bounds [0.5] /Encode [0 1 0 1] >>"],
    }),
  "a colour space that is its own base": () =>
    onePage({
      content: "/C cs 0 sc 0 0 9 9 re f",
      resources: "/ColorSpace << /C 5 0 R >>",
      objects: ["[/Indexed 5 0 R 255 (x)]"],
    }),
  "a font with a broken program": () => fontProgram("/FontFile2", "\0\x01\0\0\0\xff".repeat(500)),
  "a font with a Type 1 program of nonsense": () => fontProgram("/FontFile", `%!PS-AdobeFont-1.0\n${"{".repeat(9000)}`),
  "a font with a CFF program of nonsense": () =>
    fontProgram("/FontFile3", `\x01\0\x04\x04${"\xff\xff\xff\xff".repeat(500)}`, "/Subtype /Type1C"),
  "50,000 annotations": () => {
    const annotation = "<< /Type /Annot /Subtype /Square /Rect [0 0 9 9] /C [1 0 0] >> ";
    return onePage({ content: "q Q", page: `/Annots [${annotation.repeat(50_000)}]` });
  },
  "20,000 form fields": () => {
    const field = "<< /FT /Tx /Type /Annot /Subtype /Widget /T (f) /V (value) /DA (/F1 9 Tf) /Rect [0 0 9 9] >> ";
    return onePage({
      content: "q Q",
      page: `/Annots [${field.repeat(20_000)}]`,
      catalogue: `/AcroForm << /NeedAppearances true /Fields [${field}] >>`,
    });
  },
  "form fields that are each other's parents": () =>
    onePage({
      content: "q Q",
      page: "/Annots [5 0 R]",
      catalogue: "/AcroForm << /Fields [5 0 R] >>",
      objects: [
        "<< /FT /Tx /Type /Annot /Subtype /Widget /Rect [0 0 9 9] /Parent 6 0 R /Kids [6 0 R] >>",
        "<< /T (x) /Parent 5 0 R /Kids [5 0 R] >>",
      ],
    }),
  "a picture that claims 60,000 × 60,000 pixels": () => withImage(image(`/Width 60000 /Height 60000 ${grey}`, "x")),
  "a picture that claims 2 billion pixels a side": () =>
    withImage(image(`/Width 2147483647 /Height 2147483647 ${grey}`, "x")),
  "a picture of negative size": () => withImage(image(`/Width -5 /Height -5 ${grey}`, "x")),
  "a picture that inflates to 2 GB": () =>
    withImage(image(`/Width 9000 /Height 9000 ${grey} /Filter [/FlateDecode /FlateDecode]`, nestedBomb(2048))),
  "a hundred pictures of 90 megapixels": () =>
    onePage({
      content: Array.from({ length: 100 }, (_, index) => `q 200 0 0 100 ${index} 0 cm /I${index} Do Q`).join("\n"),
      resources: `/XObject << ${Array.from({ length: 100 }, (_, index) => `/I${index} ${index + 5} 0 R`).join(" ")} >>`,
      objects: Array.from({ length: 100 }, () =>
        image(`/Width 9400 /Height 9400 ${grey} /Filter [/FlateDecode /FlateDecode]`, nestedBomb(90)),
      ),
    }),
  "a picture whose mask is itself": () => withImage(image(`/Width 9 /Height 9 ${grey} /SMask 5 0 R`, "x".repeat(81))),
  "a JPEG 2000 picture of nonsense": () =>
    withImage(
      image("/Width 9 /Height 9 /Filter /JPXDecode", `\xff\x4f\xff\x51\0\x29\0\0${"\x7f\xff\xff\xff".repeat(20)}`),
    ),
  "a JPEG 2000 picture that claims 60,000 × 60,000 pixels": () =>
    withImage(image("/Width 60000 /Height 60000 /Filter /JPXDecode", jpxCodestream(60_000, 60_000))),
  "a JBIG2 picture of nonsense": () =>
    withImage(
      image(
        "/Width 60000 /Height 9 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode",
        Buffer.concat([jbig2Page(0x7fffffff, 0x7fffffff), jbig2Segment(38, Buffer.alloc(200, 0xaa), 0xffffffff)]),
      ),
    ),
  "a JBIG2 picture of 60,000 × 60,000 pixels that claims 100 × 100": () =>
    withImage(
      image(
        "/Width 100 /Height 100 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode",
        jbig2Picture({ widthPx: 60_000, heightPx: 60_000, region: { widthPx: 100, heightPx: 100 } }),
      ),
    ),
  "a JPEG 2000 picture of 65,025 tiles of one pixel": () =>
    withImage(image("/Width 100 /Height 100 /Filter /JPXDecode", jpxCodestream(255, 255, { tilePx: 1 }))),
  "a CCITT picture of endless columns": () =>
    withImage(
      image(
        "/Width 9 /Height 9 /ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns 2147483647 /Rows 2147483647 >>",
        "\x80".repeat(99),
      ),
    ),
  "an LZW picture of nonsense": () =>
    withImage(image(`/Width 999 /Height 999 ${grey} /Filter /LZWDecode`, "\x80\x0b\x60".repeat(999))),
  "a run-length picture without an end": () =>
    withImage(image(`/Width 9000 /Height 9000 ${grey} /Filter /RunLengthDecode`, "\x81x".repeat(50_000))),
  "a predictor of two billion columns": () =>
    onePage({
      content: stream("/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2147483647 >>", deflateBomb(4)),
    }),
  "an inline picture without an end": () => onePage({ content: "BI /W 60000 /H 60000 /CS /G /BPC 8 ID xxxx" }),
};

function doublingForms(levels: number): Bytes {
  const objects = Array.from({ length: levels }, (_, level) =>
    level === levels - 1 ? form("", "0 0 1 1 re f") : form(`/XObject << /X ${level + 6} 0 R >>`, "/X Do /X Do"),
  );
  return onePage({ content: "/X Do", resources: "/XObject << /X 5 0 R >>", objects });
}

function fontProgram(key: string, program: string, entries = ""): Bytes {
  return onePage({
    content: "BT /F2 10 Tf 9 9 Td (Broken) Tj ET",
    resources: "/Font << /F2 5 0 R >>",
    objects: [
      "<< /Type /Font /Subtype /TrueType /BaseFont /Broken /FirstChar 0 /LastChar 255 /FontDescriptor 6 0 R >>",
      `<< /Type /FontDescriptor /FontName /Broken /Flags 32 /FontBBox [0 0 9 9] ${key} 7 0 R >>`,
      stream(entries, program),
    ],
  });
}
