import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { version } from "../../src/service/version.ts";
import { listRepositoryFiles, repository } from "../support/tracked-files.ts";

const textOf = (path: string) => Bun.file(resolve(repository, path)).text();

describe("the version", () => {
  test("stands in package.json alone; programs, images and units take it from there", async () => {
    expect(version).toBe(manifest.version);
    const paths = (await listRepositoryFiles()).filter((path) =>
      /^(?:src|scripts|deploy)\/|^Docker|compose/.test(path),
    );
    const texts = await Promise.all(paths.map(async (path) => ({ path, text: await textOf(path) })));
    const own = new RegExp(`(?<![\\d.])${RegExp.escape(manifest.version)}(?![\\d.])`);
    expect(texts.filter(({ text }) => own.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test("has its part in the changelog, under what is not published yet, and a page says how to come from it", async () => {
    const headings = [...(await textOf("CHANGELOG.md")).matchAll(/^## (\S+)/gm)].map(([, name]) => name);
    expect(headings[0]).toBe("Unreleased");
    expect(headings[1]).toBe(manifest.version);
    expect(await textOf("docs/upgrading.md")).toContain(`## From ${manifest.version} to `);
  });

  test("every document that another one names is there", async () => {
    const paths = (await listRepositoryFiles()).filter((path) => path.endsWith(".md"));
    const links = await Promise.all(
      paths.map(async (path) =>
        [...(await textOf(path)).matchAll(/\]\(((?!https?:|#)[^)#]+)/g)].map(([, to = ""]) =>
          resolve(repository, path, "..", to),
        ),
      ),
    );
    expect(links.flat().length).toBeGreaterThan(20);
    const isThere = await Promise.all(
      links.flat().map(async (file) => ({ file, there: await Bun.file(file).exists() })),
    );
    expect(isThere.filter(({ there }) => !there)).toEqual([]);
  });
});
