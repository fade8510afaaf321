import { expect, test } from "bun:test";
import { createPictures, type PagePicture, type PictureKey, wantedPictures } from "../../console/viewer/pictures.ts";
import { until } from "../support/until.ts";

const key = (page: number, tile = 0): PictureKey => ({ documentId: 1, page, tile });
const fault = { message: "no", code: "c", status: 500, requestId: undefined, retryAfterSeconds: undefined, issues: [] };

function createWorld(maxPictures = 3) {
  const asked: number[] = [];
  const given: number[] = [];
  const forgotten: string[] = [];
  const waiting = new Map<number, (picture: PagePicture | Error) => void>();
  const pictures = createPictures({
    maxPictures,
    forget: ({ url }) => forgotten.push(url),
    toFault: () => fault,
    load: ({ page }, signal) =>
      new Promise((resolve, reject) => {
        asked.push(page);
        waiting.set(page, (answer) => (answer instanceof Error ? reject(answer) : resolve(answer)));
        signal.addEventListener("abort", () => {
          given.push(page);
          reject(signal.reason);
        });
      }),
  });
  const answer = async (page: number, failure?: Error) => {
    await until(() => waiting.has(page));
    waiting.get(page)?.(failure ?? { url: `blob:${page}`, rotation: 0, tiles: undefined, warnings: [] });
    waiting.delete(page);
    await until(() => pictures.look(key(page))?.state !== "loading");
  };
  return { pictures, asked, given, forgotten, answer };
}

test("pictures are fetched one at a time, the page that is looked at first", async () => {
  const { pictures, asked, answer } = createWorld();
  pictures.want([key(5), key(6), key(4)]);
  expect([asked, pictures.look(key(5))?.state, pictures.look(key(6))]).toEqual([[5], "loading", undefined]);
  await answer(5);
  await answer(6);
  await answer(4);
  expect(asked).toEqual([5, 6, 4]);
  expect(pictures.look(key(4))?.state).toBe("shown");
});

test("what is not wanted any more is given up, and fetched again when it is", async () => {
  const { pictures, asked, given, answer } = createWorld();
  pictures.want([key(1), key(2)]);
  pictures.want([key(9)]);
  await answer(9);
  expect([given, pictures.look(key(1))]).toEqual([[1], undefined]);
  pictures.want([key(1)]);
  await answer(1);
  expect(asked).toEqual([1, 9, 1]);
});

test("those looked at last are kept, and what is let go is told once", async () => {
  const { pictures, forgotten, answer } = createWorld(2);
  for (const page of [1, 2]) {
    pictures.want([key(page)]);
    await answer(page);
  }
  pictures.want([key(1)]);
  pictures.want([key(3)]);
  await answer(3);
  expect(forgotten).toEqual(["blob:2"]);
  expect([1, 2, 3].map((page) => pictures.look(key(page))?.state)).toEqual(["shown", undefined, "shown"]);
});

test("a failure is told, and tried again when the page is looked at again", async () => {
  const { pictures, asked, answer } = createWorld();
  pictures.want([key(1)]);
  await answer(1, new Error("no"));
  expect(pictures.look(key(1))).toEqual({ state: "failed", fault });
  pictures.want([key(1)]);
  await answer(1);
  expect([asked, pictures.look(key(1))?.state]).toEqual([[1, 1], "shown"]);
});

test("the neighbours of a page are those of the document's selection; a large document is not sent for them", () => {
  expect(wantedPictures(key(7, 2), [3, 7, 9], 1000)).toEqual([key(7, 2), key(9), key(3)]);
  expect(wantedPictures(key(3), [3], 1000)).toEqual([key(3)]);
  expect(wantedPictures(key(1), [], 1000)).toEqual([key(1)]);
  expect(wantedPictures(key(7), [3, 7, 9], 50_000_000)).toEqual([key(7)]);
});
