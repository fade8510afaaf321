import { getLogger } from "@logtape/logtape";
import { messageOf, SidecarError } from "../../errors.ts";
import type { Batcher, Place } from "../batching/batcher.ts";
import type { Answer } from "../batching/pending-request.ts";
import type { TextGroup } from "../child/tokenise-messages.ts";

export interface DeviceAnswer<Result> extends Answer<Result> {
  /** The device that really computed it. */
  device: "cpu" | "cuda";
}

/** Where a request may be computed. */
type Computing<Result> = Pick<Batcher<Result>, "submit">;

/** What is asked of the GPU; a `GpuRunner` has it. */
export interface Gpu<Result> {
  readonly ready: Computing<Result> | undefined;
  consider(): Promise<void>;
  fail(why: string): void;
}

const log = getLogger(["sidecar", "retrieval"]);

/** Computes a request on the GPU when a child is ready there, else on the CPU. */
export class ModelRunner<Result> {
  readonly #name: string;
  readonly #cpu: Computing<Result>;
  readonly #gpu: Gpu<Result>;

  constructor(name: string, cpu: Computing<Result>, gpu: Gpu<Result>) {
    this.#name = name;
    this.#cpu = cpu;
    this.#gpu = gpu;
  }

  /** As `Batcher.submit`; a failure of the GPU is not the caller's, the CPU computes the request then. */
  async submit(group: TextGroup, signal: AbortSignal, place: Place = {}): Promise<DeviceAnswer<Result>> {
    const gpu = this.#gpu.ready;
    // Starting takes seconds and goes on behind this request.
    void this.#gpu.consider();
    if (gpu === undefined) return { ...(await this.#cpu.submit(group, signal, place)), device: "cpu" };
    try {
      return { ...(await gpu.submit(group, signal, place)), device: "cuda" };
    } catch (error) {
      if (signal.aborted || !isOfTheGpu(error)) throw error;
      const why = messageOf(error);
      log.warning("A request to the {name} is computed on the CPU, because the GPU failed: {why}", {
        name: this.#name,
        why,
      });
      if (this.#gpu.ready === gpu) this.#gpu.fail(why);
      return { ...(await this.#cpu.submit(group, signal, place)), device: "cpu" };
    }
  }
}

/** Overload, a passed limit and the end of the service would be no different on the CPU. */
const sameOnTheCpu: ReadonlySet<string> = new Set(["retrieval_busy", "retrieval_timeout", "shutting_down"]);

const isOfTheGpu = (error: unknown) => !(error instanceof SidecarError && sameOnTheCpu.has(error.code));
