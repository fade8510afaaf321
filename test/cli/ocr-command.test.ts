import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCommand } from "../../src/cli/command.ts";
import { runOcr } from "../../src/cli/ocr-command.ts";
import type { OcrAnswer } from "../../src/client/answers.ts";
import { SidecarClientError } from "../../src/client/client-error.ts";
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
    await rm(join(folder, "out"), { recursive: true });
    expect((await read(false, [answer, doubtful, answer])).reported).toHaveLength(3);
  });

  test("that the service did not live through says how many were not tried, those of earlier runs not among them", async () => {
    const gone = () => new SidecarClientError("connection_failed", "No answer.");
    expect((await read(false, [answer, gone()])).printed.at(-1)).toStartWith("1 were not tried");
    const second = await read(false, [gone()]);
    expect(second).toMatchObject({ exitCode: 1 });
    expect(second.printed.at(-1)).toStartWith("1 were not tried");
  });
});
