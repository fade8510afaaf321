import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { ocrAnswer } from "../../src/http/answers/ocr-answer.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { startSidecar, type TestSidecar } from "../support/sidecar.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const lines = [
  "The drawings of the third floor have been checked and are",
  "approved, with the notes that stand on them in red ink.",
];
const shown = lines.map((line, at) => `1 0 0 1 50 ${700 - 13 * at} Tm (${line}) Tj`).join("\n");
const letter = buildPdf([
  { kind: "raw", content: `BT /F1 20 Tf 1 0 0 1 50 750 Tm (Site office) Tj /F1 10 Tf ${shown} ET` },
]);
const plain = `Site office\n\n${lines.join("\n")}`;
const markdown = /^#+ Site office\n\nThe drawings of the third floor have been checked and are approved, with/;

const answerOf = async (response: Response) => ocrAnswer.parse(await response.json());

describe("a text layer", () => {
  let sidecar: TestSidecar;
  beforeAll(async () => {
    sidecar = await startSidecar();
    await Bun.write(`${sidecar.base}/letter.pdf`, letter);
  });
  afterAll(() => sidecar[Symbol.asyncDispose]());

  test.each([
    ["which names no format", {}],
    ["which asks for Markdown", { textLayerFormat: "markdown" }],
  ])("comes as Markdown to a request %s, as a form and as JSON", async (_, fields) => {
    const uploaded = await answerOf(await sidecar.upload(letter, { ...fields, includePages: "true" }));
    expect(uploaded.text).toMatch(markdown);
    expect(uploaded.charCount).toBe(Array.from(uploaded.text).length);
    expect(uploaded.pages).toMatchObject([{ source: "text-layer", format: "markdown", chars: uploaded.charCount }]);
    const stored = await answerOf(await sidecar.post("/ocr", { pdfPath: `${sidecar.base}/letter.pdf`, ...fields }));
    expect(stored.text).toBe(uploaded.text);
  });

  test("comes as the lines of the file to a request for plain ones, as a form and as JSON", async () => {
    const fields = { textLayerFormat: "plain" };
    const uploaded = await answerOf(await sidecar.upload(letter, { ...fields, includePages: "true" }));
    expect(uploaded).toMatchObject({ text: plain, charCount: plain.length, pages: [{ format: "plain" }] });
    const stored = await answerOf(await sidecar.post("/ocr", { pdfPath: `${sidecar.base}/letter.pdf`, ...fields }));
    expect(stored.text).toBe(plain);
  });

  test("says in its pages why it was read", async () => {
    const reason = expect.stringMatching(/^text layer of \d+ characters$/);
    const { pages } = await answerOf(await sidecar.upload(letter, { includePages: "true" }));
    expect(pages).toMatchObject([{ reason }]);
  });
});

test("the operator's format is that of requests which name none", async () => {
  await using sidecar = await startSidecar({ OCR_TEXT_LAYER_FORMAT: "plain" });
  expect((await answerOf(await sidecar.upload(letter))).text).toBe(plain);
  expect((await answerOf(await sidecar.upload(letter, { textLayerFormat: "" }))).text).toBe(plain);
  expect((await answerOf(await sidecar.upload(letter, { textLayerFormat: "markdown" }))).text).toMatch(markdown);
});
