import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ocrEvent } from "../../src/http/answers/ocr-events.ts";
import { openApiFile, readOpenApiText } from "../support/openapi-text.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { scan } from "../support/scan.ts";
import { startWithOllama } from "../support/sidecar-with-ollama.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const content = z.record(z.string(), z.object({ example: z.unknown().optional(), examples: z.unknown().optional() }));
const operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  tags: z.array(z.string()).length(1),
  security: z.array(z.unknown()).optional(),
  requestBody: z.object({ content }).optional(),
  responses: z.record(
    z.string(),
    z.object({ description: z.string(), headers: z.record(z.string(), z.unknown()).optional(), content }),
  ),
});
const documentSchema = z.object({
  info: z.object({ description: z.string(), license: z.object({ name: z.literal("AGPL-3.0-or-later") }) }),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  security: z.array(z.record(z.string(), z.unknown())),
  components: z.object({
    securitySchemes: z.record(z.string(), z.unknown()),
    schemas: z.record(z.string(), z.unknown()),
  }),
  paths: z.record(z.string(), z.record(z.string(), operation)),
});

let text: string;
let document: z.output<typeof documentSchema>;
let operations: { name: string; path: string; operation: z.output<typeof operation> }[];
beforeAll(async () => {
  text = await readOpenApiText();
  document = documentSchema.parse(JSON.parse(text));
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, found]) => ({ name: `${method} ${path}`, path, operation: found })),
  );
});

const open = new Set(["/health", "/ready"]);

describe("the OpenAPI document", () => {
  test("is the one in the repository; `bun run docs:openapi` rewrites it", async () => {
    expect(text).toBe(await readFile(openApiFile, "utf8"));
  });

  test("refers only to what it holds", () => {
    const references = [...text.matchAll(/"\$ref": "#\/([^"]+)"/g)].map((match) => match[1] ?? "");
    expect(references.length).toBeGreaterThan(0);
    expect(references.filter((reference) => !holds(JSON.parse(text), reference.split("/")))).toEqual([]);
  });

  test("gives every operation an id of its own and a tag that is described", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = new Set(document.tags.map(({ name }) => name));
    expect(operations.filter(({ operation }) => operation.tags.some((tag) => !tags.has(tag)))).toEqual([]);
  });

  test("shows an example of every body that is sent or answered, and at least one error of each operation", () => {
    const bare = operations.flatMap(({ name, operation: { requestBody, responses } }) => {
      const bodies = [requestBody?.content ?? {}, ...Object.values(responses).map((response) => response.content)];
      const media = bodies.flatMap((body) => Object.values(body));
      const complete = media.every(({ example, examples }) => example !== undefined || examples !== undefined);
      return complete && Object.keys(responses).some((status) => Number(status) >= 400) ? [] : [name];
    });
    expect(bare).toEqual([]);
  });

  test("asks for a key, in either spelling, wherever the service does", () => {
    expect(document.security).toEqual([{ ApiKey: [] }, { Bearer: [] }]);
    expect(Object.keys(document.components.securitySchemes).sort()).toEqual(["ApiKey", "Bearer"]);
    for (const { path, operation } of operations) {
      expect({ path, security: operation.security }).toEqual({ path, security: open.has(path) ? [] : undefined });
      expect({ path, has401: "401" in operation.responses }).toEqual({ path, has401: !open.has(path) });
    }
  });

  test("names the headers of every answer", () => {
    for (const { operation, path } of operations) {
      for (const [status, response] of Object.entries(operation.responses)) {
        const headers = Object.keys(response.headers ?? {});
        expect({ path, status, headers }).toMatchObject({ headers: expect.arrayContaining(["X-Request-Id"]) });
        if (status === "503" && path !== "/ready") expect(headers).toContain("Retry-After");
      }
    }
  });
});

test("real event streams are what the component OcrEvent says", async () => {
  await using world = await startWithOllama({}, { OCR_PAGE_ATTEMPTS: "1" });
  const init = { headers: { Accept: "text/event-stream" } };
  const typed = buildPdf([{ kind: "text", lines: Array(6).fill("A typed page with quite enough characters on it.") }]);
  const good = await world.sidecar.upload(typed, { includePages: "true" }, init);
  world.fake.fail("crash");
  const bad = await world.sidecar.upload(scan(1), {}, init);
  const names = [await good.text(), await bad.text()].map((stream) => parseEvents(stream).map(({ event }) => event));
  expect(names).toEqual([
    ["plan", "page", "done"],
    ["plan", "error"],
  ]);
});

function parseEvents(stream: string): z.output<typeof ocrEvent>[] {
  const blocks = stream.split("\n\n").filter((block) => block.startsWith("event: "));
  return blocks.map((block) => {
    const [, event, data] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? [];
    return ocrEvent.parse({ event, data: JSON.parse(data ?? "") });
  });
}

function holds(value: unknown, path: readonly string[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return true;
  return typeof value === "object" && value !== null && first in value && holds(Reflect.get(value, first), rest);
}
