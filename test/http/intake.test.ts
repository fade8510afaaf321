import { describe, expect, test } from "bun:test";
import { Hono } from "hono";
import { SidecarError } from "../../src/errors.ts";
import { isHost } from "../../src/http/access/host-header.ts";
import type { AppEnv } from "../../src/http/context.ts";
import { absoluteUrl } from "../../src/http/intake/absolute-url.ts";
import { discard, readBody } from "../../src/http/intake/body.ts";
import { createByteBudget } from "../../src/http/intake/byte-budget.ts";
import { booleanOf, numberOf } from "../../src/http/intake/field-text.ts";
import { createFormFields } from "../../src/http/intake/form-fields.ts";
import { createInFlight, runningRequest } from "../../src/http/intake/in-flight.ts";
import { ocrFields, toOrder } from "../../src/http/intake/ocr-fields.ts";
import { unknownFieldWarnings } from "../../src/http/intake/unknown-fields.ts";
import { receiveUpload } from "../../src/http/intake/upload.ts";
import { openWork } from "../../src/http/intake/work.ts";
import { fakeServices } from "../support/fake-services.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { until } from "../support/until.ts";

const { signal } = new AbortController();

/** A request whose body comes in such pieces, and then goes on or ends. */
function requestOf(pieces: readonly number[], { ends = true, headers = {} as Record<string, string> } = {}) {
  const seen = { cancelled: false, pulled: 0 };
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const bytes = pieces[seen.pulled];
        seen.pulled += 1;
        if (bytes !== undefined) controller.enqueue(new Uint8Array(bytes));
        else if (ends) controller.close();
        else await new Promise(() => undefined);
      },
      cancel: () => {
        seen.cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { request: new Request("http://x/", { method: "POST", body, headers }), seen };
}

async function read(request: Request, maxBytes: number, timeoutMs = 5000, within = signal) {
  let bytes = 0;
  for await (const chunk of readBody(request, { maxBytes, timeoutMs }, within)) bytes += chunk.byteLength;
  return bytes;
}

describe("a body", () => {
  test("may have as many bytes as it may, and not one more", async () => {
    expect(await read(requestOf([60, 40]).request, 100)).toBe(100);
    const { request, seen } = requestOf([60, 41, 50]);
    expect(await refusalOf(read(request, 100))).toMatchObject({ code: "body_too_large" });
    expect(seen.cancelled).toBe(true);
  });

  test("that is declared too large is not even begun", async () => {
    const { request, seen } = requestOf([1], { headers: { "Content-Length": "101" } });
    expect(await refusalOf(read(request, 100))).toMatchObject({ code: "body_too_large" });
    expect(seen.pulled).toBe(0);
    expect(await read(requestOf([100], { headers: { "Content-Length": "100" } }).request, 100)).toBe(100);
    expect(await read(new Request("http://x/"), 100)).toBe(0);
  });

  test("that does not come in time is not listened to any longer", async () => {
    const { request, seen } = requestOf([10], { ends: false });
    expect(await refusalOf(read(request, 100, 20))).toMatchObject({
      code: "body_timeout",
      message: "The request did not arrive within 0.02 s.",
    });
    expect(seen.cancelled).toBe(true);
  });

  test("of a caller who goes ends with that, while it comes and before", async () => {
    const reason = new SidecarError("client_gone", "Gone.");
    const { request, seen } = requestOf([10], { ends: false });
    const caller = new AbortController();
    const refusal = refusalOf(read(request, 100, 5000, caller.signal));
    await until(() => seen.pulled === 2);
    caller.abort(reason);
    expect(await refusal).toBe(reason);
    expect(seen.cancelled).toBe(true);
    expect(await refusalOf(read(requestOf([10]).request, 100, 5000, AbortSignal.abort(reason)))).toBe(reason);
  });

  test("whose reader stops early is let go", async () => {
    const { request, seen } = requestOf([10, 10, 10]);
    for await (const _ of readBody(request, { maxBytes: 100, timeoutMs: 5000 }, signal)) break;
    expect(seen.cancelled).toBe(true);
  });
});

describe("a body that nobody wants", () => {
  test("is heard out as long as something comes within the patience, however long in all", async () => {
    let pieces = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        await Bun.sleep(60);
        pieces += 1;
        if (pieces > 6) controller.close();
        else controller.enqueue(new Uint8Array(1));
      },
    });
    await discard(body, { silentMs: 300, longestMs: 60_000 }, signal);
    expect(pieces).toBe(7);
  });

  test("is thrown away behind the answer, whose connection then ends", async () => {
    const app = new Hono().use(openWork({ stopping: signal, idleTimeoutSeconds: 1 })).post("/", (c) => c.text("no"));
    const { request, seen } = requestOf([10, 10]);
    const response = await app.request(request, undefined, {});
    expect(response.headers.get("Connection")).toBe("close");
    expect(seen.pulled).toBeLessThan(3);
    expect(await response.text()).toBe("no");
    expect(seen.pulled).toBe(3);
  });

  test("holds nobody up where the service stops", async () => {
    const app = new Hono()
      .use(openWork({ stopping: AbortSignal.abort(), idleTimeoutSeconds: 1 }))
      .post("/", (c) => c.text("no"));
    expect(await (await app.request(requestOf([10], { ends: false }).request, undefined, {})).text()).toBe("no");
  });

  test("that was read leaves the connection open", async () => {
    const app = new Hono()
      .use(openWork({ stopping: signal, idleTimeoutSeconds: 1 }))
      .post("/", async (c) => c.text(await c.req.text()));
    expect((await app.request(requestOf([10]).request, undefined, {})).headers.get("Connection")).toBeNull();
    expect((await app.request("/", { method: "POST" }, {})).headers.get("Connection")).toBeNull();
  });
});

test("the budget is spent to the last byte, and a refusal takes nothing", () => {
  const budget = createByteBudget({ maxBytes: 100 });
  const [one, two] = [budget.open("ocr_busy"), budget.open("ocr_busy")];
  one.take(60);
  two.take(40);
  expect(budget.heldBytes).toBe(100);
  expect(() => two.take(1)).toThrow(expect.objectContaining({ retryAfterSeconds: 5 }));
  two.release();
  expect(budget.heldBytes).toBe(60);
  const three = budget.open("retrieval_busy");
  expect(() => three.take(41)).toThrow();
  three.release();
  expect(budget.heldBytes).toBe(60);
  one.take(1000);
});

test("those who wait for the end of all requests are each told, once", async () => {
  const inFlight = createInFlight();
  const leave = inFlight.enter({ requestId: "1", path: "/" });
  const told: number[] = [];
  const waiting = [1, 2].map((who) => inFlight.whenIdle(signal).then(() => told.push(who)));
  leave();
  await Promise.all(waiting);
  expect(told).toEqual([1, 2]);
});

test.each([
  ["http://host/a?b", "http://host/a?b"],
  ["/a?u=http://evil/b", "http://localhost/a?u=http://evil/b"],
  ["http://a b/c?d", "http://localhost/c?d"],
  ["http://a b?d", "http://localhost?d"],
])("another request than %s is made to %s", (url, expected) => {
  expect(absoluteUrl(url)).toBe(expected);
});

test.each([
  ["host", true],
  ["host:65535", true],
  ["host:65536", false],
  ["host:", true],
  ["a b", false],
  ["[::1]", true],
  ["[::1]:80", true],
  ["[10.0.0.1]", false],
  ["[::g]", false],
  ["a,b", false],
  ["", false],
])("%p is a Host: %p", (host, isOne) => {
  expect(isHost(host)).toBe(isOne);
});

test("of a field with a short name no other is advised than one that differs by a quarter of its letters", () => {
  const known = { fields: ["pages", "keep_alive"], parameters: ["top_p", "num_ctx"] };
  expect(unknownFieldWarnings(["page", "pag", "PAGES_", "nmctx", "keep_aliv"], known)).toEqual([
    "field `page` is unknown; did you mean `pages`?",
    "field `pag` is unknown",
    "field `PAGES_` is unknown; did you mean `pages`?",
    "field `nmctx` is unknown; did you mean `num_ctx` inside `runtimeParams`?",
    "field `keep_aliv` is unknown",
  ]);
  expect(unknownFieldWarnings(Array(6).fill("x".repeat(41)), known).slice(-2)).toEqual([
    `field \`${"x".repeat(40)}…\` is unknown`,
    "1 more field is unknown",
  ]);
  expect(unknownFieldWarnings(Array(7).fill("x"), known).at(-1)).toBe("2 more fields are unknown");
});

test("a running request is told with its path and the size that it declared, where that is one", async () => {
  const told: unknown[] = [];
  const app = new Hono<AppEnv>().post("/ocr", (c) => {
    c.set("requestId", "r");
    told.push(runningRequest(c));
    return c.text("");
  });
  for (const declared of ["12", "", "x", "1".repeat(16)])
    await app.request("/ocr", { method: "POST", headers: { "Content-Length": declared } });
  const plain = { requestId: "r", path: "/ocr" };
  expect(told).toEqual([{ ...plain, bodyBytes: 12 }, plain, plain, plain]);
});

describe("the text of a field", () => {
  test.each([
    ["1", 1],
    [" -1.5e-3 ", -0.0015],
    ["+.5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    [undefined, undefined],
  ])("%p is the number %p", (text, expected) => {
    expect(numberOf("f", text)).toBe(expected);
  });

  test.each(["", "one", "0x10", "1,5", "1 2", "Infinity", "NaN", ".", "1e", "e1", "--1", "1e1.5"])(
    "%p is no number",
    (text) => {
      expect(() => numberOf("f", text)).toThrow("f must be a number.");
    },
  );

  test.each([
    ["true", true],
    [" TRUE ", true],
    ["1", true],
    ["false", false],
    ["0", false],
    [undefined, undefined],
  ])("%p is %p", (text, expected) => {
    expect(booleanOf("f", text)).toBe(expected);
  });

  test.each(["", "yes", "2"])("%p is neither true nor false", (text) => {
    expect(() => booleanOf("f", text)).toThrow("f must be true or false.");
  });
});

describe("the fields of a form", () => {
  const mebibyte = 1024 * 1024;

  test("may take a mebibyte together, names included, and not a byte more", () => {
    const fields = createFormFields();
    fields.begin("ab");
    fields.add(new Uint8Array(10).fill(97));
    fields.begin("c");
    fields.add(new Uint8Array(mebibyte - 13).fill(98));
    expect([...fields.read()].map(([name, text]) => [name, text.length, text.charAt(0)])).toEqual([
      ["ab", 10, "a"],
      ["c", mebibyte - 13, "b"],
    ]);
    expect(() => fields.add(new Uint8Array(1))).toThrow(expect.objectContaining({ code: "body_too_large" }));
  });

  test("come byte by byte as well", () => {
    const fields = createFormFields();
    for (const name of ["a", "b"]) {
      fields.begin(name);
      for (const byte of new TextEncoder().encode(`ก${name}`)) fields.add(Uint8Array.of(byte));
    }
    expect(Object.fromEntries(fields.read())).toEqual({ a: "กa", b: "กb" });
  });
});

describe("an upload", () => {
  const mebibyte = 1024 * 1024;
  const part = (name: string, text = "x") => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`;
  /** What becomes of a form, with what was written and whether it was thrown away. */
  async function upload(text: string, changes: { maxFileBytes?: number; contentType?: string } = {}) {
    const { services, files, told } = fakeServices();
    const { contentType = "multipart/form-data; boundary=b", maxFileBytes = 100 } = changes;
    const request = new Request("http://x/", { method: "POST", body: text, headers: { "Content-Type": contentType } });
    const readFields = (fields: ReadonlyMap<string, string>) => [...fields.keys()];
    const outcome = await receiveUpload(
      request,
      { maxFileBytes, timeoutMs: 5000, spool: services.spool, readFields },
      { signal, hasReceived: () => undefined },
    ).catch((error: SidecarError) => error);
    return { outcome, files, told };
  }

  test("may have as large a file as it may, and not a byte more; nothing is then left of it", async () => {
    const sized = (bytes: number) => upload(`${part("file", "y".repeat(bytes))}--b--`);
    expect((await sized(100)).outcome).toMatchObject({ file: { sizeBytes: 100 }, order: [] });
    const { outcome, told } = await sized(101);
    expect(outcome).toMatchObject({ code: "file_too_large" });
    expect(told).toEqual(["discarded"]);
  });

  test("may have 64 parts and not one more", async () => {
    const parts = (count: number) => Array.from({ length: count }, (_, index) => part(`f${index}`)).join("");
    expect((await upload(`${parts(63)}${part("file")}--b--`)).outcome).toMatchObject({ order: { length: 63 } });
    expect((await upload(`${parts(64)}${part("file")}--b--`)).outcome).toMatchObject({
      issues: [{ path: "form", message: "The form has more than 64 parts" }],
    });
  });

  test("may be a mebibyte larger than its file, and not more", async () => {
    const { outcome } = await upload(`${part("file")}${part("a", "z".repeat(mebibyte - 300))}--b--`);
    expect(outcome).toMatchObject({ order: ["a"] });
    const { outcome: refused, told } = await upload(`${part("file")}--b--${"z".repeat(mebibyte + 100)}`);
    expect(refused).toMatchObject({ code: "body_too_large" });
    expect(told.filter((said) => said === "discarded").length).toBeLessThanOrEqual(1);
  });

  test.each([
    ["a second file", `${part("file")}${part("file")}--b--`, "file"],
    ["no file", `${part("a")}--b--`, "file"],
    ["a field twice", `${part("a")}${part("a")}${part("file")}--b--`, "a"],
    ["no end", part("file"), "form"],
  ])("with %s is refused, and nothing is left of it", async (_, text, path) => {
    const { outcome, told, files } = await upload(text);
    expect(outcome).toMatchObject({ code: "invalid_request", issues: [{ path }] });
    expect(files).toEqual([]);
    expect(told).toEqual(text.includes('"file"') && path !== "a" ? ["discarded"] : []);
  });

  test.each([
    ["multipart/form-data; boundary=b", true],
    ['Multipart/Form-Data; charset=x; boundary="b"', true],
    ["multipart/form-data;boundary=b; x=y", true],
    ["multipart/form-data", false],
    ["multipart/mixed; boundary=b", false],
    ["text/plain; multipart/form-data; boundary=b", false],
    ["multipart/form-data; noboundary=b", false],
  ])("with the Content-Type %p is a form: %p", async (contentType, isForm) => {
    const { outcome } = await upload(`${part("file")}--b--`, { contentType });
    if (isForm) expect(outcome).toHaveProperty("file");
    else expect(outcome).toMatchObject({ issues: [{ path: "Content-Type" }] });
  });

  test("knows a part by its disposition alone, in whatever letters, and by no header that only looks like it", async () => {
    const of = (header: string) => upload(`--b\r\n${header}\r\n\r\nx\r\n${part("file")}--b--`);
    for (const header of [
      'CONTENT-DISPOSITION: form-data; NAME="a"',
      'Content-Type: x\r\nContent-Disposition: form-data; filename="b"; name=a',
      'X-Content-Disposition: form-data; name="b"\r\nContent-Disposition: form-data; name="a"',
    ])
      expect((await of(header)).outcome).toMatchObject({ order: ["a"] });
    expect((await of("Content-Type: text/plain")).outcome).toMatchObject({ order: [""] });
  });
});

describe("what may be asked of a document", () => {
  const valid = (fields: Record<string, unknown>) => {
    try {
      return ocrFields.safeParse(fields).success;
    } catch {
      return false;
    }
  };
  const many = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);

  test.each([
    [{ maxPages: 0 }, true],
    [{ maxPages: -1 }, false],
    [{ maxPages: 1.5 }, false],
    [{ pages: "1".repeat(10_000) }, true],
    [{ pages: "1".repeat(10_001) }, false],
    [{ dmsTags: many(50) }, true],
    [{ dmsTags: many(51) }, false],
    [{ dmsTags: Object.fromEntries(many(50).map((name) => [name, 1])) }, true],
    [{ dmsTags: Object.fromEntries(many(51).map((name) => [name, 1])) }, false],
    [{ dmsTags: "subject" }, false],
    [{ onPageError: "skip" }, true],
    [{ onPageError: "stop" }, false],
    [{ textLayerFormat: "plain" }, true],
    [{ textLayerFormat: "html" }, false],
    [{ includePages: "true" }, false],
    [{ runtimeParams: { temperature: 0 } }, true],
    [{ runtimeParams: { temperature: 2 } }, true],
    [{ runtimeParams: { temperature: 2.01 } }, false],
    [{ runtimeParams: { temperature: -0.01 } }, false],
    [{ runtimeParams: { top_p: 1 } }, true],
    [{ runtimeParams: { top_p: 1.01 } }, false],
    [{ runtimeParams: { top_k: 0 } }, true],
    [{ runtimeParams: { top_k: -1 } }, false],
    [{ runtimeParams: { repeat_penalty: 2 } }, true],
    [{ runtimeParams: { repeat_penalty: 0 } }, false],
    [{ runtimeParams: { repeat_penalty: 2.1 } }, false],
    [{ runtimeParams: { repetition_penalty: 0 } }, false],
    [{ runtimeParams: { repetition_penalty: 2.1 } }, false],
    [{ runtimeParams: { max_tokens: 1 } }, true],
    [{ runtimeParams: { max_tokens: 0 } }, false],
    [{ runtimeParams: { num_ctx: 0 } }, false],
    [{ runtimeParams: { seed: -7 } }, true],
    [{ runtimeParams: { seed: 0.5 } }, false],
    [{ runtimeParams: { other: 1 } }, false],
    [{ runtimeParams: null, dms_tags: null, maxPages: null }, true],
  ])("%j: %p", (fields, isValid) => {
    expect(valid(fields)).toBe(isValid);
  });

  const { limits } = fakeServices().services;

  test("has the service's own defaults where nothing is said, and the same spelling for all", () => {
    expect(toOrder({}, { ...limits, defaultMaxPages: 9, onPageError: "skip", textLayerFormat: "plain" })).toEqual({
      request: {
        engine: "auto",
        maxPages: 9,
        pages: undefined,
        systemPrompt: undefined,
        dmsTags: undefined,
        options: {},
        onPageError: "skip",
        textLayerFormat: "plain",
      },
      includePages: false,
      deltas: false,
      warnings: [],
    });
    const said = {
      maxPages: 0,
      system_prompt: "Read.",
      dms_tags: { subject: 1 },
      runtime_params: {
        temperature: 0,
        top_p: 0.5,
        top_k: 0,
        repetition_penalty: 1.5,
        max_tokens: 7,
        seed: 0,
        num_ctx: 8,
      },
      includePages: true,
      deltas: true,
    };
    expect(toOrder(said, { ...limits, defaultMaxPages: 9 }, ["of the fields"])).toMatchObject({
      request: {
        maxPages: 9,
        systemPrompt: "Read.",
        dmsTags: ["subject"],
        options: { temperature: 0, top_p: 0.5, top_k: 0, repeat_penalty: 1.5, num_predict: 7, seed: 0, num_ctx: 8 },
      },
      includePages: true,
      deltas: true,
      warnings: ["of the fields"],
    });
  });

  test.each([
    ["np-dms-ocr", "np-dms-ocr"],
    [" NP-DMS-OCR:latest ", "np-dms-ocr"],
    ["typhoon-ocr1.5-3b", "np-dms-ocr"],
    ["typhoon-np-dms-ocr:latest", "np-dms-ocr"],
    ["Tesseract", "tesseract"],
    ["AUTO", "auto"],
    ["np-dms-ocr:v2", undefined],
    ["", undefined],
  ] as const)("the engine %p is %p", (engine, expected) => {
    const order = () => toOrder({ engine }, limits).request.engine;
    if (expected === undefined)
      expect(order).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path: "engine" })] }));
    else expect(order()).toBe(expected);
  });

  test.each([
    [{ systemPrompt: "x".repeat(100) }, undefined],
    [{ systemPrompt: "x".repeat(101) }, "systemPrompt"],
    [{ systemPrompt: " \n" }, "systemPrompt"],
    [{ systemPrompt: "a", system_prompt: "b" }, "system_prompt"],
    [{ systemPrompt: "a", system_prompt: null }, undefined],
    [{ dmsTags: ["a"], dms_tags: ["b"] }, "dms_tags"],
    [{ runtimeParams: {}, runtime_params: {} }, "runtime_params"],
    [{ runtimeParams: { repeat_penalty: 1, repetition_penalty: 1 } }, "repetition_penalty"],
    [{ dmsTags: ["a", "1a"] }, "dmsTags.1"],
    [{ dmsTags: [`a${"b".repeat(63)}`] }, undefined],
    [{ dmsTags: [`a${"b".repeat(64)}`] }, "dmsTags.0"],
    [{ dmsTags: ["a b"] }, "dmsTags.0"],
    [{ pages: "1-" }, "pages"],
  ])("%j is refused for %p", (fields, path) => {
    const order = () => toOrder(fields, limits);
    if (path === undefined) expect(order).not.toThrow();
    else expect(order).toThrow(expect.objectContaining({ issues: [expect.objectContaining({ path })] }));
  });

  test.each([[{ keep_alive: 0 }], [{ keep_alive: "" }], [{ runtimeParams: { keep_alive: false } }]])(
    "%j belongs to the policy",
    (fields) => {
      expect(() => toOrder(fields, limits)).toThrow(expect.objectContaining({ code: "keep_alive_not_allowed" }));
    },
  );
});
