import type { PageFacts } from "../../pdf/document.ts";
import { judgeTextLayer, type TextLayerVerdict } from "./judge.ts";
import { type RepairedText, repairTextLayer } from "./repair.ts";

/** A page with its text layer repaired and judged. */
export interface PageLayer extends RepairedText {
  facts: PageFacts;
  verdict: TextLayerVerdict;
}

const anyThai = /[\u0E01-\u0E5B]/;

/** Repairs, then judges, the text layers of a document; whether it is a Thai one is seen from all its pages. */
export function judgeLayers(pages: readonly PageFacts[], trustScannerText: boolean): PageLayer[] {
  const repaired = pages.map((facts) => ({ facts, ...repairTextLayer(facts.text) }));
  const documentHasThai = repaired.some(({ text }) => anyThai.test(text));
  return repaired.map((layer) => ({
    ...layer,
    verdict: judgeTextLayer(layer.text, {
      scannerText: layer.facts.scannerText,
      trustScannerText,
      documentHasThai,
    }),
  }));
}
