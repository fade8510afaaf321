import type { Say, WordKey } from "../words/words.ts";

const names: ReadonlyMap<string, WordKey> = new Map([
  ["text-layer", "sourceTextLayer"],
  ["np-dms-ocr", "sourceModel"],
  ["tesseract", "sourceTesseract"],
  ["blank", "sourceBlank"],
]);

/** Where a page's text comes from. */
export function SourceChip({ say, source }: { say: Say; source: string }) {
  return (
    <span class="chip source" data-source={source}>
      {say(names.get(source) ?? "sourceUnknown", { name: source })}
    </span>
  );
}
