/** What a scrape held: for each metric its labels, and for each label the values that were seen. */
export type Exposition = Map<string, Map<string, Set<string>>>;

/** Reads the text format of Prometheus; a metric that has no value at the moment is there without labels. */
export function parseExposition(text: string): Exposition {
  const metrics: Exposition = new Map();
  for (const line of text.split("\n")) {
    const declared = /^# TYPE (\S+)/.exec(line)?.[1];
    if (declared !== undefined) metrics.set(declared, metrics.get(declared) ?? new Map());
    const [, name, labels = ""] = /^([a-z_]+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (name === undefined) continue;
    const seen = metrics.get(name) ?? new Map<string, Set<string>>();
    metrics.set(name, seen);
    for (const [, label = "", value = ""] of labels.matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)) {
      seen.set(label, (seen.get(label) ?? new Set()).add(value));
    }
  }
  return metrics;
}
