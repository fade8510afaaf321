import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { parseCommand } from "../../src/cli/command.ts";
import { UsageError } from "../../src/cli/usage.ts";
import { listRepositoryFiles, repository } from "../support/tracked-files.ts";

/** Where people read of commands: the documents, and the words of the service and of Compose. */
const readByPeople = /^(README|CONTRIBUTING|SECURITY)\.md$|^docs\/|^src\/|^deploy\/|^docker-compose\.yml$|^Dockerfile$/;
const texts = await Promise.all(
  (await listRepositoryFiles())
    .filter((path) => readByPeople.test(path))
    .map(async (path) => ({ path, text: await Bun.file(resolve(repository, path)).text() })),
);

function mentions(pattern: RegExp): Array<{ path: string; word: string }> {
  return texts.flatMap(({ path, text }) =>
    [...text.matchAll(pattern)].map(([, word = ""]) => ({ path, word: word.replace(/[.,:;]$/, "") })),
  );
}

/** Whether the command line has a command of that name, whatever else it needs. */
function isCommand(name: string): boolean {
  try {
    parseCommand([name]);
    return true;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return !error.message.startsWith("There is no command");
  }
}

describe("every command that a person reads of exists:", () => {
  test("the scripts of package.json", () => {
    const named = mentions(/\bbun run ([a-z][\w:-]*)/g).filter(({ word }) => !word.endsWith(".ts"));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ word }) => !(word in manifest.scripts))).toEqual([]);
  });

  test("the commands of the command line, in a checkout and in containers", () => {
    const named = mentions(/(?:bun run sidecar|compose run (?:-\S+ |\S+:\S+ )*sidecar[a-z-]*) ([a-z][\w-]*)/g);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ word }) => !isCommand(word))).toEqual([]);
    expect(isCommand("model")).toBeFalse();
  });

  test("the programs of package.json and of the image, which start from a file", () => {
    const programs = [...JSON.stringify(manifest.scripts).matchAll(/bun ((?:src|scripts|test)\/[\w/.-]+\.ts)/g)];
    const named = [...programs.map(([, word = ""]) => ({ path: "package.json", word }))].concat(
      mentions(/\bbun (?:test )?\/?(?:app\/)?((?:src|scripts|test)\/[\w/.-]+\.ts)/g),
      mentions(/"bun", "(?:\/app\/)?(src\/[\w/.-]+\.ts)"/g),
    );
    expect(named.length).toBeGreaterThan(10);
    const missing = named.filter(({ word }) => !Bun.file(resolve(repository, word)).size);
    expect(missing).toEqual([]);
  });
});
