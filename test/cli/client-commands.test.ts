import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { getEventListeners } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inputLines } from "../../src/cli/input-lines.ts";
import { httpAddress, integer } from "../../src/cli/option-values.ts";
import { runPageImage } from "../../src/cli/page-image-command.ts";
import { readDocuments } from "../../src/cli/read-documents.ts";
import { runReady } from "../../src/cli/ready-command.ts";
import { runEmbed, runRerank } from "../../src/cli/retrieval-commands.ts";
import { untilSettled } from "../../src/cli/until-settled.ts";
import { UsageError } from "../../src/cli/usage.ts";
import type { OcrAnswer, Readiness } from "../../src/client/answers.ts";
import { SidecarClientError } from "../../src/client/client-error.ts";
import type { PageImageRequest } from "../../src/client/page-image.ts";
import { createSidecarClient } from "../../src/client.ts";
import { refusalOf } from "../support/refusal-of.ts";

const { signal } = new AbortController();
const answer: OcrAnswer = { text: "text", ocrUsed: false, pageCount: 1, charCount: 4, engineUsed: "fast-path" };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-commands-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A client whose requests and their JSON bodies are noted, and answered with what `reply` makes. */
function clientWith(reply: (path: string, body: unknown, call: number) => unknown) {
  const asked: { path: string; body: unknown; signal: AbortSignal | null | undefined }[] = [];
  const client = createSidecarClient({
    baseUrl: "http://sidecar.invalid/",
    fetch: async (url, init) => {
      const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
      asked.push({ path: new URL(url).pathname + new URL(url).search, body, signal: init.signal });
      return Response.json(reply(new URL(url).pathname, body, asked.length));
    },
  });
  return { client, asked };
}

function terminal() {
  const [printed, reported]: [string[], string[]] = [[], []];
  return {
    printed,
    reported,
    hasStatusLine: false,
    print: async (line: string) => void printed.push(line),
    report: (line: string) => void reported.push(line),
    showStatus: () => undefined,
    clearStatus: () => undefined,
  };
}

const textsOf = (body: unknown): string[] =>
  typeof body === "object" && body !== null && "texts" in body && Array.isArray(body.texts) ? body.texts : [];

describe("the command embed", () => {
  test.each([
    [64, [32, 32]],
    [65, [32, 32, 1]],
  ])("asks for 32 of %d texts at a time, and prints each in its order with its device", async (count, sizes) => {
    const texts = Array.from({ length: count }, (_, place) => `text ${place}`);
    const { client, asked } = clientWith((_path, body, call) => ({
      results: textsOf(body).map((text) => ({
        ...{ dense: [Number(text.slice(5))], sparse: { indices: [1], values: [0.5] }, tokens: 3, truncated: false },
      })),
      device: call === 1 ? "cpu" : "cuda",
    }));
    const out = terminal();
    expect(await runEmbed(texts, client, out, signal)).toBe(0);
    expect(asked.map(({ body }) => textsOf(body).length)).toEqual(sizes);
    const lines = out.printed.map((line): unknown => JSON.parse(line));
    expect(lines).toHaveLength(count);
    for (const [place, line] of lines.entries()) {
      expect(line).toMatchObject({ dense: [place], device: place < 32 ? "cpu" : "cuda" });
    }
  });

  test("without a text says what is missing, and asks nothing", async () => {
    const { client, asked } = clientWith(() => ({}));
    expect(await refusalOf(runEmbed([], client, terminal(), signal))).toBeInstanceOf(UsageError);
    expect(asked).toEqual([]);
  });
});

describe("the command rerank", () => {
  const scores = { scores: [0.25, -12.5, 3], rankedIndices: [2, 0, 1], device: "cpu" };
  const ask = async (topK: number | undefined, json: boolean) => {
    const { client, asked } = clientWith(() => scores);
    const out = terminal();
    const code = await runRerank(
      { name: "rerank", query: "q", chunks: [], topK, json },
      ["a", "b", "c"],
      client,
      out,
      signal,
    );
    return { code, printed: out.printed, body: asked[0]?.body };
  };
  test("prints the chunks, the best first", async () => {
    expect(await ask(undefined, false)).toEqual({
      code: 0,
      printed: ["   3.000  c", "   0.250  a", " -12.500  b"],
      body: { query: "q", chunks: ["a", "b", "c"] },
    });
  });

  test("prints the answer as it is where that is asked for, and asks for the best only", async () => {
    const { code, printed, body } = await ask(2, true);
    expect([code, printed.map((line) => JSON.parse(line)), body]).toEqual([
      0,
      [scores],
      { query: "q", chunks: ["a", "b", "c"], topK: 2 },
    ]);
  });
});

describe("the command page-image", () => {
  const imageOf = async (figures: { rotation: number; tiles?: number; warnings: string[] }, upright?: boolean) => {
    await Bun.write(join(folder, "page.pdf"), "a page");
    const asked: PageImageRequest[] = [];
    const out = terminal();
    const code = await runPageImage(
      { name: "page-image", file: join(folder, "page.pdf"), out: join(folder, "p.png"), page: 3, tile: 2, upright },
      {
        pageImage: async (request) => {
          asked.push(request);
          return { png: new Uint8Array([1, 2, 3]), ...figures };
        },
      },
      out,
      signal,
    );
    expect(code).toBe(0);
    expect(await Bun.file(join(folder, "p.png")).bytes()).toEqual(new Uint8Array([1, 2, 3]));
    const told = [...out.printed, ...out.reported].map((line) => line.replace(join(folder, "p.png"), "OUT"));
    return {
      told,
      asked: asked.map(({ file, ...rest }) => ({
        ...rest,
        file: file instanceof Uint8Array ? Buffer.from(file).toString() : undefined,
      })),
    };
  };

  test("writes what the model sees, and says how it was made of the page", async () => {
    const { told, asked } = await imageOf({ rotation: 90, tiles: 4, warnings: ["it is cut"] }, false);
    expect(told).toEqual(["OUT: page 3, turned by 90 degrees, read in 4 pieces", "OUT: it is cut"]);
    expect(asked).toEqual([{ file: "a page", page: 3, tile: 2, upright: false }]);
  });

  test("says no more than there is to say", async () => {
    const { told } = await imageOf({ rotation: 0, warnings: [] });
    expect(told).toEqual(["OUT: page 3"]);
  });

  test("says which file cannot be read", async () => {
    const { client } = clientWith(() => ({}));
    const command = {
      name: "page-image",
      file: "/nowhere.pdf",
      out: "p.png",
      page: 1,
      tile: undefined,
      upright: undefined,
    } as const;
    expect(await refusalOf(runPageImage(command, client, terminal(), signal))).toMatchObject({
      message: "/nowhere.pdf cannot be read.",
    });
  });
});

const readiness = (ready: boolean, ...states: string[]): Readiness => ({
  ready,
  components: Object.fromEntries(states.map((state, place) => [`part${place}`, { state }])),
});

describe("the command ready", () => {
  test.each([
    [true, 0, "Ready for all."],
    [false, 1, "Not ready for all."],
  ])("prints what there is, and ends by it: %p", async (ready, code, verdict) => {
    const { client, asked } = clientWith(() => ({
      ready,
      components: { ollama: { state: "ready", version: "1", reason: "fine" }, embedder: { state: "failed" } },
    }));
    const out = terminal();
    expect(await runReady("all", client, out, signal)).toBe(code);
    expect(out.printed).toEqual(["ready    ollama: 1, fine", "failed   embedder", verdict]);
    expect(asked.map(({ path }) => path)).toEqual(["/ready?for=all"]);
  });
});

describe("a service that was started for one command", () => {
  test.each<[string, Readiness[], number]>([
    ["is ready", [readiness(true, "loading")], 1],
    ["has failed in one part, and nothing loads", [readiness(false, "failed", "ready")], 1],
    ["loads for a while", [readiness(false, "loading", "failed"), readiness(false, "ready", "failed")], 2],
  ])("is waited for until it %s", async (_, answers, asks) => {
    const { client, asked } = clientWith((_path, _body, call) => answers[call - 1] ?? readiness(true));
    await untilSettled("retrieval", client, signal);
    expect(asked).toHaveLength(asks);
  });

  test("is not waited for when the command is left", async () => {
    const caller = new AbortController();
    const { client } = clientWith(() => {
      caller.abort(new Error("gone"));
      return readiness(false, "loading");
    });
    expect(await refusalOf(untilSettled("all", client, caller.signal))).toBeInstanceOf(Error);
  });
});

describe("the lines of standard input", () => {
  const input = (pieces: readonly Uint8Array[], isOpen = false) => {
    let cancelled: unknown;
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece);
        if (!isOpen) controller.close();
      },
      cancel(reason) {
        cancelled = reason;
      },
    });
    return { stream, cancelled: () => cancelled };
  };

  test("are those that are not blank, wherever the bytes were cut", async () => {
    const bytes = Buffer.from("one\r\n  \n\nท่อ\nlast");
    const { stream } = input([bytes.subarray(0, 10), bytes.subarray(10)]);
    expect(await inputLines(stream, signal)).toEqual(["one", "ท่อ", "last"]);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test.each([0, 5])(
    "are waited for no longer when the command is left after %d ms, and the input is let go",
    async (ms) => {
      const caller = new AbortController();
      const { stream, cancelled } = input([Buffer.from("one\n")], true);
      const lines = refusalOf(inputLines(stream, caller.signal));
      const reason = new Error("gone");
      if (ms > 0) await Bun.sleep(ms);
      caller.abort(reason);
      expect(await lines).toBe(reason);
      expect(cancelled()).toBe(reason);
      expect(getEventListeners(caller.signal, "abort")).toEqual([]);
    },
  );
});

describe("the value of an option", () => {
  test.each([
    ["1", 1],
    ["64", 64],
    ["007", 7],
    ["0", undefined],
    ["65", undefined],
    ["1.5", undefined],
    ["+3", undefined],
    [" 3", undefined],
    ["1e1", undefined],
    ["", undefined],
    ["9".repeat(16), undefined],
    [`${"0".repeat(13)}64`, 64],
    [`${"0".repeat(14)}64`, undefined],
  ])("%p is the number %p from 1 to 64", (text, value) => {
    const read = () => integer("--n", text, 1, 64);
    if (value === undefined) expect(read).toThrow("--n must be a whole number from 1 to 64.");
    else expect(read()).toBe(value);
  });

  test("without an upper end is told as such", () => {
    expect(() => integer("--n", "0", 1, Number.MAX_SAFE_INTEGER)).toThrow("a whole number of at least 1.");
    expect(integer("--n", "9".repeat(15), 1, Number.MAX_SAFE_INTEGER)).toBe(999_999_999_999_999);
  });

  test.each([
    ["http://h:1", "http://h:1"],
    ["https://h/a//", "https://h/a"],
    ["ftp://h", undefined],
    ["h:1", undefined],
    ["httpsx://h", undefined],
    ["file:///http://h", undefined],
  ])("%p is the address %p", (text, address) => {
    if (address === undefined) expect(() => httpAddress("--url", text)).toThrow("--url must be an address");
    else expect(httpAddress("--url", text)).toBe(address);
  });
});

describe("documents that are read", () => {
  /** Reads documents of these names; what the service does with each is said by its name. */
  async function read(
    names: readonly string[],
    ocrUpload: (name: string, at: AbortSignal | undefined) => Promise<OcrAnswer>,
    options: {
      parallel?: number;
      force?: boolean;
      fields?: object;
      out?: string;
      signal?: AbortSignal;
      outcomes?: string[];
    } = {},
  ) {
    const { outcomes = [] } = options;
    const requests: object[] = [];
    const out = options.out ?? (await mkdtemp(join(folder, "out-")));
    for (const name of names) await Bun.write(join(folder, "in", name), name);
    const end = await readDocuments(
      names.map((name) => ({ name, path: join(folder, "in", name) })),
      {
        client: {
          ocrUpload: ({ file: _, ...rest }, { signal: at } = {}) => {
            requests.push(rest);
            return ocrUpload(rest.fileName ?? "", at);
          },
          health: async () => ({ status: "ok", engine: "e", ocrModel: "m", ollamaUrl: "u" }),
        },
        outFolder: out,
        fields: options.fields ?? {},
        parallel: options.parallel ?? 1,
        force: options.force ?? false,
        onPages: () => undefined,
        onOutcome: ({ name }, outcome) =>
          outcomes.push(`${name} ${outcome.kind}${outcome.kind === "failed" ? `: ${outcome.detail}` : ""}`),
      },
      options.signal ?? signal,
    );
    return { outcomes, requests, out, ...end };
  }

  test("are written with their pages asked for, and not read again, unless that is wanted or the fields are others", async () => {
    const good = async () => answer;
    const first = await read(["a.pdf"], good, { fields: { pages: "1" } });
    expect(first.requests).toEqual([{ pages: "1", fileName: "a.pdf", includePages: true }]);
    expect((await readdir(first.out)).toSorted()).toEqual(["a.pdf.json", "a.pdf.md"]);
    const again = { out: first.out, fields: { pages: "1" } };
    expect((await read(["a.pdf"], good, again)).outcomes).toEqual(["a.pdf skipped"]);
    expect((await read(["a.pdf"], good, { ...again, force: true })).outcomes).toEqual(["a.pdf read"]);
    expect((await read(["a.pdf"], good, { ...again, fields: { pages: "2" } })).outcomes).toEqual(["a.pdf read"]);
  });

  test("are so many at once and no more", async () => {
    let [going, most] = [0, 0];
    const slow = async () => {
      going += 1;
      most = Math.max(most, going);
      await Bun.sleep(5);
      going -= 1;
      return answer;
    };
    await read(["a.pdf", "b.pdf", "c.pdf", "d.pdf"], slow, { parallel: 2 });
    expect(most).toBe(2);
  });

  test.each(["unauthorized", "peer_not_allowed"])(
    "are given up where the next would meet the same: %s",
    async (code) => {
      const refused = () => Promise.reject(new SidecarClientError(code, "No.", { requestId: "r-1" }));
      expect(await read(["a.pdf", "b.pdf"], refused)).toMatchObject({
        outcomes: ["a.pdf failed: No. (request r-1)"],
        stoppedBy: "No. (request r-1)",
      });
    },
  );

  test.each(["document_damaged", "ocr_busy", "connection_lost"])("go on where only one met it: %s", async (code) => {
    const refused = async (name: string) => {
      if (name === "a.pdf") throw new SidecarClientError(code, "No.");
      return answer;
    };
    const { outcomes, stoppedBy } = await read(["a.pdf", "b.pdf"], refused);
    expect([outcomes, stoppedBy]).toEqual([["a.pdf failed: No.", "b.pdf read"], undefined]);
  });

  test("are left where they are when the command is interrupted, without a word of a failure", async () => {
    const caller = new AbortController();
    const outcomes: string[] = [];
    const interrupted = async (_: string, at: AbortSignal | undefined) => {
      caller.abort(new Error("interrupted"));
      at?.throwIfAborted();
      return answer;
    };
    const run = read(["a.pdf", "b.pdf"], interrupted, { signal: caller.signal, outcomes });
    expect(await refusalOf(run)).toHaveProperty("message", "interrupted");
    expect(outcomes).toEqual([]);
  });
});
