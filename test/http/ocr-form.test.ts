import { describe, expect, test } from "bun:test";
import { SidecarError } from "../../src/errors.ts";
import { absoluteUrl } from "../../src/http/intake/absolute-url.ts";
import { booleanOf, numberOf } from "../../src/http/intake/field-text.ts";
import { createFormFields } from "../../src/http/intake/form-fields.ts";
import { ocrFields, toOrder } from "../../src/http/intake/ocr-fields.ts";
import { parseOcrForm } from "../../src/http/intake/ocr-form.ts";
import type { Limits } from "../../src/http/services.ts";

const limits: Limits = {
  maxUploadBytes: 1,
  bodyTimeoutMs: 1,
  idleTimeoutSeconds: 1,
  maxSystemPromptChars: 10,
  defaultMaxPages: 7,
  onPageError: "fail",
  textLayerFormat: "markdown",
  maxTexts: 1,
  documentTimeoutMs: 0,
};

/** The code of what is thrown, and the sentence. */
function refusal(act: () => unknown): [code: string, message: string] {
  try {
    act();
  } catch (error) {
    if (error instanceof SidecarError) return [error.code, error.message];
    throw error;
  }
  return ["none", ""];
}

const formOf = (fields: Record<string, string>) => parseOcrForm(new Map(Object.entries(fields)));
const orderOf = (fields: unknown) => toOrder(ocrFields.parse(fields), limits);
const requestOf = (fields: unknown) => orderOf(fields).request;

describe("the text of a field is", () => {
  test.each<[string, number | undefined]>([
    ["1", 1],
    [" -2.5 ", -2.5],
    ["+.5", 0.5],
    ["1.", 1],
    ["1e3", 1000],
    ["", undefined],
    ["0x10", undefined],
    ["1 2", undefined],
    ["Infinity", undefined],
    [".", undefined],
  ])("the number of %p: %p", (text, value) => {
    if (value !== undefined) expect(numberOf("topP", text)).toBe(value);
    else expect(refusal(() => numberOf("topP", text))[0]).toBe("invalid_request");
  });

  test.each<[string, boolean | undefined]>([
    [" True ", true],
    ["1", true],
    ["FALSE", false],
    ["0", false],
    ["yes", undefined],
    ["", undefined],
  ])("true or false in %p: %p", (text, value) => {
    if (value !== undefined) expect(booleanOf("deltas", text)).toBe(value);
    else expect(refusal(() => booleanOf("deltas", text))[0]).toBe("invalid_request");
  });

  test("absent where the field is", () => {
    expect([numberOf("topP", undefined), booleanOf("deltas", undefined)]).toEqual([undefined, undefined]);
  });
});

describe("the fields of a form", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const mebibyte = 1024 * 1024;

  test("are read each by itself, in whatever pieces they come", () => {
    const fields = createFormFields();
    fields.begin("one");
    for (const piece of ["a", "", "bc"]) fields.add(bytes(piece));
    fields.begin("empty");
    fields.begin("two");
    fields.add(bytes("ไทย"));
    fields.add(bytes("x".repeat(40_000)));
    expect(fields.read()).toEqual(
      new Map([
        ["one", "abc"],
        ["empty", ""],
        ["two", `ไทย${"x".repeat(40_000)}`],
      ]),
    );
  });

  test("are no larger than a mebibyte together, their names included", () => {
    const fields = createFormFields();
    fields.begin("one");
    fields.add(new Uint8Array(mebibyte - 3));
    expect(refusal(() => fields.add(new Uint8Array(1)))[0]).toBe("body_too_large");
    expect(fields.read().get("one")).toHaveLength(mebibyte - 3);
    fields.begin("two");
    expect(refusal(() => fields.add(new Uint8Array(0)))[0]).toBe("body_too_large");
  });

  test("come once each, and in UTF-8", () => {
    const fields = createFormFields();
    fields.begin("one");
    expect(refusal(() => fields.begin("one"))[0]).toBe("invalid_request");
    fields.add(Uint8Array.of(0xe0, 0xb8));
    expect(refusal(() => fields.read())[0]).toBe("invalid_request");
  });
});

describe("a form", () => {
  test("has its fields where a JSON request has them", () => {
    const { fields, warnings } = formOf({
      engine: "tesseract",
      pages: "1-3",
      systemPrompt: "a",
      onPageError: "skip",
      textLayerFormat: "plain",
      maxPages: "3",
      includePages: "true",
      deltas: "1",
      dmsTags: '["number"]',
      runtimeParams: '{"seed": 5}',
    });
    expect(fields).toMatchObject({
      engine: "tesseract",
      pages: "1-3",
      systemPrompt: "a",
      onPageError: "skip",
      textLayerFormat: "plain",
      maxPages: 3,
      includePages: true,
      deltas: true,
      dmsTags: ["number"],
      runtimeParams: { seed: 5 },
    });
    expect(warnings).toEqual([]);
  });

  test("leaves out what is blank, but for a system prompt", () => {
    const { fields, warnings } = formOf({
      engine: " ",
      maxPages: "",
      deltas: " ",
      runtimeParams: "",
      unknown: " ",
      systemPrompt: " ",
    });
    expect(fields).toEqual({ systemPrompt: " " });
    expect(warnings).toEqual([]);
  });

  test("is told of a field that nobody knows", () => {
    expect(formOf({ maxPage: "3" }).warnings).toHaveLength(1);
  });

  test.each<[string, Record<string, string>, Record<string, unknown>]>([
    [
      "stands among the parameters",
      { temperature: "0", topP: "1", repeatPenalty: "1.5", maxTokens: "9" },
      { runtimeParams: { temperature: 0, top_p: 1, repeat_penalty: 1.5, max_tokens: 9 } },
    ],
    [
      "wins over them",
      { temperature: "1", runtimeParams: '{"temperature": 0, "seed": 5}' },
      { runtimeParams: { temperature: 1, seed: 5 } },
    ],
    [
      "wins over them in their other spelling",
      { temperature: "1", runtime_params: '{"temperature": 0}' },
      { runtime_params: { temperature: 1 } },
    ],
    ["wins over null", { temperature: "1", runtime_params: "null" }, { runtimeParams: { temperature: 1 } }],
    [
      "wins over the other spelling of its parameter",
      { repeatPenalty: "1.5", runtimeParams: '{"repetition_penalty": 2}' },
      { runtimeParams: { repeat_penalty: 1.5 } },
    ],
    [
      "leaves the others",
      { temperature: "1", runtimeParams: '{"repetition_penalty": 2}' },
      { runtimeParams: { temperature: 1, repetition_penalty: 2 } },
    ],
  ])("a parameter of its own %s", (_, form, fields) => {
    const { runtimeParams, runtime_params } = formOf(form).fields;
    const given = Object.entries({ runtimeParams, runtime_params }).filter(([, value]) => value);
    expect<Record<string, unknown>>(Object.fromEntries(given)).toEqual(fields);
  });

  test.each<[string, Record<string, string>, string]>([
    ["JSON that is none", { dmsTags: "[" }, "invalid_json"],
    ["parameters that are a list", { temperature: "1", runtimeParams: "[]" }, "invalid_request"],
    ["parameters that are a number", { temperature: "1", runtimeParams: "5" }, "invalid_request"],
    [
      "more parameters than there are",
      { runtimeParams: JSON.stringify(Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`p${at}`, 1]))) },
      "invalid_request",
    ],
    ["pages that fill a book", { pages: "1,".repeat(5001) }, "invalid_request"],
  ])("is refused with %s", (_, form, code) => {
    expect(refusal(() => formOf(form))[0]).toBe(code);
  });
});

test("what keeps a model loaded is taken from a form to be refused", () => {
  const { fields } = formOf({ keep_alive: "5m" });
  expect(refusal(() => toOrder(fields, limits))[0]).toBe("keep_alive_not_allowed");
});

describe("a parameter is", () => {
  test.each<[string, number[], number[]]>([
    ["temperature", [0, 2], [-0.1, 2.1]],
    ["top_p", [0, 1], [-0.1, 1.1]],
    ["top_k", [0, 100], [-1, 0.5]],
    ["repeat_penalty", [0.1, 2], [0, 2.1]],
    ["repetition_penalty", [0.1, 2], [0, 2.1]],
    ["max_tokens", [1, 9000], [0, 0.5]],
    ["num_ctx", [1, 9000], [0, 0.5]],
    ["seed", [-1, 0], [0.5]],
  ])("%s from %p on, and nothing beyond as %p", (name, within, beyond) => {
    const accepts = (value: number) => ocrFields.safeParse({ runtimeParams: { [name]: value } }).success;
    expect([within.map(accepts), beyond.map(accepts)]).toEqual([within.map(() => true), beyond.map(() => false)]);
  });

  test("known, or the names of those that are are told", () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`p${at}`, 1]));
    expect(refusal(() => ocrFields.parse({ runtimeParams: many }))[1]).toContain(
      "holds 40 parameters; there are only temperature",
    );
    expect(ocrFields.safeParse({ runtimeParams: Array(40).fill(1) }).success).toBe(false);
  });

  test("a number of pages that is not below zero", () => {
    expect([-1, 0, 0.5].map((maxPages) => ocrFields.safeParse({ maxPages }).success)).toEqual([false, true, false]);
  });
});

describe("the order behind the fields", () => {
  test("has what the service sets where the caller says nothing", () => {
    expect(toOrder({}, limits, ["said"])).toEqual({
      request: {
        engine: "auto",
        maxPages: 7,
        pages: undefined,
        systemPrompt: undefined,
        dmsTags: undefined,
        options: {},
        onPageError: "fail",
        textLayerFormat: "markdown",
      },
      includePages: false,
      deltas: false,
      warnings: ["said"],
    });
  });

  test("has what the caller says, and zero pages are none of it", () => {
    expect(orderOf({ includePages: true, deltas: false })).toMatchObject({ includePages: true, deltas: false });
    expect(orderOf({ includePages: false, deltas: true })).toMatchObject({ includePages: false, deltas: true });
    expect(requestOf({ maxPages: 2, onPageError: "skip", textLayerFormat: "plain", pages: "1" })).toMatchObject({
      maxPages: 2,
      onPageError: "skip",
      textLayerFormat: "plain",
      pages: "1",
    });
    expect(requestOf({ maxPages: 0 }).maxPages).toBe(7);
  });

  test("has the parameters by the names of the model's server, zero being one", () => {
    const params = {
      temperature: 0,
      top_p: 0.1,
      top_k: 0,
      repetition_penalty: 1.1,
      max_tokens: 9,
      seed: 0,
      num_ctx: 8,
    };
    expect(requestOf({ runtime_params: { ...params, repeat_penalty: null } }).options).toEqual({
      temperature: 0,
      top_p: 0.1,
      top_k: 0,
      repeat_penalty: 1.1,
      num_predict: 9,
      seed: 0,
      num_ctx: 8,
    });
  });

  test.each([
    ["NP-DMS-OCR", "np-dms-ocr"],
    ["typhoon-ocr1.5-3b:latest", "np-dms-ocr"],
    ["typhoon-np-dms-ocr", "np-dms-ocr"],
    [" Tesseract ", "tesseract"],
    ["AUTO", "auto"],
  ])("has for the engine %p %s", (engine, named) => {
    expect(String(requestOf({ engine }).engine)).toBe(named);
  });

  test("has the tags of a list, or the names of an object", () => {
    const tag = `a${"-".repeat(63)}`;
    expect(requestOf({ dmsTags: [tag] }).dmsTags).toEqual([tag]);
    expect(requestOf({ dms_tags: { one: 1, two: 2 } }).dmsTags).toEqual(["one", "two"]);
    expect(requestOf({ dmsTags: Array.from({ length: 50 }, () => "a") }).dmsTags).toHaveLength(50);
  });

  test.each<[string, unknown, string]>([
    ["two spellings of one field", { systemPrompt: "a", system_prompt: "a" }, "system_prompt"],
    ["two spellings of the tags", { dmsTags: ["a"], dms_tags: ["a"] }, "dms_tags"],
    ["two spellings of the parameters", { runtimeParams: {}, runtime_params: {} }, "runtime_params"],
    [
      "two spellings of a parameter",
      { runtimeParams: { repeat_penalty: 1, repetition_penalty: 1 } },
      "repetition_penalty",
    ],
    ["a tag of 65 letters", { dmsTags: ["a", "a".repeat(65)] }, "tag name"],
    ["51 tags", { dmsTags: Array.from({ length: 51 }, () => "a") }, "at most 50"],
    ["a prompt of eleven letters", { systemPrompt: "a".repeat(11) }, "at most 10"],
    ["a blank prompt", { system_prompt: " " }, "blank"],
    ["an engine that there is none of", { engine: "tesseract:latest" }, "engine must be"],
    ["pages that are none", { pages: "one" }, ""],
  ])("is refused for %s", (_, fields, said) => {
    const [code, message] = refusal(() => orderOf(fields));
    expect(code).toBe("invalid_request");
    expect(message).toContain(said);
  });

  test("is refused where it would keep the model loaded, be it among the parameters", () => {
    expect(refusal(() => orderOf({ keep_alive: 0 }))[0]).toBe("keep_alive_not_allowed");
    expect(refusal(() => orderOf({ runtimeParams: { keep_alive: "5m" } }))[0]).toBe("keep_alive_not_allowed");
    expect(orderOf({ keep_alive: null, runtimeParams: { keep_alive: null } }).request.options).toEqual({});
  });

  test("has a prompt of ten letters", () => {
    expect(requestOf({ systemPrompt: "a".repeat(10) }).systemPrompt).toHaveLength(10);
  });
});

test.each([
  ["http://host:1/health?a", "http://host:1/health?a"],
  ["/health", "http://localhost/health"],
  ["http://a b/health", "http://localhost/health"],
  ["http://a b?full", "http://localhost?full"],
])("the address %s is asked again as %s", (url, absolute) => {
  expect(absoluteUrl(url)).toBe(absolute);
});
