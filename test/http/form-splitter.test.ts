import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createFormSplitter, FormFault } from "../../src/http/intake/form-splitter.ts";

interface Part {
  header: string;
  body: string;
}

/** Splits a form that comes in these chunks; `undefined` when it is not whole. */
function split(chunks: readonly Uint8Array[], boundary: string): Part[] | undefined {
  const splitter = createFormSplitter(boundary);
  const parts: Part[] = [];
  for (const chunk of chunks) {
    for (const piece of splitter.push(chunk)) {
      const last = parts.at(-1);
      if (piece.type === "part") parts.push({ header: piece.header.toString("latin1"), body: "" });
      else if (last === undefined) throw new Error("a body before the first part");
      else last.body += piece.bytes.toString("latin1");
    }
  }
  return splitter.isComplete ? parts : undefined;
}

const formOf = (parts: readonly Part[], boundary: string, before: string, behind: string) =>
  `${before}${parts.map(({ header, body }) => `--${boundary}${header}\r\n\r\n${body}\r\n`).join("")}--${boundary}--${behind}`;

/** Text that keeps coming close to a boundary. */
const nearBoundary = (boundary: string) =>
  fc
    .array(
      fc.constantFrom("\r", "\n", "-", "\r\n", "\r\n-", "\r\n--", `\r\n--${boundary.slice(0, -1)}`, "a", "\0", "\xff"),
      { maxLength: 12 },
    )
    .map((pieces) => pieces.join(""))
    .filter((text) => !`\r\n${text}\r\n`.includes(`\r\n--${boundary}`));

const anyForm = fc.constantFrom("x", "-", "--", "----WebKitFormBoundary7MA4YWxk").chain((boundary) => {
  const body = nearBoundary(boundary);
  const header = fc.constantFrom("", "\r\nA: b", "\r\nA: b\r\nC: d", " \t\r\nA: b");
  const before = body
    .map((text) => (text === "" ? "" : `${text}\r\n`))
    .filter((text) => !text.startsWith(`--${boundary}`));
  return fc.record({
    boundary: fc.constant(boundary),
    parts: fc.array(fc.record({ header, body }), { maxLength: 4 }),
    before,
    behind: body,
    cuts: fc.array(fc.nat({ max: 400 }), { maxLength: 6 }),
  });
});

function cutAt(text: string, cuts: readonly number[]): Buffer[] {
  const bytes = Buffer.from(text, "latin1");
  const ends = [...cuts.filter((cut) => cut < bytes.length).sort((one, other) => one - other), bytes.length];
  return ends.map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

describe("for any form, the splitter", () => {
  test("finds the parts that were put in, wherever the chunks end", () => {
    let bodies = 0;
    fc.assert(
      fc.property(anyForm, ({ boundary, parts, before, behind, cuts }) => {
        const text = formOf(parts, boundary, before, behind);
        const expected = parts.map(({ header, body }) => ({ header: header.replace(/^[ \t]+/, ""), body }));
        bodies += expected.length;
        expect(split(cutAt(text, cuts), boundary)).toEqual(expected);
        expect(
          split(
            cutAt(
              text,
              Array.from({ length: text.length }, (_, index) => index),
            ),
            boundary,
          ),
        ).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
    expect(bodies).toBeGreaterThan(1000);
  });

  test("says that it is not whole wherever it is cut off", () => {
    const text = formOf(
      [
        { header: "\r\nA: b", body: "a\r\n-" },
        { header: "", body: "" },
      ],
      "x",
      "",
      "",
    );
    for (let length = 0; length < text.length; length += 1) {
      expect(split([Buffer.from(text.slice(0, length))], "x")).toBeUndefined();
    }
    expect(split([Buffer.from(text)], "x")).toHaveLength(2);
  });

  test("hands on or refuses, whatever comes, and never loses a byte of a body", () => {
    const chunks = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom("\r\n--x\r\n\r\n", "--x", "\r\n\r\n", "--").map((text) => Buffer.from(text)),
      ),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(chunks, (pieces) => {
        const answers = [pieces, [Buffer.concat(pieces)]].map((form) => {
          try {
            return split(form, "x");
          } catch (error) {
            if (!(error instanceof FormFault)) throw error;
            return error.message;
          }
        });
        expect(answers[0]).toEqual(answers[1]);
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["a header", (size: number) => `--x${`\r\nA: ${"b".repeat(size)}`.slice(0, size)}\r\n\r\nbody\r\n--x--`],
    ["blanks behind a boundary", (size: number) => `--x${" ".repeat(size)}\r\n\r\nbody\r\n--x--`],
  ])("bounds %s at 8,192 bytes, wherever the chunks end", (_, formOfSize) => {
    const answerOf = (text: string, cut: number) => {
      try {
        return split([Buffer.from(text.slice(0, cut)), Buffer.from(text.slice(cut))], "x")?.length;
      } catch (error) {
        return error instanceof FormFault;
      }
    };
    for (let cut = 8185; cut < 8215; cut += 1) {
      expect({ cut, parts: answerOf(formOfSize(8192), cut) }).toEqual({ cut, parts: 1 });
      expect({ cut, refused: answerOf(formOfSize(8193), cut) }).toEqual({ cut, refused: true });
    }
  });
});
