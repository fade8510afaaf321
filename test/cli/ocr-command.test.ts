import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCommand } from "../../src/cli/command.ts";
import { runOcr } from "../../src/cli/ocr-command.ts";
import { UsageError } from "../../src/cli/usage.ts";
import type { OcrAnswer } from "../../src/client/answers.ts";
import { SidecarClientError } from "../../src/client/client-error.ts";
import type { OcrUploadRequest } from "../../src/client/ocr-request.ts";
import { createSidecarClient } from "../../src/client.ts";

const { signal } = new AbortController();
const answer: OcrAnswer = { text: "text", ocrUsed: false, pageCount: 1, charCount: 4, engineUsed: "fast-path" };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-ocr-"));
  for (const name of ["a.pdf", "b.pdf", "c.pdf"]) await Bun.write(join(folder, "in", name), name);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Reads the three documents, with what the service answers to each; gives what was said. */
async function read(hasStatusLine: boolean, answers: readonly (OcrAnswer | SidecarClientError)[]) {
  const waiting = [...answers];
  const said = { printed: [] as string[], reported: [] as string[] };
  const { command } = parseCommand(["ocr", join(folder, "in"), "--out", join(folder, "out"), "--parallel", "1"]);
  if (command.name !== "ocr") throw new Error("another command");
  let isGone = false;
  const client = {
    ...createSidecarClient({ baseUrl: "http://never-called.invalid" }),
    health: async () => {
      if (isGone) throw new SidecarClientError("connection_failed", "No answer.");
      return { status: "ok" as const, engine: "np-dms-ocr", ocrModel: "m", ollamaUrl: "" };
    },
    ocrUpload: async () => {
      const next = waiting.shift();
      if (next === undefined || next instanceof SidecarClientError) {
        isGone = true;
        throw next;
      }
      return next;
    },
  };
  const terminal = {
    hasStatusLine,
    print: async (line: string) => void said.printed.push(line),
    report: (line: string) => void said.reported.push(line),
    showStatus: () => undefined,
    clearStatus: () => undefined,
  };
  const exitCode = await runOcr(command, client, terminal, signal);
  return { exitCode, ...said };
}

describe("reading a folder", () => {
  test("tells a person at a terminal of warnings alone, and a log of each document", async () => {
    const doubtful = { ...answer, warnings: ["page 1: a line is in doubt"] };
    const atTerminal = await read(true, [answer, doubtful, answer]);
    expect(atTerminal.reported).toHaveLength(1);
    expect(atTerminal.reported[0]).toContain("page 1: a line is in doubt");
    expect(atTerminal.printed).toEqual([expect.stringMatching(/^3 of 3 documents read: 3 pages in .* pages\/min\.$/)]);
    await rm(join(folder, "out"), { recursive: true });
    expect((await read(false, [answer, doubtful, answer])).reported).toHaveLength(3);
    const again = await read(false, []);
    expect(again.printed).toEqual([expect.stringMatching(/^0 of 3 .*, 0 pages\/min\. 3 were finished earlier\.$/)]);
  });

  test("that the service did not live through says how many were not tried, those of earlier runs not among them", async () => {
    const gone = () => new SidecarClientError("connection_failed", "No answer.");
    expect((await read(false, [answer, gone()])).printed.at(-1)).toStartWith("1 were not tried");
    const second = await read(false, [gone()]);
    expect(second).toMatchObject({ exitCode: 1 });
    expect(second.printed.at(-1)).toStartWith("1 were not tried");
  });

  /** Runs the command with these options; what the service was asked, and what was said. */
  async function runWith(
    options: readonly string[],
    { health = async () => {}, onRead = async () => {}, at = signal, hasStatusLine = false },
  ) {
    const { command } = parseCommand(["ocr", join(folder, "in"), "--out", join(folder, "out"), ...options]);
    if (command.name !== "ocr") throw new Error("another command");
    const said = { requests: [] as object[], reported: [] as string[], shown: 0, cleared: 0 };
    let [going, most] = [0, 0];
    const client = {
      ...createSidecarClient({ baseUrl: "http://never-called.invalid" }),
      health: async () => {
        await health();
        return { status: "ok" as const, engine: "np-dms-ocr", ocrModel: "m", ollamaUrl: "" };
      },
      ocrUpload: async ({ file: _, fileName: __, ...fields }: OcrUploadRequest) => {
        said.requests.push(fields);
        going += 1;
        most = Math.max(most, going);
        await onRead();
        await Bun.sleep(1);
        going -= 1;
        return answer;
      },
    };
    const end = await runOcr(
      command,
      client,
      {
        hasStatusLine,
        print: async () => undefined,
        report: (line) => void said.reported.push(line),
        showStatus: () => {
          said.shown += 1;
        },
        clearStatus: () => {
          said.cleared += 1;
        },
      },
      at,
    ).catch((error: unknown) => error);
    return { end, most, said };
  }

  test("asks with the fields and the prompt that were given, so many at once, and again only where that is wanted", async () => {
    await Bun.write(join(folder, "prompt.txt"), "Read it.");
    const options = ["--pages", "1", "--system-prompt", join(folder, "prompt.txt"), "--parallel", "3"];
    const first = await runWith(options, {});
    expect(first.said.requests).toEqual(Array(3).fill({ pages: "1", systemPrompt: "Read it.", includePages: true }));
    expect([first.end, first.most]).toEqual([0, 3]);
    expect((await runWith(options, {})).said.requests).toEqual([]);
    expect((await runWith([...options, "--force"], {})).said.requests).toHaveLength(3);
    const unreadable = await runWith(["--system-prompt", join(folder, "nothing.txt")], {});
    expect(unreadable.end).toBeInstanceOf(UsageError);
  });

  test("tells at once that nothing answers, and reads nothing", async () => {
    const { end, said } = await runWith([], { health: () => Promise.reject(new Error("No answer.")) });
    expect(end).toHaveProperty("message", "No answer.");
    expect(said.requests).toEqual([]);
    expect(said.reported).toEqual([]);
  });

  test("that is interrupted says how it goes on, and draws its status line no more", async () => {
    const caller = new AbortController();
    const interrupt = async () => caller.abort(new Error("interrupted"));
    const { end, said } = await runWith(["--parallel", "1"], {
      onRead: interrupt,
      at: caller.signal,
      hasStatusLine: true,
    });
    expect(end).toHaveProperty("message", "interrupted");
    expect(said.reported.at(-1)).toContain("the same command goes on");
    const { shown } = said;
    expect(shown).toBeGreaterThan(0);
    expect(said.cleared).toBe(1);
    await Bun.sleep(600);
    expect(said.shown).toBe(shown);
  });
});
