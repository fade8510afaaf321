import { describe, expect, test } from "bun:test";
import { getEventListeners } from "node:events";
import { callSignal } from "../../src/client/call-signal.ts";
import { SidecarClientError } from "../../src/client/client-error.ts";
import { parseEvents } from "../../src/client/event-stream.ts";
import { toForm } from "../../src/client/ocr-request.ts";
import { withRetries } from "../../src/client/retry.ts";
import { isSwitchedOff, readJson } from "../../src/client/row.ts";
import { parameterNames, readParameter } from "../../src/client/sampling-parameters.ts";
import { createTransport } from "../../src/client/transport.ts";
import { refusalOf } from "../support/refusal-of.ts";

describe("the signal of a call that is over", () => {
  test("leaves nothing at the caller's, and its time runs no more", async () => {
    const caller = new AbortController();
    const { signal, release } = callSignal(caller.signal, 10);
    expect(getEventListeners(caller.signal, "abort")).toHaveLength(1);
    release();
    expect(getEventListeners(caller.signal, "abort")).toHaveLength(0);
    const { reason } = signal;
    await Bun.sleep(20);
    expect(signal.reason).toBe(reason);
  });

  test.each([undefined, 0])("has no time of its own where that is %p", async (timeoutMs) => {
    const { signal } = callSignal(undefined, timeoutMs);
    await Bun.sleep(5);
    expect(signal.aborted).toBe(false);
  });

  test("is not over at once where its time is longer than a timer may be", async () => {
    const { signal, release } = callSignal(undefined, 2 ** 31);
    await Bun.sleep(5);
    expect(signal.aborted).toBe(false);
    release();
  });
});

describe("a fault without a code that is known", () => {
  test.each([
    [429, true],
    [502, true],
    [503, true],
    [504, true],
    [500, false],
    [501, false],
    [404, false],
    [undefined, false],
  ])("of status %p may pass: %p", (status, retryable) => {
    expect(new SidecarClientError("http_error", "", { status }).retryable).toBe(retryable);
  });

  test("is what its answer says, whatever its code would say", () => {
    const fault = new SidecarClientError("ocr_busy", "m", { retryable: false, status: 418, requestId: "r" });
    expect(fault).toMatchObject({ retryable: false, status: 418, requestId: "r", issues: [], message: "m" });
  });
});

describe("a call that is repeated", () => {
  const policy = { maxAttempts: 3, baseDelayMs: 20, maxDelayMs: 1000 };
  const busy = () => new SidecarClientError("ocr_busy", "Busy.");
  const never = new AbortController().signal;

  test("is made as often as the policy says, and rejects with its last fault", async () => {
    let attempts = 0;
    const last = await refusalOf(
      withRetries(
        async () => {
          attempts += 1;
          throw new SidecarClientError("ocr_busy", `attempt ${attempts}`);
        },
        { ...policy, baseDelayMs: 1 },
        never,
      ),
    );
    expect([attempts, last]).toMatchObject([3, { message: "attempt 3" }]);
  });

  test("waits no longer when its caller has gone, and leaves nothing at the caller's signal", async () => {
    const caller = new AbortController();
    let attempts = 0;
    const call = refusalOf(
      withRetries(
        async () => {
          attempts += 1;
          throw busy();
        },
        { ...policy, baseDelayMs: 60_000, maxDelayMs: 60_000 },
        caller.signal,
      ),
    );
    await Bun.sleep(5);
    const reason = new Error("gone");
    caller.abort(reason);
    expect(await call).toBe(reason);
    expect(attempts).toBe(1);
  });

  test("leaves nothing at the caller's signal when it has waited", async () => {
    const caller = new AbortController();
    let attempts = 0;
    const answer = await withRetries(
      async () => {
        attempts += 1;
        if (attempts < 3) throw busy();
        return "answer";
      },
      { ...policy, baseDelayMs: 1 },
      caller.signal,
    );
    expect([answer, getEventListeners(caller.signal, "abort").length]).toEqual(["answer", 0]);
  });

  test("is not begun for a caller who has gone", async () => {
    const call = withRetries(() => expect.unreachable(), policy, AbortSignal.abort(new Error("gone")));
    expect(await refusalOf(call)).toHaveProperty("message", "gone");
  });
});

describe("a document as a form", () => {
  test("has each field in its own kind, and none that is not there", async () => {
    const form = toForm({
      file: new Uint8Array([1, 2]),
      fileName: "แบบ.pdf",
      ...{ pages: "1-3", maxPages: 0, includePages: false, systemPrompt: "", engine: null, deltas: undefined },
      dmsTags: ["a", "b"],
      runtimeParams: { temperature: 0 },
    });
    const { file, ...fields } = Object.fromEntries(form);
    expect(fields).toEqual({
      ...{ pages: "1-3", maxPages: "0", includePages: "false", systemPrompt: "" },
      dmsTags: '["a","b"]',
      runtimeParams: '{"temperature":0}',
    });
    if (!(file instanceof File)) throw new Error("the file is none");
    expect([file.name, [...(await file.bytes())]]).toEqual(["แบบ.pdf", [1, 2]]);
  });

  test("has a name where none is given", () => {
    const file = toForm({ file: new Blob(["x"]) }).get("file");
    expect(file instanceof File && file.name).toBe("document");
  });
});

describe("a parameter of a row", () => {
  const read = (name: (typeof parameterNames)[number], value: unknown) => {
    try {
      return readParameter("row", { [name]: value }, name);
    } catch {
      return "refused";
    }
  };
  test.each<[(typeof parameterNames)[number], [number, boolean][]]>([
    [
      "temperature",
      [
        [0, true],
        [2, true],
        [2.01, false],
        [-0.01, false],
      ],
    ],
    [
      "top_p",
      [
        [0, true],
        [1, true],
        [1.01, false],
        [-0.01, false],
      ],
    ],
    [
      "top_k",
      [
        [0, true],
        [1.5, false],
        [-1, false],
      ],
    ],
    [
      "repeat_penalty",
      [
        [0, false],
        [0.01, true],
        [2, true],
        [2.01, false],
      ],
    ],
    [
      "max_tokens",
      [
        [0, false],
        [1, true],
        [1.5, false],
        [2 ** 53, false],
      ],
    ],
    [
      "num_ctx",
      [
        [0, false],
        [1, true],
        [1.5, false],
      ],
    ],
    [
      "seed",
      [
        [-1, true],
        [0, true],
        [0.5, false],
      ],
    ],
  ])("%s is taken within its range", (name, values) => {
    for (const [value, isTaken] of values)
      expect([value, read(name, value)]).toEqual([value, isTaken ? value : "refused"]);
  });

  test.each<[unknown, number | "refused" | undefined]>([
    ["0.100", 0.1],
    [" 1e0 ", 1],
    [".5", 0.5],
    ["0x1", "refused"],
    ["1,5", "refused"],
    ["", undefined],
    [" ", undefined],
    [null, undefined],
    [1n, 1],
    [true, "refused"],
    [{}, "refused"],
    [Number.NaN, "refused"],
    [Number.POSITIVE_INFINITY, "refused"],
    ["1e999", "refused"],
  ])("%p is %p", (value, number) => {
    expect(read("temperature", value)).toBe(number);
  });

  test.each<string[]>([
    ["temperature"],
    ["top_p", "topP"],
    ["top_k", "topK"],
    ["repeat_penalty", "repeatPenalty", "repetition_penalty", "repetitionPenalty"],
    ["max_tokens", "maxTokens"],
    ["num_ctx", "numCtx", "ctx_size", "ctxSize"],
    ["seed"],
  ])("%s stands under each of its names, and says where two of them differ", (...columns) => {
    const name = parameterNames.find((known) => known === columns[0]);
    if (name === undefined) throw new Error("there is no such parameter");
    for (const column of columns) expect(readParameter("row", { [column]: "1" }, name)).toBe(1);
    const both = Object.fromEntries(
      columns.map((column, place) => [column, place === 0 ? 1 : name === "top_p" ? 0 : 2]),
    );
    if (columns.length > 1) {
      expect(() => readParameter("row", both, name)).toThrow(`${columns.join(" and ")} are the same parameter`);
      const same = Object.fromEntries(columns.map((column) => [column, 1]));
      expect(readParameter("row", same, name)).toBe(1);
    }
  });
});

test.each<[Record<string, unknown>, boolean]>([
  [{}, false],
  [{ is_active: 1 }, false],
  [{ is_active: 0 }, true],
  [{ isActive: false }, true],
  [{ is_active: " FALSE " }, true],
  [{ is_active: "0" }, true],
  [{ is_active: new Uint8Array([0]) }, true],
  [{ is_active: new Uint8Array([1]) }, false],
  [{ is_active: new Uint8Array([1, 0]) }, false],
  [{ is_active: null, isActive: false }, true],
  [{ is_active: true, isActive: false }, false],
  [{ is_active: "no" }, false],
])("the row %j is switched off: %p", (row, off) => {
  expect(isSwitchedOff(row)).toBe(off);
});

test.each<[unknown, unknown]>([
  ['{"a":1}', { a: 1 }],
  ['"{\\"a\\":1}"', { a: 1 }],
  ['"\\"text\\""', "text"],
  [{ a: 1 }, { a: 1 }],
  ["", undefined],
  ['" "', undefined],
  ["null", undefined],
  [undefined, undefined],
])("the JSON column %j holds %j", (column, held) => {
  expect(readJson("c", column)).toEqual(held);
});

describe("events of a stream", () => {
  async function* piecesOf(pieces: readonly Uint8Array[]) {
    yield* pieces;
  }
  async function eventsOf(...chunks: string[]) {
    const found: string[] = [];
    const bytes = chunks.map((chunk) => Buffer.from(chunk, "latin1"));
    for await (const { event, data } of parseEvents(piecesOf(bytes))) found.push(`${event}=${data}`);
    return found;
  }
  test.each<[string, string[], string[]]>([
    ["have the name message where they have none", ["data: a\n\n"], ["message=a"]],
    ["have a name that is theirs alone", ["event: page\ndata: a\n\ndata: b\n\n"], ["page=a", "message=b"]],
    ["have data of several lines", ["data: a\ndata:b\ndata:  c\n\n"], ["message=a\nb\n c"]],
    ["have data that are theirs alone", ["data: a\n\nevent: x\ndata: b\n\n"], ["message=a", "x=b"]],
    ["without data are none, and their name is forgotten", ["event: x\n\ndata: b\n\n"], ["message=b"]],
    ["may hold comments and other fields", [": hello\nid: 3\ndata: a\nretry\n\n"], ["message=a"]],
    ["end with any line end", ["data: a\r\rdata: b\r\n\r\ndata: c\n\n"], ["message=a", "message=b", "message=c"]],
    ["are cut anywhere", ["da", "ta: a\r", "\n\r", "\ndata: b\n", "\n"], ["message=a", "message=b"]],
    ["are cut in an empty chunk", ["data: a\r", "", "\ndata: b\n\n"], ["message=a\nb"]],
    ["end where a line feed stands alone", ["data: a\n", "\ndata: b\n\n"], ["message=a", "message=b"]],
    ["begin a line where a line feed stands alone behind a chunk", ["data: a", "\n\n"], ["message=a"]],
    ["that the end cuts off are none", ["data: a\n\ndata: b\n"], ["message=a"]],
  ])("%s", async (_, chunks, expected) => {
    expect(await eventsOf(...chunks)).toEqual(expected);
  });

  test.each([
    ["in one line", "data: 12345\n\n"],
    ["in many lines", "data: 1\ndata: 2\n\n"],
    ["in lines that say nothing", ":\n:\n:\n:\n:\n:\n\n"],
  ])("are refused when they are too large, %s", async (_, stream) => {
    const read = async (maxChars: number) => {
      const found: string[] = [];
      const text = `data: a\n\n${stream}data: b\n\n`;
      for await (const { data } of parseEvents(piecesOf([Buffer.from(text)]), maxChars)) found.push(data);
      return found;
    };
    expect(await refusalOf(read(10))).toBeInstanceOf(RangeError);
    expect((await read(20)).at(-1)).toBe("b");
  });

  test("have letters that were cut in two", async () => {
    const bytes = Buffer.from("data: ท่อ\n\n");
    const parts = [bytes.subarray(0, 7), bytes.subarray(7, 11), bytes.subarray(11)];
    const found: string[] = [];
    for await (const { data } of parseEvents(piecesOf(parts))) found.push(data);
    expect(found).toEqual(["ท่อ"]);
  });
});

describe("a request that is sent", () => {
  async function sent(
    baseUrl: string,
    options: Partial<Parameters<ReturnType<typeof createTransport>>[1]> = {},
    body?: object,
  ) {
    const calls: { url: string; headers: Record<string, string>; init: RequestInit }[] = [];
    const send = createTransport({
      baseUrl,
      apiKey: "key",
      fetch: async (url, init) => {
        calls.push({ url, headers: Object.fromEntries(new Headers(init.headers)), init });
        return new Response();
      },
    });
    const { signal } = new AbortController();
    await send({ method: "POST", path: "embed", ...(body && { body: { ...body } }) }, options, signal);
    const [call] = calls;
    if (call === undefined) throw new Error("nothing was sent");
    expect(call.init.signal).toBe(signal);
    return { url: call.url, headers: call.headers, body: call.init.body, redirect: call.init.redirect };
  }

  test("has the key, the id and the time that it may take, in thousandths of a second", async () => {
    expect(await sent("http://h/ocr", { requestId: "r-1", requestTimeoutSeconds: 1.23456 }, { a: 1 })).toEqual({
      url: "http://h/ocr/embed",
      headers: {
        ...{ accept: "application/json", "content-type": "application/json", "x-api-key": "key" },
        ...{ "x-request-id": "r-1", "x-request-timeout": "1.235" },
      },
      body: '{"a":1}',
      redirect: "manual",
    });
    expect((await sent("https://h:1/")).headers).toEqual({ accept: "application/json", "x-api-key": "key" });
  });

  test.each(["ftp://h/", "file:///etc", "http://name@h/", "http://:word@h/"])(
    "is sent to no such address: %s",
    (baseUrl) => {
      expect(() => createTransport({ baseUrl, fetch })).toThrow(TypeError);
    },
  );

  test("that comes to nothing says why, by the system's own code where there is one", async () => {
    const faultOf = async (thrown: unknown) => {
      const send = createTransport({ baseUrl: "http://h", fetch: () => Promise.reject(thrown) });
      return refusalOf(send({ method: "GET", path: "health" }, { requestId: "r" }, new AbortController().signal));
    };
    const coded = Object.assign(new Error("connect failed"), { code: "ECONNREFUSED" });
    for (const [thrown, words] of [
      [new Error("fetch failed", { cause: coded }), "ECONNREFUSED"],
      [coded, "ECONNREFUSED"],
      [new Error("It broke."), "It broke"],
      ["odd", "odd"],
    ] as const) {
      expect(await faultOf(thrown)).toMatchObject({
        ...{ code: "connection_failed", message: `No answer from http://h: ${words}.`, requestId: "r", cause: thrown },
      });
    }
  });
});
