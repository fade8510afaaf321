import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { listRepositoryFiles, repository } from "../support/tracked-files.ts";

const files = (await listRepositoryFiles()).map((path) => `/${path}`);

test.each(["docs/architecture.md", "CONTRIBUTING.md"])("every file that %s names is there", async (document) => {
  const text = await Bun.file(resolve(repository, document)).text();
  const named = [...text.matchAll(/`([\w./-]+\.tsx?)`/g)].map(([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((name) => !files.some((path) => path.endsWith(`/${name}`)))).toEqual([]);
});

test("every room stands in the first table of docs/architecture.md", async () => {
  const text = await Bun.file(resolve(repository, "docs/architecture.md")).text();
  const table = text.slice(0, text.indexOf("## What may import what"));
  const rooms = new Set(files.flatMap((path) => /^\/src\/([^/]+)\//.exec(path)?.[1] ?? []));
  expect([...rooms].filter((room) => !table.includes(`\`${room}/\``))).toEqual([]);
});
