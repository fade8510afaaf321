import { contentDocuments } from "./bad-documents/content.ts";
import { pictureDocuments } from "./bad-documents/pictures.ts";
import type { Bytes } from "./bad-documents/raw-pdf.ts";
import { structureDocuments } from "./bad-documents/structure.ts";

/** The corpus of hostile documents, by name; each is made when it is asked for, and is the same every time. */
export const badDocuments: ReadonlyMap<string, () => Bytes> = new Map(
  Object.entries({ ...structureDocuments, ...contentDocuments, ...pictureDocuments }),
);
