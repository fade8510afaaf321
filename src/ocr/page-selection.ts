import { SidecarError } from "../errors.ts";

const item = /^(\d{1,9})(?:-(\d{1,9}))?$/;

/**
 * The 1-based pages to read, in document order and without duplicates. `selection` is a list such as `1-3,7`
 * (undefined = every page); `maxPages` (0 = no limit) cuts what the selection leaves.
 *
 * @throws SidecarError `invalid_request` when the selection cannot be understood or names a page that is not there.
 */
export function selectPages(selection: string | undefined, pageCount: number, maxPages: number): number[] {
  const chosen = selection === undefined ? range(1, pageCount) : parseSelection(selection, pageCount);
  return maxPages > 0 ? chosen.slice(0, maxPages) : chosen;
}

/** Checks the form of a selection before any document is opened; the page count is not known yet. */
export function assertSelectionForm(selection: string): void {
  parseSelection(selection, undefined);
}

function parseSelection(selection: string, pageCount: number | undefined): number[] {
  const chosen = new Set<number>();
  for (const part of selection.split(",")) {
    const match = item.exec(part.trim());
    if (match === null)
      throw invalid(`pages must be a list such as 1-3,7; "${part.trim().slice(0, 40)}" is not a page or a range`);
    const first = Number(match[1]);
    const last = Number(match[2] ?? match[1]);
    if (first < 1 || last < first) throw invalid("pages counts from 1 and its ranges run upwards, as in 1-3,7");
    if (pageCount === undefined) continue;
    if (last > pageCount) throw invalid(`pages names page ${last}, but the document has ${pageCount}`);
    for (const page of range(first, last)) chosen.add(page);
  }
  return [...chosen].sort((a, b) => a - b);
}

const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

const invalid = (message: string) =>
  new SidecarError("invalid_request", message, { issues: [{ path: "pages", message }] });
