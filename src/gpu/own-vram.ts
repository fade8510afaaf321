/** A process of ours that holds VRAM. */
export interface OwnGpuProcess {
  /** Undefined while it starts or when it has just gone. */
  pid: number | undefined;
  /** What it holds at least once it has loaded: less is the figure of another process with the same id. */
  leastMb: number;
  /** What it holds at most, by our own reckoning. */
  mostMb: number;
}

/** VRAM of our processes: what the card says they hold, or at most hold where it does not say. */
export const ownVramMb = (own: readonly OwnGpuProcess[], usedMbByPid: ReadonlyMap<number, number>): number =>
  own.reduce((sum, { pid, leastMb, mostMb }) => {
    const usedMb = pid === undefined ? undefined : usedMbByPid.get(pid);
    return sum + (usedMb !== undefined && usedMb >= leastMb ? usedMb : mostMb);
  }, 0);
