import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { repository } from "./tracked-files.ts";
import { until } from "./until.ts";

export const shippedConfiguration = join(repository, "deploy/scale/haproxy.cfg");

export interface BalancerOptions {
  /** Path of HAProxy. */
  program: string;
  /** Addresses of the sidecars. */
  sidecars: ReadonlyArray<{ url: string }>;
  /** Lines of the shipped file, without their indentation, and what stands there instead. */
  replaced?: Readonly<Record<string, string>>;
}

export interface Balancer extends AsyncDisposable {
  url: string;
  pid: number;
  /** The most resident memory it has had. */
  peakResidentBytes(): Promise<number>;
  /** Processor time so far. */
  cpuMs(): Promise<number>;
  /** What it has logged so far. */
  log(): string;
}

/** HAProxy on loopback with the shipped file, in front of these sidecars. */
export async function startBalancer({ program, sidecars, replaced = {} }: BalancerOptions): Promise<Balancer> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "balancer-"));
  const file = join(folder, "haproxy.cfg");
  const addresses = sidecars.map(({ url }) => new URL(url).host);
  const shipped = await readFile(shippedConfiguration, "utf8");
  await Bun.write(file, configure(shipped, addresses, { ...replaced, "bind :8765": `bind 127.0.0.1:${port}` }));
  const child = Bun.spawn([program, "-db", "-f", file], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  let log = "";
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) log += decoder.decode(chunk, { stream: true });
  };
  const collected = Promise.all([collect(child.stdout), collect(child.stderr)]);
  const url = `http://127.0.0.1:${port}`;
  const isAnswering = () =>
    fetch(`${url}/metrics`).then(
      ({ status }) => status === 404,
      () => false,
    );
  await until(() => {
    if (child.exitCode !== null) throw new Error(`HAProxy has ended.\n${log}`);
    return isAnswering();
  }, "HAProxy answers");
  return {
    url,
    pid: child.pid,
    peakResidentBytes: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8");
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
    },
    cpuMs: async () => {
      const fields = (await readFile(`/proc/${child.pid}/stat`, "utf8")).replace(/^.*\) /, "").split(" ");
      // In ticks of 10 ms: user and system time.
      return 10 * (Number(fields[11]) + Number(fields[12]));
    },
    log: () => log,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child.exited;
      await collected;
      await rm(folder, { recursive: true });
    },
  };
}

/**
 * The shipped file for these addresses: what names the second sidecar is copied and counted up, as the file says.
 *
 * @throws Error when a line to be replaced is not there
 */
export function configure(
  shipped: string,
  addresses: readonly string[],
  replaced: Readonly<Record<string, string>> = {},
): string {
  const lines = shipped.split("\n").flatMap((line) => {
    if (line.startsWith("#") || !line.includes("sidecar-")) return [line];
    if (!line.includes("sidecar-2")) return [];
    return addresses.map((address, index) =>
      line
        .replace("sidecar-2:8765", address)
        .replace("sidecar-2", `sidecar-${index + 1}`)
        .replace(/( id | -m int )2\b/, `$1${index + 1}`),
    );
  });
  for (const [from, to] of Object.entries(replaced)) {
    const at = lines.findIndex((line) => line.trim() === from);
    if (at === -1) throw new Error(`The shipped file has no line: ${from}`);
    lines[at] = `    ${to}`;
  }
  return lines.join("\n");
}
