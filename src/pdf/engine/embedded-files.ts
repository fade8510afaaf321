import * as mupdf from "mupdf";
import { attachedFiles, dynamicForm, emptyPortfolio, portfolio, protectedWrapper } from "../document-faults.ts";
import { entryOf, namedOf } from "./coded-picture.ts";

/** Nodes of a tree of names or of fields that are looked at. */
const maxNodes = 1000;
const maxCounted = 100_000;

/** What is to be said of a document whose pages are not all there is to it. */
export function standInWarnings(document: mupdf.PDFDocument): string[] {
  const catalogue = document.getTrailer().get("Root");
  const said = isDynamicForm(catalogue) ? [dynamicForm] : [];
  const { count, isProtected } = embeddedFiles(catalogue);
  if (isProtected) return [...said, protectedWrapper(count)];
  if (isPortfolio(catalogue)) return [...said, portfolio(count)];
  return count === 0 ? said : [...said, attachedFiles(count)];
}

/** Why a document has no pages, where it is only a cover for others. */
export function coverWithoutPages(document: mupdf.PDFDocument): string | undefined {
  const catalogue = document.getTrailer().get("Root");
  return isPortfolio(catalogue) ? emptyPortfolio(embeddedFiles(catalogue).count) : undefined;
}

/** Files that are attached to places on a page. */
export function filesOnPage(page: mupdf.Page): number {
  if (!(page instanceof mupdf.PDFPage)) return 0;
  return page.getAnnotations().filter((annotation) => annotation.getType() === "FileAttachment").length;
}

const isPortfolio = (catalogue: mupdf.PDFObject) => entryOf(catalogue, "Collection").isDictionary();

/**
 * A form that its reader is to lay out by itself; the pages of the file say no more than that it cannot. One with fields
 * on its pages shows the form there, too.
 */
function isDynamicForm(catalogue: mupdf.PDFObject): boolean {
  const form = entryOf(catalogue, "AcroForm");
  const packets = entryOf(form, "XFA");
  if (!packets.isStream() && !(packets.isArray() && packets.length > 0)) return false;
  return catalogue.get("NeedsRendering").asBoolean() || !hasFields(form.get("Fields"));
}

/** Whether any field but those for signatures has a place on a page. */
function hasFields(fields: mupdf.PDFObject): boolean {
  return walkTree(fields, (field) => {
    const place = field.get("Rect");
    return field.get("Kids").isNull() && place.isArray() && field.getInheritable("FT").asName() !== "Sig";
  });
}

function embeddedFiles(catalogue: mupdf.PDFObject): { count: number; isProtected: boolean } {
  let isProtected = false;
  let count = 0;
  const streams = new Set<number>();
  const look = (file: mupdf.PDFObject) => {
    if (!file.isDictionary() || file.get("EF").isNull()) return;
    count += 1;
    streams.add(streamOf(file));
    isProtected ||= file.get("EP").isDictionary() || file.get("AFRelationship").asName() === "EncryptedPayload";
  };
  const names = entryOf(catalogue, "Names", "EmbeddedFiles");
  walkTree(names, (node) => {
    const pairs = node.get("Names");
    for (let at = 1; at < pairs.length && count < maxCounted; at += 2) look(pairs.get(at));
    return false;
  });
  // Files that belong to the document often have a name, too.
  entryOf(catalogue, "AF").forEach((file) => {
    if (file.isDictionary() && !streams.has(streamOf(file))) look(file);
  });
  return { count, isProtected };
}

/** The number of the object that holds the bytes of a file; 0 where it has none. */
function streamOf(file: mupdf.PDFObject): number {
  const streams = file.get("EF");
  return streams.isDictionary() ? namedOf(streams, "F", "UF").asIndirect() : 0;
}

/** Looks at the nodes below an object or a list of them until one is found; each node may have `Kids`. */
function walkTree(top: mupdf.PDFObject, found: (node: mupdf.PDFObject) => boolean): boolean {
  const waiting = [top];
  let nodes = 0;
  for (let next = waiting.pop(); next !== undefined && nodes < maxNodes; next = waiting.pop()) {
    nodes += 1;
    if (next.isDictionary()) {
      if (found(next)) return true;
      waiting.push(next.get("Kids"));
    } else {
      for (let at = Math.min(next.length, maxNodes) - 1; at >= 0; at -= 1) waiting.push(next.get(at));
    }
  }
  return false;
}
