import { expect, test } from "bun:test";
import { type DocumentEntry, nextRunName, shownRun, trimDocuments } from "../../console/reading/documents.ts";
import { beginRun, type Run } from "../../console/reading/run.ts";

const withText = (units: number): Run => ({
  ...beginRun({}, [], 0),
  state: "done",
  pages: [
    {
      page: 1,
      source: "text-layer",
      reason: "",
      result: {
        page: 1,
        source: "text-layer",
        text: "x".repeat(units),
        chars: units,
        attempts: 0,
        ms: 0,
        truncated: false,
        warnings: [],
      },
    },
  ],
});

const entry = (id: number, state: DocumentEntry["state"] = "idle", units = 10): DocumentEntry => ({
  id,
  file: new File([], `${id}.pdf`),
  next: { fields: {}, notes: [] },
  state,
  a: withText(units),
});
const idsOf = (documents: readonly DocumentEntry[]) => documents.map(({ id }) => id);

test("the list lets go of the documents read longest ago, and never of what waits, is read or is shown", () => {
  const documents = [entry(1), entry(2, "reading"), entry(3), entry(4), entry(5, "waiting")];
  const bounds = { maxDocuments: 3, maxUnits: 1000 };
  expect(idsOf(trimDocuments(documents, undefined, bounds))).toEqual([2, 4, 5]);
  expect(idsOf(trimDocuments(documents, 1, bounds))).toEqual([1, 2, 5]);
  expect(idsOf(trimDocuments(documents, 1, { ...bounds, maxDocuments: 1 }))).toEqual([1, 2, 5]);
});

test("the texts of the list are bounded together, both readings of a document counted", () => {
  const documents = [{ ...entry(1, "idle", 40), b: withText(40) }, entry(2, "idle", 40), entry(3, "idle", 40)];
  expect(idsOf(trimDocuments(documents, 3, { maxDocuments: 9, maxUnits: 100 }))).toEqual([2, 3]);
  expect(idsOf(trimDocuments(documents, 3, { maxDocuments: 9, maxUnits: 160 }))).toEqual([1, 2, 3]);
});

test("the first reading is A and stays it, every later one is B", () => {
  expect(nextRunName({})).toBe("a");
  expect(nextRunName(entry(1))).toBe("b");
});

test("the reading that is shown is the one chosen, or the only one", () => {
  expect(shownRun(entry(1), "b")?.name).toBe("a");
  expect(shownRun({ ...entry(1), b: withText(1) }, "b")?.name).toBe("b");
  const { a: _a, ...unread } = entry(1);
  expect(shownRun(unread, "a")).toBeUndefined();
});
