import assert from "node:assert/strict";
import { test } from "node:test";
import { OcrSettingsError, resolveOcrRequest } from "../../../dist/client/client.js";

const prompt = { id: 3, template: "You read {{ocr_text}}.", is_active: 1, context_config: null };
const systemPrompt = prompt.template;
const resolve = (profile, rest = {}) => resolveOcrRequest({ profile, prompt, ...rest });

/** What a driver may give for the row `ocr-extract`, and the parameters that follow. */
const profiles = [
  ["no row", null, undefined],
  ["a row that holds nothing", { id: 1, model_name: "np-dms-ocr", temperature: null, top_p: null }, undefined],
  ["decimals as text", { temperature: "0.100", top_p: "0.600" }, { temperature: 0.1, top_p: 0.6 }],
  ["decimals as numbers", { temperature: 0.1, repeat_penalty: 1.1 }, { temperature: 0.1, repeat_penalty: 1.1 }],
  ["zero", { temperature: 0, top_k: 0, seed: 0 }, { temperature: 0, top_k: 0, seed: 0 }],
  ["zero as text", { temperature: "0.000", top_p: "0" }, { temperature: 0, top_p: 0 }],
  ["integers as text", { max_tokens: "4096", num_ctx: "16384.000" }, { max_tokens: 4096, num_ctx: 16384 }],
  ["big integers", { max_tokens: 4096n, seed: -7n }, { max_tokens: 4096, seed: -7 }],
  ["blanks around a number", { temperature: " 0.5 " }, { temperature: 0.5 }],
  ["a number with an exponent", { temperature: "1e-1" }, { temperature: 0.1 }],
  ["an empty text", { temperature: "", top_p: "0.9" }, { top_p: 0.9 }],
  [
    "the ends of the ranges",
    { temperature: 2, top_p: 1, repeat_penalty: 2 },
    { temperature: 2, top_p: 1, repeat_penalty: 2 },
  ],
  [
    "camel case",
    { topP: "0.6", topK: 40, repeatPenalty: "1.1", maxTokens: 100, numCtx: 8192 },
    { top_p: 0.6, top_k: 40, repeat_penalty: 1.1, max_tokens: 100, num_ctx: 8192 },
  ],
  ["other spellings", { repetition_penalty: "1.10", ctx_size: 8192 }, { repeat_penalty: 1.1, num_ctx: 8192 }],
  ["two spellings, one of them null", { top_p: null, topP: "0.6" }, { top_p: 0.6 }],
  ["two spellings that agree", { top_p: "0.60", topP: 0.6 }, { top_p: 0.6 }],
  ["a JSON column", { parameters: { temperature: 0, topP: "0.6" } }, { temperature: 0, top_p: 0.6 }],
  ["a JSON column as text", { runtime_params: '{"temperature": "0.1"}' }, { temperature: 0.1 }],
  ["JSON text inside JSON text", { runtimeParams: '"{\\"seed\\": 5}"' }, { seed: 5 }],
  ["JSON that is null", { parameters: "null", temperature: 1 }, { temperature: 1 }],
  ["columns beside JSON", { top_p: "0.5", parameters: { top_p: 0.9, seed: 1 } }, { top_p: 0.5, seed: 1 }],
  ["a null column beside JSON", { top_p: null, parameters: { top_p: 0.9 } }, { top_p: 0.9 }],
];

for (const [name, profile, runtimeParams] of profiles) {
  test(`profile with ${name}`, () => {
    assert.deepEqual(resolve(profile).fields, runtimeParams ? { systemPrompt, runtimeParams } : { systemPrompt });
  });
}

/** What must not pass silently: code, column and value of the error. */
const wrongProfiles = [
  ["NaN", { temperature: Number.NaN }, "invalid_number", "temperature", Number.NaN],
  ["NaN as text", { temperature: "NaN" }, "invalid_number", "temperature", "NaN"],
  ["infinity", { top_p: Number.POSITIVE_INFINITY }, "invalid_number", "top_p", Number.POSITIVE_INFINITY],
  ["a number beyond all", { temperature: "1e999" }, "invalid_number", "temperature", "1e999"],
  ["a hexadecimal number", { seed: "0x10" }, "invalid_number", "seed", "0x10"],
  ["a decimal comma", { temperature: "0,1" }, "invalid_number", "temperature", "0,1"],
  ["a flag", { temperature: true }, "invalid_number", "temperature", true],
  ["a temperature that is too high", { temperature: "2.001" }, "invalid_number", "temperature", "2.001"],
  ["a negative temperature", { temperature: -0.1 }, "invalid_number", "temperature", -0.1],
  ["a top_p that is too high", { topP: 1.01 }, "invalid_number", "topP", 1.01],
  ["a repeat penalty of zero", { repeat_penalty: "0.00" }, "invalid_number", "repeat_penalty", "0.00"],
  ["no tokens", { max_tokens: 0 }, "invalid_number", "max_tokens", 0],
  ["half a token", { max_tokens: "10.5" }, "invalid_number", "max_tokens", "10.5"],
  ["a context of none", { ctx_size: 0 }, "invalid_number", "ctx_size", 0],
  ["a wrong number in JSON", { parameters: '{"top_p": 7}' }, "invalid_number", "parameters.top_p", 7],
  ["two spellings that differ", { top_p: 0.1, topP: 0.2 }, "conflicting_columns", "top_p", [0.1, 0.2]],
  ["two JSON columns", { parameters: "{}", runtime_params: {} }, "conflicting_columns", "parameters", "{}"],
  ["broken JSON", { parameters: "{" }, "invalid_json", "parameters", "{"],
  ["a list for JSON", { parameters: [1] }, "invalid_json", "parameters", [1]],
  ["a row switched off", { is_active: 0, temperature: 1 }, "inactive_profile", "is_active", 0],
];

for (const [name, profile, code, column, value] of wrongProfiles) {
  test(`profile with ${name} is an error that names column and value`, () => {
    const error = faultOf(() => resolve(profile));
    assert.deepEqual([error.code, error.column, error.value], [code, `ai_execution_profiles.${column}`, value]);
    assert.ok(error.message.startsWith(error.column));
  });
}

for (const [name, profile, column] of [
  ["JSON", { parameters: { keep_alive: 0, temperature: 0 } }, "parameters.keep_alive"],
  ["JSON text in camel case", { runtime_params: '{"keepAlive": "5m", "temperature": 0}' }, "runtime_params.keepAlive"],
  ["a column", { keep_alive: "-1", temperature: 0 }, "keep_alive"],
]) {
  test(`keep_alive in the profile's ${name} is dropped and reported`, () => {
    const { fields, notes } = resolve(profile);
    assert.deepEqual(fields.runtimeParams, { temperature: 0 });
    assert.equal(notes.length, 1);
    assert.ok(notes[0].startsWith(`ai_execution_profiles.${column} was dropped`));
  });
}

test("a keep_alive that is null is nothing to report", () => {
  assert.deepEqual(resolve({ parameters: { keep_alive: null } }).notes, []);
});

test("an unknown name in JSON is dropped and reported, an unknown column is nobody's mistake", () => {
  const { fields, notes } = resolve({ id: 1, description: "x", parameters: { mirostat: 1, seed: 2 } });
  assert.deepEqual(fields.runtimeParams, { seed: 2 });
  assert.deepEqual(notes, [
    "ai_execution_profiles.parameters.mirostat was dropped: the service knows no such parameter.",
  ]);
});

test("a missing profile row is reported", () => assert.equal(resolve(undefined).notes.length, 1));

test("overrides win in every spelling, and a null override is none", () => {
  const profile = { temperature: "0.1", top_p: "0.6", max_tokens: 100, seed: 9 };
  const overrides = { temperature: 0, topP: "0.5", maxTokens: null, runtimeParams: { repeat_penalty: 1.2, seed: 0 } };
  assert.deepEqual(resolve(profile, { overrides }).fields.runtimeParams, {
    temperature: 0,
    top_p: 0.5,
    repeat_penalty: 1.2,
    max_tokens: 100,
    seed: 0,
  });
});

test("a broken value that an override replaces is not judged", () => {
  const { fields } = resolve({ temperature: "NaN" }, { overrides: { temperature: 0.2 } });
  assert.deepEqual(fields.runtimeParams, { temperature: 0.2 });
});

test("a wrong override is named as one", () => {
  const error = faultOf(() => resolve(null, { overrides: { topP: Number.NaN } }));
  assert.deepEqual([error.code, error.column], ["invalid_number", "overrides.topP"]);
});

test("the other fields of a request come from overrides alone, and 0 and false are values", () => {
  const overrides = {
    engine: "np-dms-ocr",
    maxPages: 0,
    pages: null,
    includePages: false,
    onPageError: "skip",
    textLayerFormat: "plain",
  };
  assert.deepEqual(resolve(null, { overrides }).fields, {
    systemPrompt,
    engine: "np-dms-ocr",
    maxPages: 0,
    includePages: false,
    onPageError: "skip",
    textLayerFormat: "plain",
  });
});

const withConfig = (context_config) => resolve(null, { prompt: { ...prompt, context_config } }).fields.dmsTags;

for (const [name, config, tags] of [
  ["nothing", null, undefined],
  ["an object without tags", { other: 1 }, undefined],
  ["tags as an object", { dmsTags: { document_number: "", project: true } }, ["document_number", "project"]],
  ["tags as a list", { dmsTags: ["a", "b-2"] }, ["a", "b-2"]],
  ["tags as JSON text", { dmsTags: '{"a": ""}' }, ["a"]],
  ["JSON text", '{"dmsTags": {"a": ""}}', ["a"]],
  ["JSON text with tags as JSON text", '{"dmsTags": "[\\"a\\"]"}', ["a"]],
  ["tags in snake case", { dms_tags: ["a"] }, ["a"]],
  ["tags that are null", { dmsTags: null }, undefined],
  ["no tags, so the service's own", { dmsTags: {} }, undefined],
]) {
  test(`context_config with ${name}`, () => assert.deepEqual(withConfig(config), tags));
}

test("context_config in camel case is read, too", () => {
  const row = { template: "x", isActive: true, contextConfig: '{"dmsTags":["a"]}' };
  assert.deepEqual(resolve(null, { prompt: row }).fields, { systemPrompt: "x", dmsTags: ["a"] });
});

for (const [name, config, code, column] of [
  ["broken JSON", "{", "invalid_json", "context_config"],
  ["a list", [], "invalid_json", "context_config"],
  ["tags that are a number", { dmsTags: 5 }, "invalid_json", "context_config.dmsTags"],
  ["tags that are no JSON", { dmsTags: "a, b" }, "invalid_json", "context_config.dmsTags"],
  ["a tag that the service refuses", { dmsTags: { เลขที่: "" } }, "invalid_tag", "context_config.dmsTags"],
  ["a tag that is no name", { dmsTags: [{ name: "a" }] }, "invalid_tag", "context_config.dmsTags"],
  [
    "too many tags",
    { dmsTags: Array.from({ length: 51 }, (_, at) => `t${at}`) },
    "invalid_tag",
    "context_config.dmsTags",
  ],
]) {
  test(`context_config with ${name} is an error that names it`, () => {
    const error = faultOf(() => withConfig(config));
    assert.deepEqual([error.code, error.column], [code, `ai_prompts.${column}`]);
  });
}

test("context_config may hold as many tags as the service takes", () => {
  const dmsTags = Array.from({ length: 50 }, (_, at) => `t${at}`);
  assert.deepEqual(withConfig({ dmsTags }), dmsTags);
});

test("override tags win, and an empty list asks for the service's own", () => {
  const row = { ...prompt, context_config: { dmsTags: ["a"] } };
  const tagsWith = (dmsTags) => resolve(null, { prompt: row, overrides: { dmsTags } }).fields.dmsTags;
  assert.deepEqual(tagsWith(["b"]), ["b"]);
  assert.deepEqual(tagsWith('{"c": ""}'), ["c"]);
  assert.deepEqual(tagsWith([]), undefined);
  assert.deepEqual(tagsWith(null), ["a"]);
});

for (const [name, row] of [
  ["no row", null],
  ["an undefined row", undefined],
  ["a row that is switched off", { ...prompt, is_active: 0 }],
  ["a row that is switched off in text", { ...prompt, is_active: "0" }],
  ["a row that is switched off in camel case", { template: "x", isActive: false }],
  ["a row that is switched off in a BIT column", { ...prompt, is_active: new Uint8Array([0]) }],
]) {
  test(`prompt: ${name} is no active prompt`, () => {
    const error = faultOf(() => resolve(null, { prompt: row }));
    assert.deepEqual([error.code, error.column], ["no_active_prompt", "ai_prompts"]);
  });
}

for (const is_active of [1, true, "1", new Uint8Array([1]), new Uint8Array([0, 1]), null, undefined]) {
  test(`prompt: is_active ${String(is_active)} counts as active`, () => {
    assert.equal(resolve(null, { prompt: { ...prompt, is_active } }).fields.systemPrompt, systemPrompt);
  });
}

test("an override of the prompt needs no row", () => {
  const { fields } = resolve(null, { prompt: null, overrides: { systemPrompt: "Draft." } });
  assert.deepEqual(fields, { systemPrompt: "Draft." });
});

for (const [column, settings] of [
  ["ai_prompts.template", { prompt: { ...prompt, template: "  " } }],
  ["ai_prompts.template", { prompt: { ...prompt, template: null } }],
  ["overrides.systemPrompt", { overrides: { systemPrompt: " " } }],
]) {
  test(`a blank prompt in ${column} is an error: ${JSON.stringify(settings)}`, () => {
    const error = faultOf(() => resolve(null, settings));
    assert.deepEqual([error.code, error.column], ["blank_prompt", column]);
  });
}

test("the rows are left as they were", () => {
  const profile = Object.freeze({ parameters: Object.freeze({ keep_alive: 1 }) });
  resolve(profile, { overrides: Object.freeze({ topP: 1 }) });
});

function faultOf(action) {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof OcrSettingsError, String(error));
    return error;
  }
  return assert.fail("nothing was thrown");
}
