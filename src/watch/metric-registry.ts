import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

/** Values read at the moment of a scrape: one number, or one for each value of the label; absent what is unknown. */
export type Reading = number | undefined | Readonly<Record<string, number>>;

export interface Watched {
  /** Without the prefix; a counter's ends in `_total`, a figure's in its base unit. */
  name: string;
  help: string;
  /** Left out where `read` gives one number. Its values must be a closed set. */
  label?: string;
  /** A failure leaves the metric out of this scrape. */
  read(): Reading | Promise<Reading>;
}

/** The metrics of one running service; counters and gauges are registered here, all with the same prefix. */
export class MetricRegistry {
  readonly #registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
    for (const { name } of this.#registry.getMetricsAsArray()) {
      if (!processMetrics.has(name)) this.#registry.removeSingleMetric(name);
    }
  }

  counter<Label extends string>(name: string, help: string, labelNames: readonly Label[] = []): Counter<Label> {
    return new Counter({ ...this.#named(name, help), labelNames });
  }

  histogram<Label extends string>(
    name: string,
    help: string,
    buckets: readonly number[],
    labelNames: readonly Label[] = [],
  ): Histogram<Label> {
    return new Histogram({ ...this.#named(name, help), buckets: [...buckets], labelNames });
  }

  /** A value that goes up and down, read at each scrape. */
  watchGauge(watched: Watched): void {
    const gauge: Gauge = new Gauge({
      ...this.#watched(watched),
      collect: async () => {
        const values = await read(watched);
        gauge.reset();
        // A gauge without labels would be 0 while its value is unknown.
        if (values.length === 0 && watched.label === undefined) gauge.remove();
        for (const { labels, value } of values) gauge.set(labels, value);
      },
    });
  }

  /** A count that somebody else keeps, read at each scrape. */
  watchCounter(watched: Watched): void {
    const counter: Counter = new Counter({
      ...this.#watched(watched),
      collect: async () => {
        const values = await read(watched);
        counter.reset();
        for (const { labels, value } of values) counter.inc(labels, value);
      },
    });
  }

  /** The text format of Prometheus. */
  async text(): Promise<{ contentType: string; body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() };
  }

  #named(name: string, help: string) {
    return { name: `sidecar_${name}`, help, registers: [this.#registry] };
  }

  #watched({ name, help, label }: Watched) {
    return { ...this.#named(name, help), labelNames: label === undefined ? [] : [label] };
  }
}

/**
 * What means something under Bun 1.4.5: the library also registers figures of V8's heap and of libuv's handles,
 * which are 0 there, and virtual memory, which WASM reserves by the gigabyte.
 */
const processMetrics: ReadonlySet<string> = new Set([
  // The first of these reads the figures of the other two; so does the first of the event loop's.
  "process_cpu_user_seconds_total",
  "process_cpu_system_seconds_total",
  "process_cpu_seconds_total",
  "process_start_time_seconds",
  "process_resident_memory_bytes",
  "process_open_fds",
  "process_max_fds",
  "nodejs_eventloop_lag_seconds",
  "nodejs_eventloop_lag_max_seconds",
  "nodejs_eventloop_lag_mean_seconds",
  "nodejs_eventloop_lag_p99_seconds",
]);

async function read(watched: Watched): Promise<{ labels: Record<string, string>; value: number }[]> {
  const { label } = watched;
  const reading = await readOrUnknown(watched);
  if (reading === undefined) return [];
  if (typeof reading === "number") return [{ labels: {}, value: reading }];
  return Object.entries(reading).map(([name, value]) => ({
    labels: label === undefined ? {} : { [label]: name },
    value,
  }));
}

async function readOrUnknown(watched: Watched): Promise<Reading> {
  try {
    return await watched.read();
  } catch {
    return undefined;
  }
}
