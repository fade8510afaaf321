import { expect, setDefaultTimeout, test } from "bun:test";
import { chmod, cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import manifest from "../../package.json" with { type: "json" };
import { readmeLine } from "../support/readme-line.ts";
import { repository } from "../support/tracked-files.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(60_000);

/** Says which command it is and what it was given, and where npm would install to. */
const recorder =
  '#!/bin/sh\necho "$(basename "$0") $*" >> "$RECORD"\necho "prefix $NPM_CONFIG_PREFIX" >> "$RECORD.prefix"\n';

/** What the script calls besides; where only these are, no server is installed. */
const basicTools = ["bash", "basename", "dirname", "sed", "sh", "timeout"];

async function runWithRecorders(npmPrefix: string, failing?: string, chromium = "/nowhere", withServers = true) {
  const folder = await mkdtemp(join(tmpdir(), "ci-"));
  const bin = join(folder, "bin");
  const record = join(folder, "record");
  try {
    await mkdir(join(folder, ".ci"));
    await mkdir(bin);
    await cp(resolve(repository, ".ci/run"), join(folder, ".ci/run"));
    await cp(resolve(repository, "README.md"), join(folder, "README.md"));
    const prefix = `if [ "$1" = prefix ]; then echo "${npmPrefix.replace("FOLDER", folder)}"; exit 0; fi\n`;
    const fail = failing === undefined ? "" : `if [ "$*" = "${failing}" ]; then exit 3; fi\n`;
    await Bun.write(join(bin, "npm"), recorder.replace("\n", `\n${prefix}`));
    await Bun.write(join(bin, "bun"), recorder + fail);
    await Bun.write(join(bin, "apt-get"), recorder + fail);
    await Bun.write(join(bin, "sudo"), '#!/bin/sh\nshift\nexec "$@"\n');
    for (const name of ["npm", "bun", "apt-get", "sudo"]) await chmod(join(bin, name), 0o755);
    for (const server of withServers ? ["redis-server", "haproxy"] : [])
      await symlink(process.execPath, join(bin, server));
    for (const tool of basicTools) await symlink(Bun.which(tool) ?? tool, join(bin, tool));
    const run = Bun.spawn(["bash", join(folder, ".ci/run")], {
      cwd: "/",
      env: { PATH: bin, HOME: folder, RECORD: record, CHROMIUM: chromium },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    });
    const [exitCode, complaints] = await Promise.all([run.exited, new Response(run.stderr).text()]);
    const commands = (await Bun.file(record).text()).trimEnd();
    const prefixes = (await Bun.file(`${record}.prefix`).text()).replaceAll(folder, "FOLDER");
    return { exitCode, commands, prefixes, complaints };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test("the script runs exactly the README's line", async () => {
  const { exitCode, commands } = await runWithRecorders("FOLDER");
  expect(exitCode).toBe(0);
  expect(commands.split("\n").join(" && ")).toBe(await readmeLine("test"));
});

test("the pages are tested in a browser where there is one, and the script says loudly where there is none", async () => {
  const without = await runWithRecorders("FOLDER");
  expect(without.complaints).toContain("!! NOT TESTED");
  const withOne = await runWithRecorders("FOLDER", undefined, process.execPath);
  expect(withOne.commands).toEndWith("bun run test:browser");
  expect(withOne.complaints).not.toContain("!! NOT TESTED");
  expect((await runWithRecorders("FOLDER", "run test:browser", process.execPath)).exitCode).toBe(3);
});

test("servers that tests need are installed where they are missing, and not being allowed to is no failure", async () => {
  const { commands } = await runWithRecorders("FOLDER", undefined, "/nowhere", false);
  expect(commands).toMatch(
    /^apt-get update\napt-get install --yes --no-install-recommends redis-server( haproxy)?\nnpm /,
  );
  const refused = await runWithRecorders("FOLDER", "update", "/nowhere", false);
  expect(refused).toMatchObject({ exitCode: 0, complaints: expect.stringContaining("!! NOT INSTALLED: redis-server") });
});

test("the script fails with the first command that fails", async () => {
  const { exitCode, commands } = await runWithRecorders("FOLDER", "run check");
  expect(exitCode).toBe(3);
  expect(commands).toEndWith("bun run check");
});

test("where npm's global folder cannot be written, one below the home folder is used", async () => {
  expect((await runWithRecorders("/nowhere")).prefixes).toStartWith("prefix FOLDER/.local\n");
  expect((await runWithRecorders("FOLDER")).prefixes).toStartWith("prefix \n");
});

test("both lines of the README install the Bun that the project names", async () => {
  const install = `npm install --global ${manifest.packageManager} && bun install --frozen-lockfile && `;
  expect(await readmeLine("start")).toStartWith(install);
  expect(await readmeLine("test")).toBe(`${install}bun run check && bun run test`);
});
