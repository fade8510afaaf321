import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { parseCommand } from "../../src/cli/command.ts";
import { UsageError } from "../../src/cli/usage.ts";
import { type CliEnv, parseCliEnv } from "../../src/service/env.ts";

const split = (line: string) => line.split(" ").filter((word) => word !== "");
const ocr = { name: "ocr", inputs: ["a.pdf"], out: "texts", parallel: 2, force: false, fields: {} };

describe("the command line", () => {
  test.each([
    ["ocr a.pdf --out texts", { command: { ...ocr, systemPromptFile: undefined }, url: undefined }],
    ["ocr --out texts a.pdf b --parallel 8 --force", { command: { inputs: ["a.pdf", "b"], parallel: 8, force: true } }],
    ["ocr a.pdf -o texts --url http://h:1", { url: "http://h:1" }],
    [
      "ocr a.pdf --out t --engine np-dms-ocr --pages 1-3,7 --max-pages 0 --on-page-error skip --tags a,b",
      {
        command: {
          fields: { engine: "np-dms-ocr", pages: "1-3,7", maxPages: 0, onPageError: "skip", dmsTags: ["a", "b"] },
        },
      },
    ],
    [
      "ocr a.pdf --out t --param temperature=0 --param top_p=0.6 --system-prompt p.txt",
      { command: { fields: { runtimeParams: { temperature: 0, top_p: 0.6 } }, systemPromptFile: "p.txt" } },
    ],
    ["ocr a.pdf --out t --tags \u00a0a\u00a0,,b,", { command: { fields: { dmsTags: ["a", "b"] } } }],
    ["ocr a.pdf --out t --parallel 64", { command: { parallel: 64 } }],
    ["real-ollama --page p.png", { command: { model: "np-dms-ocr", page: "p.png", ollamaUrl: undefined } }],
    ["ocr a.pdf --out t --text-layer-format plain", { command: { fields: { textLayerFormat: "plain" } } }],
    [
      "page-image a.pdf --page 2 --tile 3 --as-it-lies --out p.png",
      { command: { name: "page-image", file: "a.pdf", page: 2, tile: 3, upright: false, out: "p.png" } },
    ],
    ["page-image a.pdf -o p.png", { command: { page: 1, tile: undefined, upright: undefined } }],
    ["embed one two", { command: { name: "embed", texts: ["one", "two"] } }],
    ["embed", { command: { name: "embed", texts: [] } }],
    ["rerank --query q a b --top 1 --json", { command: { name: "rerank", chunks: ["a", "b"], topK: 1, json: true } }],
    ["ready", { command: { name: "ready", target: "ocr" } }],
    ["ready --for all", { command: { name: "ready", target: "all" } }],
    ["doctor --url http://h:1", { command: { name: "doctor" }, url: "http://h:1" }],
    ["serve", { command: { name: "serve" } }],
    ["models", { command: { name: "models", check: false, dir: undefined, hub: undefined }, url: undefined }],
    ["models --check --dir /m", { command: { name: "models", check: true, dir: "/m" } }],
    ["models --dir here", { command: { dir: resolve("here") } }],
    ["models --hub http://h:1/", { command: { hub: "http://h:1" } }],
    ["compare-reference", { command: { name: "compare-reference", device: "cpu" } }],
    ["compare-reference --device cuda --dir /m", { command: { device: "cuda", dir: "/m" } }],
    ["real-ollama --url http://h:1/ --model m", { command: { ollamaUrl: "http://h:1", model: "m" }, url: undefined }],
    ["compare-reference --help", { command: { name: "help" } }],
    ["help", { command: { name: "help" } }],
    ["--help", { command: { name: "help" } }],
    ["ocr --help", { command: { name: "help" } }],
    ["embed -h", { command: { name: "help" } }],
  ])("understands %s", (line, expected) => {
    expect(parseCommand(split(line))).toMatchObject(expected);
  });

  test.each([
    ["", "Name a command"],
    ["read a.pdf", "no command read"],
    ["ocr --out t", "at least one file"],
    ["ocr a.pdf", "--out"],
    ["ocr a.pdf --out t --parallel 0", "--parallel must be a whole number from 1 to 64"],
    ["ocr a.pdf --out t --parallel 65", "--parallel"],
    ["ocr a.pdf --out t --parallel two", "--parallel"],
    ["ocr a.pdf --out t --max-pages -1", "--max-pages"],
    ["ocr a.pdf --out t --on-page-error ignore", "fail, skip"],
    ["ocr a.pdf --out t --param mirostat=1", "must be one of temperature"],
    ["ocr a.pdf --out t --param temperature", "NAME=NUMBER"],
    ["ocr a.pdf --out t --param temperature=", "NAME=NUMBER"],
    ["ocr a.pdf --out t --param temperature=3", "0 to 2"],
    ["ocr a.pdf --out t --param keep_alive=0", "must be one of"],
    ["ocr a.pdf --out t --fast", "--fast"],
    ["page-image --out p.png", "Name one file"],
    ["page-image a.pdf b.pdf --out p.png", "Name one file"],
    ["page-image a.pdf", "--out"],
    ["page-image a.pdf --out p.png --page 0", "--page"],
    ["rerank a b", "--query"],
    ["rerank --query q --top 0 a", "--top"],
    ["rerank a --query=\u00a0", "--query"],
    ["page-image a.pdf --out p.png --tile 0", "--tile"],
    ["page-image a.pdf --out=", "--out"],
    ["ocr a.pdf --out=", "--out"],
    ["ocr a.pdf --out t --text-layer-format html", "markdown, plain"],
    ["real-ollama now", "takes no arguments"],
    ["compare-reference now", "takes no arguments"],
    ["serve now", "takes no arguments"],
    ["ready --for ever", "--for must be one of"],
    ["ready now", "takes no arguments"],
    ["doctor who", "takes no arguments"],
    ["serve --url http://h:1", "--url"],
    ["models all", "takes no arguments"],
    ["models --dir=", "--dir"],
    ["models --hub ftp://h", "--hub"],
    ["models --chek", "--chek"],
    ["compare-reference --device gpu", "--device must be one of cpu, cuda"],
    ["real-ollama --url h:1", "--url"],
  ])("refuses %p and says why", (line, reason) => {
    const parse = () => parseCommand(split(line));
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(reason);
  });
});

describe("the environment of the command line", () => {
  const unset = { url: undefined, apiKey: undefined, apiKeyFile: undefined, command: "bun run sidecar" };
  test.each<[string, Record<string, string>, Partial<CliEnv>]>([
    ["may be empty", {}, unset],
    ["is unset where it is blank", { OCR_SIDECAR_URL: " ", OCR_SIDECAR_API_KEY: "" }, unset],
    [
      "names the service, and a key, the first of several",
      { OCR_SIDECAR_URL: "http://h:1", OCR_SIDECAR_API_KEY: "new, old" },
      { url: "http://h:1", apiKey: "new" },
    ],
    [
      "says how it is called",
      { OCR_SIDECAR_COMMAND: "docker compose run --rm sidecar" },
      { command: "docker compose run --rm sidecar" },
    ],
    ["leaves out what is no key", { OCR_SIDECAR_API_KEY: " , new,old" }, { apiKey: "new" }],
    ["names a file of keys", { OCR_SIDECAR_API_KEY_FILE: "/run/secrets/key" }, { apiKeyFile: "/run/secrets/key" }],
  ])("%s", (_, source, expected) => {
    expect(parseCliEnv(source)).toMatchObject(expected);
  });
});
