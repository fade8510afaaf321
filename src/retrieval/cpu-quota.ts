import { availableParallelism } from "node:os";

/** Text of the control group's files, `undefined` where a file is not there. */
export interface QuotaFiles {
  /** Version 2: `cpu.max`, such as `200000 100000` or `max 100000`. */
  max: string | undefined;
  /** Version 1: `cpu.cfs_quota_us`; -1 is no quota. */
  quotaUs: string | undefined;
  periodUs: string | undefined;
}

/** CPUs that the quota grants, possibly a fraction; `undefined` without a quota. */
export function quotaCpus({ max, quotaUs, periodUs }: QuotaFiles): number | undefined {
  const [quota, period] = max === undefined ? [quotaUs, periodUs] : max.trim().split(/\s+/);
  const cpus = Number(quota) / Number(period);
  return Number.isFinite(cpus) && cpus > 0 ? cpus : undefined;
}

/**
 * Threads for inference: what was asked for, or else the CPUs of the quota less one, at least one, so that
 * the rest of the service keeps a CPU. ONNX Runtime does not see quotas: with a thread per core of the host
 * it would use the quota up early in each period and stall the whole container.
 */
export function inferenceThreads(asked: number, cpus: number): number {
  return asked > 0 ? asked : Math.max(1, Math.floor(cpus) - 1);
}

/** CPUs this process may use: its control group's quota or, where there is none, its affinity. */
export async function usableCpus(root = "/sys/fs/cgroup"): Promise<number> {
  const [max, quotaUs, periodUs] = await Promise.all(
    ["cpu.max", "cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"].map((file) => textOf(`${root}/${file}`)),
  );
  const quota = quotaCpus({ max, quotaUs, periodUs }) ?? Number.POSITIVE_INFINITY;
  return Math.min(quota, availableParallelism());
}

const textOf = (path: string): Promise<string | undefined> =>
  Bun.file(path)
    .text()
    .catch(() => undefined);
