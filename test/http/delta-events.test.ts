import { expect, test } from "bun:test";
import { createDeltaEvents } from "../../src/http/answers/delta-events.ts";
import type { TextDelta } from "../../src/ocr/engines/admission.ts";
import { until } from "../support/until.ts";

const piece = (text: string, { page = 1, attempt = 1, tile }: Partial<TextDelta> = {}): TextDelta => ({
  page,
  ...(tile === undefined ? {} : { tile }),
  attempt,
  text,
});

/** A reader that takes what is sent, or does not. */
function readerOf({ takes = true, maxWaitingUnits = 100 } = {}) {
  const sent: TextDelta[] = [];
  const reader = { takes };
  const deltas = createDeltaEvents({
    send: (delta) => sent.push(delta),
    isKeepingUp: () => reader.takes,
    everyMs: 2,
    maxWaitingUnits,
  });
  return { sent, reader, deltas };
}

test("the first piece is sent at once, and those of the next moment together", async () => {
  const { sent, deltas } = readerOf();
  for (const text of ["a", "b", "c"]) deltas.add(piece(text));
  expect(sent).toEqual([piece("a")]);
  await until(() => sent.length === 2);
  expect(sent[1]).toEqual(piece("bc"));
  deltas.end();
});

test("a slow reader gets all pieces in one when it has taken what was sent, each page and tile for itself", async () => {
  const { sent, reader, deltas } = readerOf({ takes: false });
  for (const text of ["a", "b"]) {
    deltas.add(piece(text));
    deltas.add(piece(text, { page: 2, tile: 1 }));
    deltas.add(piece(text, { page: 2, tile: 2 }));
  }
  await Bun.sleep(10);
  expect(sent).toEqual([]);
  reader.takes = true;
  await until(() => sent.length === 3);
  expect(sent).toEqual([piece("ab"), piece("ab", { page: 2, tile: 1 }), piece("ab", { page: 2, tile: 2 })]);
  deltas.end();
});

test("a new attempt takes the place of what waits of the one before", async () => {
  const { sent, reader, deltas } = readerOf({ takes: false });
  deltas.add(piece("wrong"));
  deltas.add(piece("right", { attempt: 2 }));
  reader.takes = true;
  await until(() => sent.length === 1);
  expect(sent).toEqual([piece("right", { attempt: 2 })]);
  deltas.end();
});

test("of an attempt that no longer fits nothing more is sent, so that no text has a hole, until the next attempt", async () => {
  const { sent, reader, deltas } = readerOf({ takes: false, maxWaitingUnits: 4 });
  for (const text of ["abc", "de", "f"]) deltas.add(piece(text));
  deltas.add(piece("xy", { page: 2 }));
  reader.takes = true;
  await until(() => sent.length === 1);
  deltas.add(piece("g"));
  await Bun.sleep(10);
  expect(sent).toEqual([piece("xy", { page: 2 })]);
  deltas.add(piece("new", { attempt: 2 }));
  await until(() => sent.length === 2);
  expect(sent[1]).toEqual(piece("new", { attempt: 2 }));
  deltas.end();
});

test("as much waits as may, and is sent; one unit more is not", async () => {
  const { sent, reader, deltas } = readerOf({ takes: false, maxWaitingUnits: 4 });
  deltas.add(piece("abcd"));
  deltas.add(piece("e", { page: 2 }));
  reader.takes = true;
  await until(() => sent.length > 0);
  await Bun.sleep(10);
  expect(sent).toEqual([piece("abcd")]);
  reader.takes = false;
  // What was sent takes no room any more.
  for (const page of [3, 4]) deltas.add(piece("wxyz", { page }));
  deltas.forget(3);
  deltas.add(piece("st", { page: 5 }));
  reader.takes = true;
  await until(() => sent.length > 1);
  expect(sent[1]).toEqual(piece("st", { page: 5 }));
  deltas.end();
});

test("what waits of a finished page is dropped, and everything at the end", async () => {
  const { sent, reader, deltas } = readerOf({ takes: false });
  deltas.add(piece("a"));
  deltas.add(piece("b", { page: 2, tile: 1 }));
  deltas.add(piece("c", { page: 3 }));
  deltas.forget(2);
  reader.takes = true;
  await until(() => sent.length === 2);
  expect(sent).toEqual([piece("a"), piece("c", { page: 3 })]);
  reader.takes = false;
  deltas.add(piece("d"));
  deltas.end();
  reader.takes = true;
  await Bun.sleep(10);
  expect(sent).toHaveLength(2);
});
