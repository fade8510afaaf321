import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { onePage, stream } from "../support/bad-documents/raw-pdf.ts";
import { documentFile } from "../support/document-file.ts";
import { outlines } from "../support/outlines.ts";
import { buildPdf, type TestPage } from "../support/pdf-builder.ts";
import { poolOptions } from "../support/pdf-pool.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool(poolOptions);
afterAll(() => pool.close());
const { signal } = new AbortController();

const letter = Array.from({ length: 14 }, (_, line) => `${line}. The slab thickness was changed to 350 mm, see S-204`);
const [text, restText] = [typed(letter.slice(0, 4), 780), typed(letter.slice(4), 300)];
const characters = letter.slice(0, 4).join("").replaceAll(" ", "").length;
const scan = "q 595 0 0 842 0 0 cm /Picture Do Q";
const strips = Array.from({ length: 12 }, (_, row) => `q 0 ${row * 70} 595 71 re W n ${scan} Q`).join("\n");
const ground = (colour: string) => `${colour} rg 30 700 540 110 re f`;

async function factsOf(page: TestPage) {
  const document = await pool.open(documentFile(buildPdf([page])), "pdf", signal);
  const [facts] = await document.readPages([1], signal);
  document.close();
  if (facts === undefined) throw new Error("no facts");
  return facts;
}

describe("text that nobody sees", () => {
  test.each([
    ["without ink", `3 Tr ${text} 0 Tr ${restText}`],
    ["without opacity", `q /Faint gs ${text} Q ${restText}`],
    ["white on the white page", `1 g ${text} 0 g ${restText}`],
    ["too small for anybody", `q 0.05 0 0 0.05 50 700 cm ${text} Q ${restText}`],
    ["in the colour of its ground", `${ground("0.1 0.3 0.6")} ${text} 0 g ${restText}`],
    ["black on black", `0 g ${ground("0 0 0")} ${text} ${restText}`],
    ["under a white sheet", `${text} ${ground("1 1 1")} 0 g ${restText}`],
    ["under black bars", `${text} ${ground("0 0 0")} ${restText}`],
    ["under a gradient", `${text} q 0 690 595 152 re W n /Gradient sh Q ${restText}`],
  ])("is counted: %s", async (_how, content) => {
    const { hiddenCharacters } = await factsOf({ kind: "raw", content });
    expect(hiddenCharacters).toBeWithin(characters - 8, characters + 1);
  });

  test.each([
    ["under one picture", `${text} ${scan}`],
    ["under strips of a picture", `${text} ${strips}`],
    ["too small for anybody", `${scan} q 0.05 0 0 0.05 50 700 cm ${text} Q`],
    ["in the white of a picture", `${scan} 1 g ${text} 0 g ${restText}`],
    ["in nearly the white of a picture", `${scan} 0.97 g ${text} 0 g ${restText}`],
  ])("is counted: %s", async (_how, content) => {
    const { hiddenCharacters } = await factsOf({ kind: "raw", content, lines: ["EMPTY"] });
    expect(hiddenCharacters).toBeWithin(characters - 8, characters + 1);
  });

  test.each([
    ["white on a dark ground", `${ground("0.1 0.1 0.2")} 1 g ${text} 0 g ${restText}`],
    ["pale grey", `0.8 g ${text} 0 g ${restText}`],
    ["over a gradient", `/Gradient sh 1 g ${text} ${restText}`],
    ["over a picture", `${scan} ${text}`],
    ["small print", `${restText} q 0.4 0 0 0.4 50 500 cm ${text} Q`],
    ["on the shaded rows of a table", `${ground("0.9 0.93 1")} 0 g ${text} ${restText}`],
  ])("is not what is seen: %s", async (_how, content) => {
    expect(await factsOf({ kind: "raw", content, lines: ["EMPTY"] })).toMatchObject({ hiddenCharacters: 0 });
  });
});

describe("letters that no text accounts for", () => {
  test.each<[string, TestPage]>([
    ["a scan under a stamp", { kind: "raw", content: `${scan} ${typed(letter.slice(0, 3), 300)}`, lines: letter }],
    ["strips of a scan", { kind: "raw", content: `${strips} ${typed(letter.slice(0, 3), 300)}`, lines: letter }],
    ["filled outlines", { kind: "raw", content: `${outlines(letter, "filled")} ${typed(letter.slice(0, 3), 300)}` }],
    ["stroked outlines", { kind: "raw", content: `${outlines(letter, "stroked")} ${typed(letter.slice(0, 3), 300)}` }],
  ])("are counted about: %s", async (_what, page) => {
    const all = letter.join("").replaceAll(" ", "").length;
    expect((await factsOf(page)).unreadLetters).toBeWithin(0.4 * all, 1.6 * all);
  });

  test.each<[string, string]>([
    ["text over a picture", `${scan} ${typed(letter, 780)}`],
    ["hatching", `${typed(letter, 780)} 0.4 w ${hatching()}`],
    ["boxes of a form", `${typed(letter, 780)} ${boxes()}`],
    ["a gradient", `/Gradient sh ${typed(letter, 780)}`],
  ])("are none: %s", async (_what, content) => {
    expect(await factsOf({ kind: "raw", content, lines: ["A"] })).toMatchObject({ unreadLetters: 0 });
  });
});

function typed(lines: readonly string[], top: number): string {
  return `BT /F1 10 Tf 16 TL 50 ${top} Td ${lines.map((line) => `(${line}) Tj T*`).join(" ")} ET`;
}

function hatching(): string {
  return Array.from({ length: 900 }, (_, index) => {
    const [x, y] = [50 + (index % 90) * 5, 100 + Math.floor(index / 90) * 40];
    return `${x} ${y} m ${x + 8} ${y + 30} l S`;
  }).join("\n");
}

function boxes(): string {
  return Array.from(
    { length: 300 },
    (_, index) => `${50 + (index % 25) * 20} ${100 + Math.floor(index / 25) * 20} 9 9 re S`,
  ).join("\n");
}

describe("text in a group", () => {
  const words = (y: number) => `BT /F1 10 Tf 10 ${y} Td (a part of the page) Tj ET`;
  const font = "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>";
  const group = (colours: string, content: string) =>
    stream(
      `/Type /XObject /Subtype /Form /BBox [0 0 300 400] /Group << /S /Transparency /CS /${colours} >> ${font}`,
      content,
    );
  const hiddenIn = async (bytes: Uint8Array) => {
    const document = await pool.open(documentFile(bytes), "pdf", signal);
    const [facts] = await document.readPages([1], signal);
    document.close();
    return facts?.hiddenCharacters;
  };
  const lines = [20, 40, 60].map(words).join(" ");
  const own = 3 * "apartofthepage".length;

  test("without opacity is not seen, and what follows the group is", async () => {
    const state = "/ExtGState << /Faint << /ca 0.01 >> >> /XObject << /X 5 0 R >>";
    const content = `q /Faint gs /X Do Q ${[120, 140, 160, 180].map(words).join(" ")}`;
    const objects = [group("DeviceRGB", lines)];
    expect(await hiddenIn(onePage({ content, resources: state, objects, mediaBox: "0 0 300 400" }))).toBe(own);
  });

  test("under a black mask is not seen", async () => {
    const state = "/ExtGState << /Masked << /SMask << /S /Luminosity /G 6 0 R >> >> >> /XObject << /X 5 0 R >>";
    const content = `q /Masked gs ${lines} Q ${[120, 140, 160, 180].map(words).join(" ")}`;
    const objects = [group("DeviceRGB", lines), group("DeviceGray", "0 g 0 0 300 400 re f")];
    expect(await hiddenIn(onePage({ content, resources: state, objects, mediaBox: "0 0 300 400" }))).toBeWithin(
      own - 3,
      own + 1,
    );
  });
});
