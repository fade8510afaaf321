import type { Bytes } from "../../test/support/bad-documents/raw-pdf.ts";
import { badDocuments } from "../../test/support/bad-documents.ts";
import { buildPdf } from "../../test/support/pdf-builder.ts";
import { buildJpeg, buildPng, buildTiff } from "../../test/support/picture-builder.ts";
import { scan } from "../../test/support/scan.ts";
import type { Random } from "./random.ts";

const small = { widthPx: 120, heightPx: 60 };

/** Sound documents, from which others are made by mutation. */
export const soundDocuments: readonly [Bytes, ...Bytes[]] = [
  buildPdf([{ kind: "text", lines: Array(5).fill("A typed page with quite enough characters on it.") }]),
  buildPdf([{ kind: "signature", lines: ["Signed"] }, { kind: "drawing", segments: 500 }, { kind: "blank" }]),
  scan(1, "one"),
  scan(3, "three"),
  buildPng(["picture"], small),
  buildJpeg(["picture"], small, 6),
  buildTiff([["one"], ["two"]], small),
];

const corpus = [...badDocuments.values()];

/** A sound document, a mutated one, or one of the corpus of bad documents. */
export function makeDocument(random: Random): Bytes {
  const sound = random.pick(soundDocuments);
  const roll = random.int(100);
  if (roll < 30) return sound;
  if (roll < 95) return mutateBytes(random, sound);
  return corpus[random.int(corpus.length)]?.() ?? sound;
}

/** One to eight changes: flipped bits, cuts, doubled and moved stretches, numbers made large. */
export function mutateBytes(random: Random, original: Uint8Array): Bytes {
  let bytes = new Uint8Array(original);
  for (let change = random.int(8); change >= 0; change -= 1) bytes = changeOnce(random, bytes);
  return bytes;
}

function changeOnce(random: Random, bytes: Bytes): Bytes {
  const at = random.int(bytes.length);
  const length = 1 + random.int(200);
  const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
  switch (random.int(7)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length));
    case 2:
      return joined(bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at));
    case 3:
      return joined(Buffer.alloc(random.int(1200), "junk "), bytes);
    case 4:
      return enlargeNumber(bytes, at);
    default: {
      const flipped = bytes.slice();
      for (let flip = random.int(20); flip >= 0; flip -= 1) {
        const place = random.int(flipped.length);
        flipped[place] = (flipped[place] ?? 0) ^ (1 << random.int(8));
      }
      return flipped;
    }
  }
}

function enlargeNumber(bytes: Bytes, from: number): Bytes {
  const grown = bytes.slice();
  for (let at = from; at < grown.length; at += 1) {
    const byte = grown[at] ?? 0;
    if (byte >= 0x30 && byte <= 0x39) {
      grown[at] = 0x39;
      if (grown[at + 1] === 0x20) break;
    }
  }
  return grown;
}
