import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { documents, replaceBetween } from "../../scripts/env-docs.ts";
import { envSchema } from "../../src/service/env-schema.ts";
import { repository } from "../support/tracked-files.ts";

const textOf = (path: string) => Bun.file(resolve(repository, path)).text();

describe("the documentation of the environment", () => {
  test.each(Object.entries(documents))("%s is as `bun run docs:env` writes it", async (path, render) => {
    const present = await textOf(path);
    expect(present).toBe(render(present));
  });

  test.each(Object.keys(envSchema.shape))("%s is documented everywhere", async (name) => {
    expect(await textOf(".env.example")).toMatch(new RegExp(`^#${name}=`, "m"));
    expect(await textOf("README.md")).toMatch(new RegExp(`^\\| \`${name}\` \\|.* \\| .+ \\|$`, "m"));
    expect(await textOf("docker-compose.yml")).toContain(`\n  ${name}: \${${name}:-}\n`);
  });

  test(".env.example sets nothing by itself", async () => {
    const lines = (await textOf(".env.example")).split("\n");
    expect(lines.filter((line) => line !== "" && !line.startsWith("#"))).toEqual([]);
  });

  test("a table whose markers are gone is an error, not a lost table", () => {
    expect(() => replaceBetween("begin\nend\n", "begin", "stop", "")).toThrow("begin and stop");
    expect(replaceBetween("begin\nold\nend\n", "begin", "end", "new")).toBe("begin\nnew\nend\n");
  });
});
