import { expect, test } from "bun:test";
import { mapInTurns } from "../../src/ocr/layer/map-in-turns.ts";
import { refusalOf } from "../support/refusal-of.ts";

test("items are mapped in their order, and others have their turn between two of them", async () => {
  const seen: string[] = [];
  const other = setInterval(() => seen.push("other"), 0);
  const results = await mapInTurns([1, 2, 3], new AbortController().signal, (item) => {
    seen.push(String(item));
    Bun.sleepSync(3);
    return item * 2;
  });
  clearInterval(other);
  expect(results).toEqual([2, 4, 6]);
  expect(seen.filter((name) => name !== "other")).toEqual(["1", "2", "3"]);
  expect(seen.slice(seen.indexOf("1"), seen.indexOf("3"))).toContain("other");
});

test("no item is mapped for a caller who has gone", async () => {
  const gone = new AbortController();
  const mapped: number[] = [];
  const work = mapInTurns([1, 2, 3], gone.signal, (item) => {
    mapped.push(item);
    gone.abort(new Error("gone"));
  });
  expect(await refusalOf(work)).toMatchObject({ message: "gone" });
  expect(mapped).toEqual([1]);
});
