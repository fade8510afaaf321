import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { batchOptions, parseBatch } from "../../src/cli/batch-options.ts";

describe("the command line of batches", () => {
  const ownQueue = { queue: "letters", prefix: "{a}" };

  test("add names documents, the shared folder and options", () => {
    const words = ["add", "in", "--root", ".", "--option", "engine=tesseract", "--option", "temperature=0"];
    expect(parseBatch(words)).toEqual({
      name: "batch-add",
      inputs: ["in"],
      root: resolve("."),
      options: { engine: "tesseract", runtimeParams: { temperature: 0 } },
      again: false,
      systemPromptFile: undefined,
      queue: "ocr-documents",
      prefix: "bull",
    });
  });

  test("work has defaults for everything but the folders", () => {
    expect(parseBatch(["work", "--root", "/a", "--out", "/b"])).toMatchObject({
      ...{ name: "batch-work", url: undefined, root: "/a", out: "/b", parallel: 2 },
      ...{ takeoverSeconds: 120, stopSeconds: 5, untilDone: false },
    });
  });

  test("work may give no time at its end, and add may add again", () => {
    const words = ["work", "--root", "/a", "--out", "b", "--stop-seconds", "0", "--takeover-seconds", "2"];
    expect(parseBatch(words)).toMatchObject({ out: resolve("b"), stopSeconds: 0, takeoverSeconds: 2 });
    expect(parseBatch(["add", "in", "--root", ".", "--again"])).toMatchObject({ again: true });
  });

  test.each<[string, ReturnType<typeof parseBatch>]>([
    ["status --watch --json", { name: "batch-status", watch: true, json: true, ...ownQueue }],
    ["failures --code page_timeout", { name: "batch-failures", code: "page_timeout", json: false, ...ownQueue }],
    ["retry --code page_timeout", { name: "batch-retry", code: "page_timeout", ...ownQueue }],
    ["retry", { name: "batch-retry", code: undefined, ...ownQueue }],
  ])("%s asks for what it says, of the queue that it names", (line, command) => {
    expect(parseBatch([...line.split(" "), "--queue", "letters", "--prefix", "{a}"])).toEqual(command);
  });

  test.each([
    ["add --root .", "at least one file or folder"],
    ["add in", "--root"],
    ["work --root .", "--out"],
    ["work --root . --out o --parallel 65", "--parallel"],
    ["work --root . --out o --takeover-seconds 1", "--takeover-seconds"],
    ["work --root . --out o more", "no arguments"],
    ["status --queue a:b", "--queue"],
    ["retry --prefix ''", "--prefix"],
    ["other", "add, work, status, failures or retry"],
    ["", "add, work, status, failures or retry"],
  ])("%p is refused", (line, sentence) => {
    expect(() => parseBatch(line.split(" ").filter((word) => word !== ""))).toThrow(sentence);
  });

  test.each(["add", "work", "status", "failures", "retry"])("%s --help asks for help", (name) => {
    expect(parseBatch([name, "--help"])).toBeUndefined();
  });
});

describe("the options of documents", () => {
  test("hold the fields of an upload and the sampling parameters", () => {
    const assignments = [
      "engine=a=b",
      "pages=1-3",
      "maxPages=0",
      "onPageError=skip",
      "textLayerFormat=plain",
      "dmsTags=a, b",
      "top_k=4",
    ];
    expect(batchOptions(assignments)).toEqual({
      ...{
        engine: "a=b",
        pages: "1-3",
        maxPages: 0,
        onPageError: "skip",
        textLayerFormat: "plain",
        dmsTags: ["a", "b"],
      },
      runtimeParams: { top_k: 4 },
    });
  });

  test.each([
    ["engine", "NAME=VALUE"],
    ["engine=", "NAME=VALUE"],
    ["temperature=0=1", "NAME=NUMBER"],
    ["onPageError=stop", "must be one of fail, skip"],
    ["maxPages=-1", "whole number"],
    ["keep_alive=-1", "must be one of engine"],
    ["temperature=3", "0 to 2"],
  ])("%p is refused", (assignment, sentence) => {
    expect(() => batchOptions([assignment])).toThrow(sentence);
  });
});
