import { createDocumentMemory } from "../../src/pdf/document-memory.ts";

/** Memory that is never used a second time. */
export const freshMemory = () => createDocumentMemory({ maxDocumentBytes: 0, maxSpareBytes: 0, keepMs: 1 });
