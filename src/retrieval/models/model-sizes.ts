import type { Dtype } from "./model-files.ts";
import { parseModelName } from "./model-name.ts";

/** Gigabytes to fetch, from the listings of the repositories; only what is known is said. */
const gigabytes: Readonly<Record<string, Partial<Record<Dtype, number>>>> = {
  "Xenova/bge-m3": { fp32: 2.3 },
  "BAAI/bge-m3": { fp32: 2.3 },
  "aapot/bge-m3-onnx": { fp32: 2.3 },
  "gpahal/bge-m3-onnx-int8": { int8: 0.6 },
  "Xenova/bge-reranker-large": { fp32: 2.2 },
};

/** How much a person is about to fetch, for a sentence. */
export function sizeHint(model: string, dtype: Dtype): string {
  const size = gigabytes[parseModelName(model)?.name ?? ""]?.[dtype];
  return size === undefined ? "its size is shown before it starts" : `about ${size} GB`;
}
