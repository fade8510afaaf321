import { expect, setDefaultTimeout, test } from "bun:test";
import { cp, mkdtemp, readdir, readFile, readlink, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { startCommand } from "../support/started-command.ts";
import { repository } from "../support/tracked-files.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(60_000);

const reloads = 6;
const health = z.object({ version: z.string() });

/** Child processes and sockets that a process has now. */
async function countOpen(pid: number): Promise<{ processes: number; sockets: number }> {
  const tasks = await readdir(`/proc/${pid}/task`);
  const children = await Promise.all(
    tasks.map((task) => readFile(`/proc/${pid}/task/${task}/children`, "utf8").catch(() => "")),
  );
  const processes = children.flatMap((list) => list.split(" ").filter((child) => child !== "")).length;
  const descriptors = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")));
  return { processes, sockets: targets.filter((target) => target.startsWith("socket:")).length };
}

test("reloading six times in the same process, for some 7 s, piles up neither processes nor sockets", async () => {
  const checkout = await mkdtemp(join(tmpdir(), "hot-"));
  try {
    await cp(join(repository, "src"), join(checkout, "src"), { recursive: true });
    await cp(join(repository, "package.json"), join(checkout, "package.json"));
    await symlink(join(repository, "node_modules"), join(checkout, "node_modules"));
    await using service = await startCommand({
      command: [process.execPath, "--hot", "src/main.ts"],
      cwd: checkout,
      variables: { OCR_SIDECAR_AUTH: "network", OCR_HOST: "127.0.0.1" },
    });

    /** The version that the service on the same port names, or nothing while it changes over. */
    const version = async (): Promise<string> => {
      try {
        const response = await fetch(`${service.url}/health`, { keepalive: false });
        return health.parse(await response.json()).version;
      } catch {
        return "";
      }
    };
    const processesAreReady = async (): Promise<boolean> => {
      const response = await fetch(`${service.url}/ready`, { keepalive: false });
      const { components } = z
        .object({ components: z.object({ pdfWorkers: z.object({ reason: z.string().optional() }) }) })
        .parse(await response.json());
      return components.pdfWorkers.reason === undefined;
    };
    const untilTrue = async (condition: () => Promise<boolean>, what: () => string) => {
      const giveUpAt = performance.now() + 15_000;
      while (!(await condition())) {
        if (performance.now() > giveUpAt) throw new Error(`${what()}\n${service.errors()}`);
        await Bun.sleep(20);
      }
    };

    const reload = async (name: string) => {
      await Bun.write(join(checkout, "src/service/version.ts"), `export const version: string = "${name}";\n`);
      await untilTrue(
        async () => (await version()) === name,
        () => `The change to ${name} never arrived.`,
      );
    };
    const untilReady = () => untilTrue(processesAreReady, () => "The PDF processes never came up.");

    await reload("first");
    await untilReady();
    const before = await countOpen(service.child.pid);
    for (let index = 0; index < reloads; index += 1) await reload(`again-${index}`);
    await untilReady();
    let now = before;
    await untilTrue(
      async () => {
        now = await countOpen(service.child.pid);
        return now.processes <= before.processes && now.sockets <= before.sockets;
      },
      () => `After ${reloads} reloads ${JSON.stringify(now)}, before them ${JSON.stringify(before)}.`,
    );
    console.log(`Before ${JSON.stringify(before)}, after ${reloads} reloads ${JSON.stringify(now)}`);
    expect(service.child.exitCode).toBeNull();
  } finally {
    await rm(checkout, { recursive: true, force: true });
  }
}, 60_000);
