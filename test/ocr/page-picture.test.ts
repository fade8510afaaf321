import { describe, expect, test } from "bun:test";
import { type Drawing, drawWholePage, enginePageOf, mayNeedPieces } from "../../src/ocr/engines/draw-page.ts";
import { drawPagePicture } from "../../src/ocr/page-picture.ts";
import { planPieces } from "../../src/ocr/tiles/plan-pieces.ts";
import type { OpenDocument } from "../../src/pdf/document.ts";
import { fakeDocument, fakePlan, scannedPage } from "../support/fake-document.ts";
import { refusalOf } from "../support/refusal-of.ts";

const large = { ...scannedPage(2), heightPt: 10_000 };

/** A document of a small and a large page that remembers what was asked of it. */
function drawing(changes: Partial<OpenDocument> = {}, turnDegrees = 0) {
  const asked: unknown[] = [];
  const caller = new AbortController();
  const given = (signal: AbortSignal) => (signal === caller.signal ? [] : ["another signal"]);
  const document = fakeDocument([scannedPage(1), large], {
    render: async (page, options, signal) => {
      asked.push(["render", page, options, ...given(signal)]);
      return { png: Uint8Array.of(page, options.turnDegrees), widthPx: 1, heightPx: 1, ink: 0 };
    },
    readPages: async (pages, signal) => {
      if (signal !== caller.signal) asked.push("another signal");
      return [scannedPage(1), large].filter(({ page }) => pages.includes(page));
    },
    planTiles: async (page, options, signal) => {
      asked.push(["plan", page, options, ...given(signal)]);
      return fakePlan([3, 9, 9]);
    },
    renderTile: async (page, { tile, turnDegrees: turn }, signal) => {
      asked.push(["tile", page, tile.left, turn, ...given(signal)]);
      return { png: Uint8Array.of(7, turn), widthPx: 1, heightPx: 1, ink: 0 };
    },
    ...changes,
  });
  const orient: Drawing["orient"] = async (picture, signal) => {
    asked.push(["orient", picture.png[0], ...given(signal)]);
    return turnDegrees;
  };
  return { asked, of: { document, orient, signal: caller.signal } satisfies Drawing };
}

const whole = { longestSidePx: 1800, turnDegrees: 0 };

describe("a page for an engine", () => {
  test.each([
    [0.5, 595, 842, { page: 1, scanned: true, longestPt: 842 }],
    [0.49, 842, 595, { page: 1, scanned: false, longestPt: 842 }],
  ])("with pictures on %p of it, %i by %i points", (imageCoverage, widthPt, heightPt, expected) => {
    expect(enginePageOf({ ...scannedPage(1), imageCoverage, widthPt, heightPt })).toEqual(expected);
  });

  test("may need pieces when one picture shows it with less than 100 dots per inch", () => {
    const mayNeed = (longestPt: number) => mayNeedPieces({ page: 1, scanned: true, longestPt });
    expect([1296, 1296.1].map(mayNeed)).toEqual([false, true]);
  });

  test("is drawn once where it stands upright, and again where it does not", async () => {
    const upright = drawing();
    expect(await drawWholePage(upright.of, enginePageOf(scannedPage(1)))).toMatchObject({ turnDegrees: 0 });
    expect(upright.asked).toEqual([
      ["render", 1, whole],
      ["orient", 1],
    ]);
    const turned = drawing({}, 90);
    const drawn = await drawWholePage(turned.of, enginePageOf(scannedPage(1)));
    expect(drawn).toMatchObject({ turnDegrees: 90, picture: { png: Uint8Array.of(1, 90) } });
    expect(turned.asked.at(-1)).toEqual(["render", 1, { ...whole, turnDegrees: 90 }]);
  });

  test("is not looked at for how it lies where it is no scan, or nobody wants it", async () => {
    const { asked, of } = drawing({}, 90);
    expect(await drawWholePage(of, enginePageOf({ ...scannedPage(1), imageCoverage: 0 }))).toMatchObject({
      turnDegrees: 0,
    });
    await drawWholePage({ ...of, orient: undefined }, enginePageOf(scannedPage(1)));
    expect(asked).toEqual([
      ["render", 1, whole],
      ["render", 1, whole],
    ]);
  });
});

describe("the pieces of a page", () => {
  const options = { longestSidePx: 1800, maxTiles: 16 };

  test("are planned anew for a page that lies on its side, which the first of the fullest pieces shows", async () => {
    const { asked, of } = drawing({}, 270);
    expect(await planPieces(of, enginePageOf(large), 16)).toMatchObject({
      turnDegrees: 270,
      plan: fakePlan([3, 9, 9]),
    });
    expect(asked).toEqual([
      ["plan", 2, { ...options, turnDegrees: 0 }],
      ["tile", 2, 100, 0],
      ["orient", 7],
      ["plan", 2, { ...options, turnDegrees: 270 }],
    ]);
  });

  test("are planned once for a page that stands upright, is no scan, or has nothing on it", async () => {
    const upright = drawing();
    expect((await planPieces(upright.of, enginePageOf(large), 16)).turnDegrees).toBe(0);
    expect(upright.asked).toHaveLength(3);
    const drawn = drawing({}, 90);
    const noScan = { ...enginePageOf(large), scanned: false };
    expect(await planPieces(drawn.of, noScan, 5)).toMatchObject({ turnDegrees: 0 });
    expect(drawn.asked).toEqual([["plan", 2, { longestSidePx: 1800, maxTiles: 5, turnDegrees: 0 }]]);
    const empty = drawing({ planTiles: async () => fakePlan([]) }, 90);
    expect(await planPieces(empty.of, enginePageOf(large), 16)).toMatchObject({ plan: { tiles: [] }, turnDegrees: 0 });
    expect(empty.asked).toEqual([]);
  });
});

describe("the picture of a page", () => {
  test("is the whole page as the engine sees it where one picture shows it", async () => {
    const { asked, of } = drawing({}, 180);
    const drawn = await drawPagePicture(of, { page: 1, tile: undefined }, 16);
    expect(asked).not.toContain("another signal");
    expect(drawn).toEqual({
      picture: expect.objectContaining({ png: Uint8Array.of(1, 180) }),
      turnDegrees: 180,
      tiles: undefined,
    });
  });

  test("is a piece, or the whole of it made smaller, where it is read in pieces; both as they are read", async () => {
    const { of } = drawing({}, 90);
    expect(await drawPagePicture(of, { page: 2, tile: 3 }, 16)).toMatchObject({
      picture: { png: Uint8Array.of(7, 90) },
      turnDegrees: 90,
      tiles: 3,
    });
    expect(await drawPagePicture(of, { page: 2, tile: undefined }, 16)).toMatchObject({
      picture: { png: Uint8Array.of(2, 90) },
      turnDegrees: 90,
      tiles: 3,
    });
  });

  test("of a large page that one picture shows well enough is the whole page", async () => {
    const { of } = drawing({ planTiles: async () => undefined });
    expect(await drawPagePicture(of, { page: 2, tile: undefined }, 16)).toMatchObject({ tiles: undefined });
    expect(await refusalOf(drawPagePicture(of, { page: 2, tile: 1 }, 16))).toMatchObject({
      issues: [{ path: "tile", message: "page 2 is read in one picture; leave tile out" }],
    });
  });

  test.each([
    [{ page: 3, tile: undefined }, "page", "page is 3, but the document has 2"],
    [{ page: 1, tile: 1 }, "tile", "page 1 is read in one picture; leave tile out"],
    [{ page: 2, tile: 4 }, "tile", "tile is 4, but page 2 is read in 3 pieces"],
  ])("is refused for what is not there: %j", async (wanted, path, message) => {
    const { of } = drawing();
    expect(await refusalOf(drawPagePicture(of, wanted, 16))).toMatchObject({
      code: "invalid_request",
      message: `${message}.`,
      issues: [{ path, message }],
    });
  });
});
