import type { OpenDocument, PageFacts } from "../../src/pdf/document.ts";
import type { TilePlan } from "../../src/pdf/tiles/plan-tiles.ts";
import type { Tile } from "../../src/pdf/tiles/tile.ts";

/** A scanned A4 page, upright. */
export const scannedPage = (page: number): PageFacts => ({
  page,
  widthPt: 595,
  heightPt: 842,
  rotation: 0,
  text: "",
  characters: 0,
  imageCoverage: 1,
  pathSegments: 0,
  drawn: true,
  hiddenCharacters: 0,
  unreadLetters: 0,
  unmapped: "",
  attachedFiles: 0,
  warnings: [],
});

/** A page with a text layer and nothing else. */
export const typedPage = (page: number, text: string): PageFacts => ({
  ...scannedPage(page),
  text,
  characters: text.replaceAll(/\s/g, "").length,
  imageCoverage: 0,
});

/** A document of these pages without a process behind it; the picture of a page is its number. It is read in one picture. */
export const fakeDocument = (pages: readonly PageFacts[], changes: Partial<OpenDocument> = {}): OpenDocument => ({
  kind: "pdf",
  pageCount: pages.length,
  warnings: [],
  sizeBytes: 1000,
  sha256: "0".repeat(64),
  readPages: async (wanted) => pages.filter(({ page }) => wanted.includes(page)),
  render: async (page) => ({ png: Uint8Array.of(page), widthPx: 1273, heightPx: 1800, ink: 0.05 }),
  planTiles: async () => undefined,
  renderTile: () => Promise.reject(new Error("no page is so large")),
  close: () => undefined,
  ...changes,
});

const tile: Tile = {
  left: 0,
  top: 0,
  width: 10,
  height: 10,
  leftEdge: [],
  rightEdge: [],
  topEdge: [],
  bottomEdge: [],
  drawnCells: 1,
};

/** A plan of pieces side by side, each ten cells wide, with so many cells to read in each. */
export const fakePlan = (drawnCells: readonly number[], changes: Partial<TilePlan> = {}): TilePlan => ({
  tiles: drawnCells.map((cells, index) => ({ ...tile, left: 100 * index, drawnCells: cells })),
  crossings: [],
  cellsWide: 1000,
  cellsHigh: 10,
  pageLongestPx: 3000,
  resolutionShare: 1,
  reason: "large",
  ...changes,
});
