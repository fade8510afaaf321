import { describe, expect, test } from "bun:test";
import { createEncodingWatch } from "../../src/ocr/engines/encoding-watch.ts";

describe("a picture that is encoded for nobody", () => {
  const watched = () => {
    const clock = { ms: 1000 };
    return { clock, watch: createEncodingWatch(() => clock.ms) };
  };

  test("keeps the server busy for as long as a picture is known to take", () => {
    const { clock, watch } = watched();
    const whole = watch.begin();
    clock.ms += 2500;
    whole.firstPiece();
    clock.ms += 9000;
    whole.answered({ loadMs: 500 });
    expect(watch.busyMs()).toBe(0);
    const left = watch.begin();
    clock.ms += 300;
    left.givenUp();
    expect(watch.busyMs()).toBe(1700);
    clock.ms += 1700;
    expect(watch.busyMs()).toBe(0);
  });

  test("is taken for as slow as on a CPU before the first answer", () => {
    const { watch } = watched();
    watch.begin().givenUp();
    expect(watch.busyMs()).toBe(8000);
  });

  test("is done when the next page gets its first piece", () => {
    const { watch } = watched();
    watch.begin().givenUp();
    watch.begin().firstPiece();
    expect(watch.busyMs()).toBe(0);
  });

  test("is none where the caller leaves in mid-answer", () => {
    const { watch } = watched();
    const call = watch.begin();
    call.firstPiece();
    call.givenUp();
    expect(watch.busyMs()).toBe(0);
  });
});

describe("how long a picture is known to take", () => {
  test("is the longest that was seen, loads of the model not counted", () => {
    let ms = 0;
    const watch = createEncodingWatch(() => ms);
    for (const [encodingMs, loadMs] of [
      [500, 0],
      [3000, 1000],
      [700, 0],
    ] as const) {
      const call = watch.begin();
      ms += encodingMs;
      call.firstPiece();
      ms += 10;
      call.firstPiece();
      call.answered({ loadMs });
    }
    watch.begin().givenUp();
    expect(watch.busyMs()).toBe(2000);
  });

  test("is not learnt from an answer that came without a piece", () => {
    let ms = 0;
    const watch = createEncodingWatch(() => ms);
    const call = watch.begin();
    ms += 20_000;
    call.answered({ loadMs: 0 });
    watch.begin().givenUp();
    expect(watch.busyMs()).toBe(8000);
  });

  test("holds for the last of several that are left, whichever is told first", () => {
    let ms = 0;
    const watch = createEncodingWatch(() => ms);
    const first = watch.begin();
    ms = 1000;
    watch.begin().givenUp();
    first.givenUp();
    expect(watch.busyMs()).toBe(8000);
    ms = 9001;
    expect(watch.busyMs()).toBe(0);
  });
});
