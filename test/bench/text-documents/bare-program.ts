import { readFileSync } from "node:fs";
import * as mupdf from "mupdf";
import { z } from "zod";
import { answerParent } from "../../../src/processes/child-program.ts";

answerParent({
  request: z.object({ path: z.string(), forMs: z.number() }),
  niceness: 0,
  answer({ path, forMs }) {
    const bytes = readFileSync(path);
    const startedMs = performance.now();
    let documents = 0;
    for (; performance.now() - startedMs < forMs; documents += 1) readDocument(bytes);
    return (documents * 1000) / (performance.now() - startedMs);
  },
});

function readDocument(bytes: Uint8Array): void {
  const document = mupdf.Document.openDocument(bytes, "application/pdf");
  for (let index = 0; index < document.countPages(); index += 1) {
    const page = document.loadPage(index);
    const text = page.toStructuredText("");
    if (text.asText() === "") throw new Error("no text");
    text.destroy();
    page.destroy();
  }
  document.destroy();
}
