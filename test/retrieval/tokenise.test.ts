import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { z } from "zod";
import { firstTokens } from "../../src/retrieval/child/tokenise.ts";
import { type Encode, openTokeniser } from "../../src/retrieval/child/tokeniser.ts";
import hardTexts from "../fixtures/hard-texts.json";
import { tinyTokenizerJson } from "../support/tiny-tokenizer.ts";
import { trainedTokenizerJson } from "../support/trained-tokenizer.ts";

// Long texts take their time on a busy machine; nothing here measures it.
setDefaultTimeout(60_000);

const precompiled = { type: "Precompiled", precompiled_charsmap: trainedTokenizerJson.normalizer.precompiled_charsmap };
const oneBlank = { type: "Replace", pattern: { Regex: " {2,}" }, content: " " };
const metaspace = tinyTokenizerJson.pre_tokenizer.pretokenizers.at(-1);

/** The tokeniser as XLM-RoBERTa's files of different ages have it. */
const shapes: ReadonlyArray<[string, object]> = [
  ["NFKC", {}],
  ["a table of characters", { normalizer: { type: "Sequence", normalizers: [precompiled, oneBlank] } }],
  ["no split before it marks words", { normalizer: precompiled, pre_tokenizer: metaspace }],
];

async function open(json: object): Promise<{ encode: Encode; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "tokeniser-"));
  await Bun.write(join(folder, "tokenizer.json"), JSON.stringify(json));
  return { folder, encode: openTokeniser(folder) };
}

describe.each(shapes)("a text cut into pieces, by a tokeniser with %s", (_, shape) => {
  let folder: string;
  let encode: Encode;
  beforeAll(async () => {
    ({ folder, encode } = await open({ ...tinyTokenizerJson, ...shape }));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const expectTheSame = async (text: string, maxTokens: number) => {
    const whole = await encode(text);
    const { ids, cut } = await firstTokens(text, maxTokens, encode);
    expect(ids.slice(0, maxTokens)).toEqual(whole.slice(0, maxTokens));
    expect(ids.length > maxTokens).toBe(whole.length > maxTokens);
    expect(cut).toBe(false);
  };

  /** Words, blanks, marks that join with what is before them, and letters that are not known. */
  const part = fc.oneof(
    fc.constantFrom("concrete", "What", "is", "คอนกรีต", "เสาเข็ม", "น้ำ", "x", "☃", "☃☃☃", "汉字", "🏗️", "ﬁ", "～"),
    fc.constantFrom(" ", "  ", "\n", "\t", "\r\n", "\u00a0", "\u3000", "\u000b", "\u200b", "\u0301", "\u0e33", "▁"),
    fc.string({ unit: "grapheme", maxLength: 8 }),
  );

  test("has the tokens of the whole", async () => {
    const text = fc
      .tuple(fc.array(part, { minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 600 }))
      .map(([parts, times]) => parts.join("").repeat(times).slice(0, 12_000));
    await fc.assert(
      fc.asyncProperty(text, fc.constantFrom(16, 512, 8_192), async (words, maxTokens) => {
        // A word that is longer than everything a model reads is given up, which is another test's.
        fc.pre(!/[^ \n\t]{200}/.test(words));
        await expectTheSame(words, maxTokens);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ["words", "pump คาน door ".repeat(20_000)],
    ["blanks between two words", `pump${" ".repeat(300_000)}door`],
    ["unknown words", "☃☃☃ ".repeat(3_000)],
    ["a word of Thai as long as it may be", "คอนกรีต".repeat(1_400)],
    ["special tokens that are written out", "pump <mask> door</s> <s><unk> ".repeat(800)],
    ["one blank behind a long word", `${"con".repeat(2_900)} pump door`],
    ["nothing", ""],
    ["a blank", " "],
  ])("has the tokens of the whole when it is %s", (_, text) => expectTheSame(text, 512));

  test("reads of a longer word so much that the model's tokens are there", async () => {
    const word = "con".repeat(20_000);
    const { ids } = await firstTokens(word, 512, encode);
    expect(ids.slice(0, 512)).toEqual((await encode(word)).slice(0, 512));
    expect(ids.length).toBeGreaterThan(512);
  });

  test("is given up in a word without an end that is not known", async () => {
    const { ids, cut } = await firstTokens(`pump ${"☃".repeat(50_000)} door`, 512, encode);
    expect(ids).toEqual(await encode("pump ☃"));
    expect(cut).toBe(true);
  });
});

test("of a text that is long enough the rest is not looked at", async () => {
  const pieces: string[] = [];
  const words = (piece: string) => {
    pieces.push(piece);
    return Promise.resolve(piece.trim().split(/\s+/).map(Number));
  };
  await firstTokens("7 ".repeat(1_000_000), 512, words);
  expect(pieces.map(({ length }) => length)).toEqual([2_049]);
});

describe("a trained tokeniser with SentencePiece's own table of characters", () => {
  let folder: string;
  let encode: Encode;
  beforeAll(async () => {
    ({ folder, encode } = await open(trainedTokenizerJson));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("gives the ids of the reference library, neither cut nor padded, for kinds of text that are hard", async () => {
    const other: unknown[] = [];
    for (const [text, expected] of z.array(z.tuple([z.string(), z.array(z.number())])).parse(hardTexts)) {
      const ids = await encode(text);
      if (ids.join() !== expected.join()) other.push({ text, ids, expected });
    }
    expect(other).toEqual([]);
  });
});

test("a tokeniser that numbers its special tokens otherwise is refused", async () => {
  const [begin, pad] = tinyTokenizerJson.model.vocab;
  const vocab = [pad, begin, ...tinyTokenizerJson.model.vocab.slice(2)];
  const { folder } = await open(tinyTokenizerJson);
  await Bun.write(
    join(folder, "tokenizer.json"),
    JSON.stringify({ ...tinyTokenizerJson, added_tokens: [], model: { ...tinyTokenizerJson.model, vocab } }),
  );
  expect(() => openTokeniser(folder)).toThrow("its tokeniser has <s> at 1, not at 0");
  await rm(folder, { recursive: true });
});
