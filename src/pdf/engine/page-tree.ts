import type * as mupdf from "mupdf";
import { mendedPageTree } from "../document-faults.ts";

/** Beyond so many pages or nodes a tree is left as it is: no document that is read has as many. */
const maxVisited = 20_000;
/** Objects that are looked through for pages where the tree leads to none. */
const maxSearchedObjects = 100_000;

/** What a page takes from the nodes above it. */
const inherited = ["Resources", "MediaBox", "CropBox", "Rotate"] as const;

type Attributes = ReadonlyMap<string, mupdf.PDFObject>;

interface Leaf {
  page: mupdf.PDFObject;
  attributes: Attributes;
}

interface Walk {
  leaves: Leaf[];
  /** The engine would find the same pages. */
  sound: boolean;
}

/**
 * Makes the engine find the pages that stand in a document: it goes by the counts and the types in the page tree, and finds
 * fewer pages or none where those are wrong. Such a tree is replaced, in memory, by a flat one of the pages that were found
 * by following it, or of all page objects where it leads to none. A sound tree is not touched.
 *
 * @returns what is to be said of it; `undefined` of a sound tree
 */
export function mendPageTree(document: mupdf.PDFDocument): string | undefined {
  const catalogue = document.getTrailer().get("Root");
  const named = catalogue.isDictionary() ? catalogue.get("Pages") : catalogue;
  const top = topOf(named);
  const followed = walkTree(top);
  if (followed === undefined || (followed.sound && top === named)) return undefined;
  const leaves = followed.leaves.length > 0 ? followed.leaves : searchPages(document);
  if (leaves.length === 0) return undefined;
  const kids = document.newArray();
  for (const { page, attributes } of leaves) {
    if (page.isDictionary()) complete(document, page, attributes);
    kids.push(page.isIndirect() ? page : document.addObject(page));
  }
  const pages = document.addObject({ Type: "Pages", Count: leaves.length });
  pages.put("Kids", kids);
  if (catalogue.isDictionary() && !catalogue.get("Kids").isArray()) catalogue.put("Pages", pages);
  else {
    const fresh = document.addObject({ Type: "Catalog" });
    fresh.put("Pages", pages);
    // Fetched anew: the engine has begun another with the first object that was added.
    document.getTrailer().put("Root", fresh);
  }
  return mendedPageTree(leaves.length);
}

/** What a page had from the nodes above it, and what the engine asks of every page. */
function complete(document: mupdf.PDFDocument, page: mupdf.PDFObject, attributes: Attributes): void {
  for (const [key, value] of attributes) if (page.getInheritable(key).isNull()) page.put(key, value);
  page.put("Type", document.newName("Page"));
}

/** The catalogue may name one of the pages instead of the tree. */
function topOf(pages: mupdf.PDFObject): mupdf.PDFObject {
  if (!pages.isDictionary() || !pages.get("Kids").isNull()) return pages;
  const parent = pages.get("Parent");
  return parent.isDictionary() && parent.get("Kids").isArray() ? parent : pages;
}

/** The pages that the nodes lead to, in order; `undefined` where there are too many of them. */
function walkTree(top: mupdf.PDFObject): Walk | undefined {
  const leaves: Leaf[] = [];
  const seen = new Set<number>();
  const waiting: Leaf[] = [{ page: top, attributes: new Map() }];
  let sound = top.isDictionary() && top.get("Kids").isArray();
  let visited = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { page: node, attributes } = next;
    visited += 1;
    if (visited + waiting.length > maxVisited) return undefined;
    const kids = node.isArray() ? node : node.isDictionary() ? node.get("Kids") : node;
    if (kids.isDictionary() && kids !== node) waiting.push({ page: kids, attributes });
    else if (kids.isArray()) {
      const number = node.asIndirect();
      if (number > 0 && seen.has(number)) sound = false;
      else {
        seen.add(number);
        if (kids.length > maxVisited) return undefined;
        if (node.isDictionary() && node.get("Type").asName() === "Page") sound = false;
        const handedDown = node.isDictionary() ? withAttributes(node, attributes) : attributes;
        for (let at = kids.length - 1; at >= 0; at -= 1) waiting.push({ page: kids.get(at), attributes: handedDown });
      }
    } else if (node.isDictionary() && !node.isStream()) {
      if (node.get("Type").asName() === "Pages") sound = false;
      // A node without pages, as some writers leave it.
      if (isEmptyNode(node)) continue;
      leaves.push({ page: node, attributes });
    } else if (node.isIndirect() && node.resolve().isNull()) {
      // The page has been there: it is missed when it is read.
      leaves.push({ page: node, attributes });
    } else sound = false;
  }
  const present = leaves.some(({ page }) => page.isDictionary());
  sound &&= present && top.get("Count").asNumber() === leaves.length;
  return { leaves: present ? leaves : [], sound };
}

const isEmptyNode = (node: mupdf.PDFObject) =>
  node.get("Type").asName() === "Pages" && node.get("Contents").isNull() && node.get("MediaBox").isNull();

function withAttributes(node: mupdf.PDFObject, above: Attributes): Attributes {
  const own = inherited.flatMap((key) => {
    const value = node.get(key);
    return value.isNull() ? [] : [[key, value] as const];
  });
  return own.length === 0 ? above : new Map([...above, ...own]);
}

/** All page objects in the order of their numbers, which is that of the pages with most writers. */
function searchPages(document: mupdf.PDFDocument): Leaf[] {
  const leaves: Leaf[] = [];
  const last = Math.min(document.countObjects(), maxSearchedObjects);
  for (let number = 1; number < last; number += 1) {
    const object = document.newIndirect(number);
    if (object.isDictionary() && !object.isStream() && object.get("Type").asName() === "Page") {
      leaves.push({ page: object, attributes: new Map() });
    }
    if (leaves.length > maxVisited) return [];
  }
  return leaves;
}
