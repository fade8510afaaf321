import { describe, expect, test } from "bun:test";
import { countSet } from "../../console/options/count-set.ts";
import { emptyOptions, type Options, resolveOptions, restoreOptions } from "../../console/options/options.ts";

const given = (change: Partial<Options>): Options => ({ ...emptyOptions, ...change });
const parameters = (change: Partial<Options["parameters"]>) => ({ ...emptyOptions.parameters, ...change });

const rows: ReadonlyArray<[what: string, options: Partial<Options>, fields: object]> = [
  ["an empty form sends nothing but the document", {}, {}],
  ["an engine", { engine: "np-dms-ocr" }, { engine: "np-dms-ocr" }],
  ["pages without the blanks around them", { pages: " 1-3,7 ", maxPages: "2" }, { pages: "1-3,7", maxPages: 2 }],
  [
    "0 is a value",
    { maxPages: "0", parameters: parameters({ temperature: "0" }) },
    { maxPages: 0, runtimeParams: { temperature: 0 } },
  ],
  ["tags, however they are parted", { dmsTags: "a, b\n c" }, { dmsTags: ["a", "b", "c"] }],
  ["a prompt as it was typed", { systemPrompt: " Read.\n" }, { systemPrompt: " Read.\n" }],
  ["modes", { onPageError: "skip", textLayerFormat: "plain" }, { onPageError: "skip", textLayerFormat: "plain" }],
];

describe("what the form sends", () => {
  test.each(rows)("%s", (_what, options, fields) => {
    expect(resolveOptions(given(options))).toEqual({ ok: true, fields, notes: [] });
  });

  test("rows are resolved as the backend does it, with the form's fields as overrides and the notes told", () => {
    const profileRow = JSON.stringify({ temperature: "0.100", top_p: 0.6, keep_alive: 0, is_active: 1 });
    const promptRow = JSON.stringify([{ template: "Read it.", context_config: '{"dmsTags":["number"]}' }]);
    const resolved = resolveOptions(given({ profileRow, promptRow, parameters: parameters({ top_p: "0.9" }) }));
    expect(resolved).toEqual({
      ok: true,
      fields: { systemPrompt: "Read it.", dmsTags: ["number"], runtimeParams: { temperature: 0.1, top_p: 0.9 } },
      notes: [expect.stringContaining("keep_alive was dropped")],
    });
  });

  test.each([
    [{ maxPages: "two" }, "maxPages: must be a whole number"],
    [{ parameters: parameters({ temperature: "warm" }) }, 'parameters.temperature: holds "warm"'],
    [{ parameters: parameters({ top_p: "3" }) }, "a number from 0 to 1"],
    [{ dmsTags: "1st" }, "a tag name is a letter"],
    [{ profileRow: "{" }, "ai_execution_profiles: is not JSON"],
    [{ promptRow: "[1,2]" }, "ai_prompts: must be one row"],
    [{ profileRow: '{"temperature":1}' }, "ai_prompts: there is no active row"],
    [{ profileRow: '{"is_active":0}', systemPrompt: "x" }, "switched off"],
  ])("%j is told in words", (options, words) => {
    const resolved = resolveOptions(given(options));
    expect(resolved.ok ? "" : resolved.problem).toContain(words);
  });
});

describe("the form of a tab", () => {
  test("is restored as it was left", () => {
    const options = given({ pages: "1", parameters: parameters({ seed: "7" }), profileRow: "{}" });
    expect(restoreOptions(JSON.stringify(options))).toEqual(options);
    expect(countSet(options)).toBe(3);
  });

  test.each([null, "", "null", "{", "[]", '{"pages":7,"parameters":"x"}'])("is empty where %j is stored", (stored) => {
    expect(restoreOptions(stored)).toEqual(emptyOptions);
  });
});
