import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { unknownFieldWarnings } from "../../src/http/intake/unknown-fields.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { startSidecar, type TestSidecar } from "../support/sidecar.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const known = {
  fields: ["pdfPath", "maxPages", "pages", "engine", "systemPrompt", "system_prompt", "includePages", "keep_alive"],
  parameters: ["temperature", "top_p", "max_tokens", "keep_alive"],
};

describe("what is said of an unknown field", () => {
  test.each<[string, string]>([
    ["maxPage", "field `maxPage` is unknown; did you mean `maxPages`?"],
    ["max_pages", "field `max_pages` is unknown; did you mean `maxPages`?"],
    ["MAXPAGES", "field `MAXPAGES` is unknown; did you mean `maxPages`?"],
    ["maxPgaes", "field `maxPgaes` is unknown; did you mean `maxPages`?"],
    // Three letters are wrong, and none is swapped with its neighbour.
    ["maptagas", "field `maptagas` is unknown"],
    ["include-pages", "field `include-pages` is unknown; did you mean `includePages`?"],
    ["system prompt", "field `system prompt` is unknown; did you mean `systemPrompt`?"],
    ["engin", "field `engin` is unknown; did you mean `engine`?"],
    ["temperature", "field `temperature` is unknown; did you mean `temperature` inside `runtimeParams`?"],
    ["maxTokens", "field `maxTokens` is unknown; did you mean `max_tokens` inside `runtimeParams`?"],
    ["keepAlive", "field `keepAlive` is unknown"],
    ["language", "field `language` is unknown"],
    ["p", "field `p` is unknown"],
    ["", "field `` is unknown"],
    ["__proto__", "field `__proto__` is unknown"],
    ["a\r\nb\u001b[31m`c`\u202e\u2028", "field `ab[31mc` is unknown"],
    ["ภาษา", "field `ภาษา` is unknown"],
    ["x".repeat(40), `field \`${"x".repeat(40)}\` is unknown`],
    ["x".repeat(41), `field \`${"x".repeat(40)}…\` is unknown`],
    ["😀".repeat(100_000), `field \`${"😀".repeat(40)}…\` is unknown`],
  ])("%p", (name, warning) => {
    expect(unknownFieldWarnings([name], known)).toEqual([warning]);
  });

  test("is said of five, and of the others how many they are", () => {
    const names = Array.from({ length: 1000 }, (_, index) => `field ${index}`);
    const warnings = unknownFieldWarnings(names, known);
    expect(warnings).toHaveLength(6);
    expect(warnings.at(-1)).toBe("995 more fields are unknown");
    expect(unknownFieldWarnings(names.slice(0, 6), known).at(-1)).toBe("1 more field is unknown");
  });
});

describe("the answer of a document", () => {
  let sidecar: TestSidecar;
  const pdf = buildPdf([{ kind: "text", lines: Array(5).fill("A typed page with quite enough characters on it.") }]);
  beforeAll(async () => {
    sidecar = await startSidecar({});
    writeFileSync(join(sidecar.base, "letter.pdf"), pdf);
  });
  afterAll(() => sidecar[Symbol.asyncDispose]());
  const pdfPath = () => join(sidecar.base, "letter.pdf");

  test("names the unknown fields of a form, but those that are empty", async () => {
    const body = await (await sidecar.upload(pdf, { max_pages: "1", lang: "th", top_p: "0.5", note: " " })).json();
    expect(body.warnings).toEqual([
      "field `max_pages` is unknown; did you mean `maxPages`?",
      "field `lang` is unknown",
      "field `top_p` is unknown; did you mean `topP`?",
    ]);
    expect(body.pageCount).toBe(1);
  });

  test("names the unknown fields of JSON, but those that are null", async () => {
    const sent = { pdfPath: pdfPath(), max_pages: 1, temperature: 0.1, lang: null };
    expect((await (await sidecar.post("/ocr", sent)).json()).warnings).toEqual([
      "field `max_pages` is unknown; did you mean `maxPages`?",
      "field `temperature` is unknown; did you mean `temperature` inside `runtimeParams`?",
    ]);
  });

  test("says nothing of known fields", async () => {
    const form = { engine: "auto", maxPages: "1", temperature: "0", topP: "0.5", dmsTags: "[]", onPageError: "skip" };
    expect((await (await sidecar.upload(pdf, form)).json()).warnings).toEqual([]);
    const sent = { pdfPath: pdfPath(), maxPages: 1, runtime_params: { top_p: 0.5 }, includePages: false, pages: null };
    expect((await (await sidecar.post("/ocr", sent)).json()).warnings).toEqual([]);
  });
});

describe("a JSON body", () => {
  let sidecar: TestSidecar;
  beforeAll(async () => {
    sidecar = await startSidecar({});
  });
  afterAll(() => sidecar[Symbol.asyncDispose]());

  const send = (path: string, body: Uint8Array) =>
    sidecar.call(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: new Uint8Array(body),
    });
  const latin1 = (text: string) => Buffer.from(text, "latin1");

  test.each<[string, string, Uint8Array]>([
    ["in Latin-1", "/ocr", latin1('{"pdfPath":"/mnt/caf\xe9.pdf"}')],
    ["in TIS-620", "/embed", latin1('{"text":"\xb7\xb4\xca\xcd\xba"}')],
    ["in UTF-16", "/ocr", Buffer.from('\ufeff{"pdfPath":"/x.pdf"}', "utf16le")],
    ["that ends within a character", "/rerank", latin1('{"query":"\xe0\xb8')],
    ["with half a pair written as UTF-8", "/v1/embeddings", latin1('{"input":"\xed\xa0\x80"}')],
  ])("%s is refused at %s", async (_encoding, path, body) => {
    const response = await send(path, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: "invalid_json",
      detail: "The body is not valid UTF-8; send JSON in UTF-8.",
    });
  });

  test("may begin with a byte order mark", async () => {
    const response = await send("/ocr", Buffer.from('\ufeff{"pdfPath":"/nowhere/แบบ.pdf"}'));
    expect(await response.json()).toMatchObject({ code: "path_outside_base" });
  });
});
