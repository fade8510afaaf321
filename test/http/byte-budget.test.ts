import { describe, expect, test } from "bun:test";
import { createByteBudget } from "../../src/http/intake/byte-budget.ts";

describe("the byte budget", () => {
  test("refuses what all requests together may not hold, and gets everything back", () => {
    const budget = createByteBudget({ maxBytes: 100 });
    const [one, two] = [budget.open("ocr_busy"), budget.open("ocr_busy")];
    one.take(60);
    expect(() => two.take(41)).toThrow("Too much is being received");
    two.take(40);
    one.release();
    one.release();
    expect(budget.heldBytes).toBe(40);
    two.release();
    expect(budget.heldBytes).toBe(0);
  });

  test("lets one request alone pass its bound", () => {
    const budget = createByteBudget({ maxBytes: 10 });
    const alone = budget.open("ocr_busy");
    alone.take(8);
    alone.take(8);
    expect(() => budget.open("ocr_busy").take(1)).toThrow("Too much is being received");
  });

  test("counts a request that holds a single byte out again", () => {
    const budget = createByteBudget({ maxBytes: 10 });
    const [small, large] = [budget.open("ocr_busy"), budget.open("ocr_busy")];
    small.take(1);
    small.release();
    large.take(8);
    large.take(8);
    expect(budget.heldBytes).toBe(16);
  });

  test("lets a request that is alone again, because the others have released, pass its bound", () => {
    const budget = createByteBudget({ maxBytes: 10 });
    const [first, second, third] = [budget.open("ocr_busy"), budget.open("ocr_busy"), budget.open("ocr_busy")];
    first.take(6);
    second.take(4);
    expect(() => second.take(1)).toThrow("Too much is being received");
    first.release();
    second.take(20);
    expect(budget.heldBytes).toBe(24);
    second.release();
    third.take(30);
    third.take(30);
    expect(budget.heldBytes).toBe(60);
  });

  test("does not count who has taken nothing, and says why in the code that the request asked for", () => {
    const budget = createByteBudget({ maxBytes: 10 });
    budget.open("ocr_busy");
    budget.open("ocr_busy").take(0);
    budget.open("ocr_busy").take(11);
    expect(() => budget.open("retrieval_busy").take(1)).toThrow(
      expect.objectContaining({ code: "retrieval_busy", retryAfterSeconds: 5 }),
    );
  });
});
