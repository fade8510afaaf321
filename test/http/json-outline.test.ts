import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createJsonOutline } from "../../src/http/intake/json-outline.ts";

/** The outline of a text that comes in pieces of so many bytes. */
function outlineOf(text: string, pieceBytes = Number.MAX_SAFE_INTEGER) {
  const bytes = new TextEncoder().encode(text);
  const outline = createJsonOutline(["texts", "input"]);
  for (let start = 0; start < bytes.length; start += pieceBytes)
    outline.read(bytes.subarray(start, start + pieceBytes));
  return { texts: outline.lengthOf("texts"), input: outline.lengthOf("input"), structure: outline.structureBytes };
}

describe("the outline of a JSON text", () => {
  test.each([
    ["an empty list", '{"texts": [ ]}', 0],
    ["one item", '{"texts":["a"]}', 1],
    ["items of every kind", '{"texts": [1, "a,b", [1, 2, [3]], {"a": [1, 2]}, null, -1.5e3, true]}', 7],
    ["brackets, quotes and commas in texts", '{"query": "],[", "texts": ["a\\"],[", "\\\\", "["]}', 3],
    ["a name in escapes", '{"\\u0074\\u0065\\u0078\\u0074\\u0073": [1, 2]}', 2],
    ["the longer of two", '{"texts": [1, 2, 3], "texts": [1]}', 3],
    ["no end", '{"texts": [1, 2, 3', 3],
    ["another name", '{"text": [1, 2, 3], "other": "texts"}', 0],
    ["a list that is deeper", '{"other": {"texts": [1, 2, 3]}}', 0],
    ["a list in a list", '["texts", [1, 2, 3]]', 0],
    ["an object of that name", '{"texts": {"a": 1, "b": [1, 2]}}', 0],
    ["a name as a value before another", '{"query": "texts", "other": [1, 2]}', 0],
    ["a very long name", `{"${"a".repeat(1000)}texts": [1, 2]}`, 0],
    ["nothing", "", 0],
    ["more closed than opened", ']]}{"texts": [1]', 0],
  ])("with %s has its length, in whatever pieces it comes", (_, text, length) => {
    expect([1, 2, 3, 7, 1000].map((bytes) => outlineOf(text, bytes).texts)).toEqual(Array(5).fill(length));
  });

  test("counts what the parser finds", () => {
    const body = fc.record({ texts: fc.array(fc.jsonValue()), input: fc.jsonValue(), query: fc.string() });
    fc.assert(
      fc.property(body, fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 4 }), (value, bytes, indent) => {
        const { texts, input } = outlineOf(JSON.stringify(value, undefined, indent), bytes);
        const parsed = JSON.parse(JSON.stringify(value));
        expect({ texts, input }).toEqual({
          texts: parsed.texts.length,
          input: Array.isArray(parsed.input) ? parsed.input.length : 0,
        });
      }),
    );
  });

  test("counts every byte that is neither blank nor in a text", () => {
    expect(outlineOf(' { "query" : "a long text, [ it is ]" ,\n\t"texts" : [ 12.5 , true ] } ').structure).toBe(22);
    expect(outlineOf("[".repeat(1000), 64).structure).toBe(1000);
  });
});
