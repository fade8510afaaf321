import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { buildPdf } from "../support/pdf-builder.ts";
import { type ServiceProcess, startServiceProcess } from "../support/service-process.ts";

setDefaultTimeout(60_000);

const mebibyte = 1024 * 1024;
/** As much as the endpoints take. */
const [retrievalBytes, ocrBytes] = [32 * mebibyte - 1024, mebibyte - 4096];
/** Parsed and judged as they are, these bodies take gigabytes. */
const maxPeakBytes = 1024 * mebibyte;

const filled = (unit: string, bytes: number) => unit.repeat(Math.floor(bytes / unit.length));
const listOf = (item: string, bytes: number) => `[${filled(`${item},`, bytes)}${item}]`;
const keys = (count: number) =>
  JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, 1])));
const file = buildPdf([{ kind: "text", lines: ["A typed page."] }]);

let service: ServiceProcess;
beforeAll(async () => {
  service = await startServiceProcess({ PDF_WORKERS: "1" });
});
afterAll(() => service[Symbol.asyncDispose]());

async function send(path: string, body: string | FormData) {
  const headers: Record<string, string> = typeof body === "string" ? { "Content-Type": "application/json" } : {};
  const response = await fetch(service.url + path, { method: "POST", headers, body });
  const text = await response.text();
  const { code, detail, errors = [] } = JSON.parse(text);
  expect(text.length).toBeLessThan(20_000);
  expect(errors.length).toBeLessThanOrEqual(20);
  expect(await service.peakResidentBytes()).toBeLessThan(maxPeakBytes);
  return { status: response.status, code, detail };
}

function sendForm(field: string, json: string, more: Record<string, string> = {}) {
  const form = new FormData();
  form.set("file", new Blob([file]));
  for (const [name, value] of Object.entries({ ...more, [field]: json })) form.set(name, value);
  return send("/ocr-upload", form);
}

describe("a list that is too long", () => {
  test.each([
    ["/embed", "texts", 64, "1"],
    ["/embed", "texts", 64, '""'],
    ["/rerank", "chunks", 1000, "{}"],
    ["/v1/embeddings", "input", 2048, "1"],
    ["/v1/embeddings", "input", 2048, "[1]"],
    ["/v1/rerank", "documents", 1000, "1"],
    ["/v1/rerank", "documents", 1000, '{"text":1}'],
  ])("at %s, of %s beyond %i like %s, is counted and nothing else", async (path, field, max, item) => {
    const list = listOf(item, retrievalBytes);
    const count = Math.round((list.length - 1) / (item.length + 1));
    const detail = `${field} holds ${count} texts; at most ${max} are accepted in one request.`;
    const expected = { status: 413, code: "too_many_texts", detail };
    const body = `{"query":"q","${field}":${list}}`;
    expect(await send(path, body)).toEqual(expected);
    const eight = await Promise.all(Array.from({ length: 8 }, () => send(path, body)));
    expect(eight).toEqual(Array(8).fill(expected));
  });

  test.each([
    ["/embed", "texts", 64],
    ["/rerank", "chunks", 1000],
    ["/v1/embeddings", "input", 2048],
    ["/v1/rerank", "documents", 1000],
  ])("at %s, of %s, begins behind %i", async (path, field, max) => {
    const body = (count: number) => JSON.stringify({ query: "q", [field]: Array(count).fill("a") });
    expect(await send(path, body(max))).toMatchObject({ status: 503, code: "model_unavailable" });
    expect(await send(path, body(max + 1))).toMatchObject({ status: 413, code: "too_many_texts" });
  });

  test.each([
    ["numbers", listOf("1", ocrBytes), Math.floor(ocrBytes / 2) + 1],
    ["blanks", listOf('""', ocrBytes), Math.floor(ocrBytes / 3) + 1],
    ["keys", keys(80_000), 80_000],
  ])("of tags that are %s is refused as before, as JSON and in a form", async (_, tags, count) => {
    const detail = `dmsTags holds ${count} names; at most 50 are accepted.`;
    const expected = { status: 400, code: "invalid_request", detail };
    expect(await send("/ocr", `{"pdfPath":"/x","dmsTags":${tags}}`)).toEqual(expected);
    expect(await send("/ocr", `{"pdfPath":"/x","dms_tags":${tags}}`)).toEqual(expected);
    expect(await sendForm("dmsTags", tags)).toEqual(expected);
  });

  test("of parameters is refused with the names that there are, as JSON and in a form", async () => {
    const params = keys(80_000);
    const detail = expect.stringContaining("runtimeParams holds 80000 parameters; there are only temperature, top_p,");
    const expected = { status: 400, code: "invalid_request", detail };
    expect(await send("/ocr", `{"pdfPath":"/x","runtimeParams":${params}}`)).toEqual(expected);
    expect(await sendForm("runtimeParams", params)).toEqual(expected);
    expect(await sendForm("runtimeParams", params, { temperature: "0" })).toMatchObject({ status: 400 });
  });
});

describe("a body", () => {
  test.each([
    ["brackets", `{"query":"q","documents":${filled("[", retrievalBytes)}`],
    ["keys", `{"query":"q","documents":${keys(2_000_000)}}`],
    ["nothing but keys", keys(2_000_000)],
    ["digits", `{"query":"q","documents":[${filled("1", retrievalBytes)}]}`],
    ["a nameless list", listOf("1", retrievalBytes)],
  ])("of %s is refused before it is parsed", async (_, body) => {
    const detail = "The body holds more than 512 KiB beside its texts.";
    expect(await send("/v1/rerank", body)).toEqual({ status: 413, code: "body_too_large", detail });
  });

  test.each([
    ["/embed", { texts: Array(64).fill(1) }],
    ["/rerank", { query: "q", chunks: Array(1000).fill({ text: 7 }) }],
    ["/v1/embeddings", { input: Array(2048).fill([1]) }],
    ["/v1/rerank", { query: "q", documents: Array(1000).fill({ text: ["a".repeat(20_000)] }) }],
    ["/embed", { text: ["a".repeat(30 * mebibyte)] }],
    ["/v1/embeddings", { input: "a", encoding_format: "a".repeat(30 * mebibyte) }],
    ["/rerank", { chunks: Array(1000).fill("a".repeat(30_000)) }],
    ["/ocr", { pdfPath: "/x", runtimeParams: { ["a".repeat(1_000_000)]: 1 } }],
    ["/ocr", { pdfPath: "/x", dmsTags: { ["a".repeat(1_000_000)]: 1 } }],
    ["/ocr", { pdfPath: "/x", engine: "a".repeat(1_000_000) }],
    ["/ocr", { pdfPath: "a".repeat(1_000_000) }],
  ])("with many or long faults at %s is answered with a few short sentences", async (path, body) => {
    expect(await send(path, JSON.stringify(body))).toMatchObject({ status: 400 });
  });

  test("of long texts is taken as a whole", async () => {
    const chunks = Array.from({ length: 1000 }, () => "ก".repeat(8192));
    const answer = await send("/rerank", JSON.stringify({ query: "q", chunks }));
    expect(answer).toMatchObject({ status: 503, code: "model_unavailable" });
  });
});
