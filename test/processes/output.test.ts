import { describe, expect, test } from "bun:test";
import { readOutput } from "../../src/processes/output.ts";

const written = (pieces: Iterable<string>) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });

describe("what a program writes", () => {
  test("is told piece by piece, and no more than the log can bear", async () => {
    const told: string[] = [];
    const pieces = Array.from({ length: 300 }, (_, line) => `line ${line}\n`);
    const last = await readOutput(written([]), written(pieces), {
      onText: (text) => told.push(text),
      onTooMuch: () => expect.unreachable(),
    });
    expect(told).toEqual(pieces.slice(0, 200).map((piece) => piece.trimEnd()));
    expect(last).toBe("line 299");
  });
});
