/** Special tokens as XLM-RoBERTa numbers them; `<mask>` comes last. */
const specials: readonly string[] = ["<s>", "<pad>", "</s>", "<unk>"];

const words =
  "concrete pipe steel beam drawing What is BGE M3 the of and site report pump column floor door window load test slab";
const pieces = "con crete st eel draw ing re port col umn BG E3 ed er";
const thai = "คอนกรีต เสาเข็ม เสา เข็ม แบบ ก่อสร้าง อาคาร ท่อ น้ำ เหล็ก งาน ชั้น ประตู หน้าต่าง รายงาน ตรวจสอบ พื้น คาน";
const lower = "abcdefghijklmnopqrstuvwxyz";
const latin = `${lower}${lower.toUpperCase()}0123456789.,:;?!-/()<>&'"`;
const thaiLetters = Array.from({ length: 0x0e5b - 0x0e01 + 1 }, (_, offset) => String.fromCodePoint(0x0e01 + offset));

const list = (text: string) => text.split(" ");

/** Every piece with its log probability: whole words before parts, parts before letters. */
const scored: ReadonlyArray<readonly [string, number]> = [
  ...specials.map((token) => [token, 0] as const),
  ["▁", -3],
  ...list(words).map((word, index) => [`▁${word}`, -5 - index / 100] as const),
  ...list(thai).map((word, index) => [`▁${word}`, -5.5 - index / 100] as const),
  ...list(thai).map((word, index) => [word, -6 - index / 100] as const),
  ...list(pieces).map((piece, index) => [piece, -7 - index / 100] as const),
  ...[...latin].map((letter, index) => [letter, -9 - index / 100] as const),
  ...thaiLetters.map((letter, index) => [letter, -10 - index / 100] as const),
];

const maskId = scored.length;

/** Rows of the embedding table that the tokeniser needs. */
export const tinyVocabularySize = maskId + 1;

const addedToken = (content: string, id: number) => ({
  id,
  content,
  single_word: false,
  lstrip: content === "<mask>",
  rstrip: false,
  normalized: false,
  special: true,
});

/** A Unigram tokeniser in the shape of XLM-RoBERTa's, small, with English and Thai pieces. */
export const tinyTokenizerJson = {
  version: "1.0",
  truncation: null,
  padding: null,
  added_tokens: [...specials.map(addedToken), addedToken("<mask>", maskId)],
  normalizer: { type: "NFKC" },
  pre_tokenizer: {
    type: "Sequence",
    pretokenizers: [
      { type: "WhitespaceSplit" },
      { type: "Metaspace", replacement: "▁", add_prefix_space: true, prepend_scheme: "always" },
    ],
  },
  post_processor: {
    type: "TemplateProcessing",
    single: [special("<s>"), sequence("A"), special("</s>")],
    pair: [special("<s>"), sequence("A"), special("</s>"), special("</s>"), sequence("B"), special("</s>")],
    special_tokens: {
      "<s>": { id: "<s>", ids: [0], tokens: ["<s>"] },
      "</s>": { id: "</s>", ids: [2], tokens: ["</s>"] },
    },
  },
  decoder: { type: "Metaspace", replacement: "▁", add_prefix_space: true, prepend_scheme: "always" },
  model: { type: "Unigram", unk_id: 3, vocab: scored, byte_fallback: false },
};

export const tinyTokenizerConfig = {
  tokenizer_class: "XLMRobertaTokenizer",
  bos_token: "<s>",
  cls_token: "<s>",
  eos_token: "</s>",
  sep_token: "</s>",
  pad_token: "<pad>",
  unk_token: "<unk>",
  mask_token: "<mask>",
  model_max_length: 512,
};

/**
 * The ids of a text without the special tokens around it, computed apart from any library: special tokens
 * in the text are themselves, the rest is split at blanks and each word cut along the likeliest pieces.
 */
export function referenceTokens(text: string): number[] {
  return text.split(/(<s>|<pad>|<\/s>|<unk>|\s*<mask>)/).flatMap((section) => {
    const name = section.trim();
    if (name === "<mask>") return [maskId];
    const index = specials.indexOf(name);
    if (index >= 0) return [index];
    return section
      .normalize("NFKC")
      .split(/\s+/)
      .filter(Boolean)
      .flatMap((word) => likeliest(`▁${word}`));
  });
}

function likeliest(word: string): number[] {
  const best: Array<{ score: number; ids: number[] } | undefined> = [{ score: 0, ids: [] }];
  for (let end = 1; end <= word.length; end += 1) {
    for (let start = 0; start < end; start += 1) {
      const before = best[start];
      const id = scored.findIndex(([piece], index) => index > 3 && piece === word.slice(start, end));
      const score = (before?.score ?? 0) + (scored[id]?.[1] ?? 0);
      if (before === undefined || id < 0) continue;
      if (score > (best[end]?.score ?? Number.NEGATIVE_INFINITY)) best[end] = { score, ids: [...before.ids, id] };
    }
  }
  const whole = best[word.length];
  if (whole === undefined) throw new Error(`the tiny tokeniser has no pieces for ${word}`);
  return whole.ids;
}

function special(id: string) {
  return { SpecialToken: { id, type_id: 0 } };
}

function sequence(id: string) {
  return { Sequence: { id, type_id: 0 } };
}
