import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { type Exposition, parseExposition } from "../support/exposition.ts";
import { parseQuery, type Selector } from "../support/promql.ts";
import { scan } from "../support/scan.ts";
import { startWithOllama } from "../support/sidecar-with-ollama.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(60_000);

const root = join(import.meta.dir, "../..");

const rule = z.strictObject({
  alert: z.string().regex(/^OcrSidecar[A-Z]\w+$/),
  expr: z.string(),
  for: z
    .string()
    .regex(/^\d+m$/)
    .optional(),
  labels: z.strictObject({ severity: z.enum(["critical", "warning", "info"]) }),
  annotations: z.strictObject({ summary: z.string(), description: z.string() }),
});
const rulesFile = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(rule) })).length(1),
});
const recordingFile = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        name: z.string(),
        rules: z.array(z.strictObject({ record: z.string().regex(/^ocr_sidecar:\w+:\w+$/), expr: z.string() })),
      }),
    )
    .length(1),
});
const panel = z.object({
  id: z.int(),
  type: z.enum(["row", "stat", "timeseries"]),
  title: z.string(),
  gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })).optional(),
});
const dashboard = z.object({ uid: z.string(), title: z.string(), panels: z.array(panel) });

const readDashboard = async () =>
  dashboard.parse(JSON.parse(await readFile(join(root, "deploy/grafana-dashboard.json"), "utf8")));
const readRules = async () => {
  const { groups } = rulesFile.parse(parse(await readFile(join(root, "deploy/alerts.yml"), "utf8")));
  return groups.flatMap(({ rules }) => rules);
};

/** Labels that Prometheus adds when it scrapes. */
const scrapeLabels: ReadonlySet<string> = new Set(["instance", "job"]);

let exposition: Exposition;
beforeAll(async () => {
  exposition = parseExposition(await scrapeBusyService());
  // Prometheus's own account of a scrape.
  exposition.set("up", new Map());
});

describe("the dashboard", () => {
  test("asks only for metrics, labels and values that the service has", async () => {
    const { panels } = await readDashboard();
    const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
    expect(queries.length).toBeGreaterThan(30);
    expect(queries.flatMap(problemsOf)).toEqual([]);
  });

  test("names in its legends only labels that its queries keep", async () => {
    const { panels } = await readDashboard();
    const lost = panels.flatMap(({ targets = [] }) =>
      targets.filter(({ expr, legendFormat }) => {
        const { selectors, groupingLabels } = parseQuery(expr);
        const kept = groupingLabels.length > 0 ? groupingLabels : labelsOf(selectors);
        return [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].some((match) => !kept.includes(match[1] ?? ""));
      }),
    );
    expect(lost).toEqual([]);
  });

  test("gives every panel an id of its own and a place where no other stands", async () => {
    const { panels } = await readDashboard();
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)},${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
  });
});

describe("the alert rules", () => {
  test("ask only for metrics, labels and values that the service has", async () => {
    const rules = await readRules();
    expect(rules.length).toBeGreaterThan(9);
    expect(rules.flatMap(({ expr }) => problemsOf(expr))).toEqual([]);
  });

  test("are each explained in the operations guide, and nothing else is", async () => {
    const guide = await readFile(join(root, "docs/operations.md"), "utf8");
    const explained = [...guide.matchAll(/^\| `(OcrSidecar\w+)`/gm)].map((match) => match[1]);
    expect(explained.sort()).toEqual((await readRules()).map(({ alert }) => alert).sort());
  });
});

describe("the rule for autoscalers", () => {
  const readRecording = async () => {
    const file = recordingFile.parse(parse(await readFile(join(root, "deploy/scale/autoscaling.yml"), "utf8")));
    return file.groups.flatMap(({ rules }) => rules);
  };

  test("asks only for metrics and labels that the service has, and the guide names it", async () => {
    const recorded = await readRecording();
    expect(recorded.length).toBe(1);
    expect(recorded.flatMap(({ expr }) => problemsOf(expr))).toEqual([]);
    const guide = await readFile(join(root, "docs/scaling.md"), "utf8");
    for (const { record, expr } of recorded)
      expect([guide.includes(record), guide.includes(expr)]).toEqual([true, true]);
  });

  test("counts every page that is still to be read, from the moment its document is planned", async () => {
    await using world = await startWithOllama({ pageDelayMs: 60_000 });
    const left = new AbortController();
    const pages = () =>
      world.sidecar
        .call("/metrics")
        .then((response) => response.text())
        .then((text) => [...text.matchAll(/^sidecar_queue_pages\{.*\} (\d+)$/gm)])
        .then((values) => values.reduce((sum, [, value]) => sum + Number(value), 0));
    const documents = [12, 9].map((count) =>
      world.sidecar.upload(scan(count, `${count}`), {}, { signal: left.signal }).catch(() => undefined),
    );
    await until(async () => (await pages()) === 21, "21 pages are counted");
    left.abort();
    await Promise.all(documents);
    await until(async () => (await pages()) === 0, "none is left");
  });
});

test("the operations guide names only metrics that the service has, and all of them", async () => {
  const guide = await readFile(join(root, "docs/operations.md"), "utf8");
  const named = new Set([...guide.matchAll(/\b(?:sidecar|nodejs|process)_[a-z0-9_]+/g)].map(([name]) => name));
  const served = [...exposition.keys()].filter((name) => !/_(bucket|sum|count)$/.test(name) && name !== "up");
  expect([...named].filter((name) => !exposition.has(name))).toEqual([]);
  expect(served.filter((name) => name.startsWith("sidecar_") && !named.has(name))).toEqual([]);
});

test("names and units of the metrics follow the conventions of Prometheus", () => {
  const names = [...exposition.keys()].filter((name) => name.startsWith("sidecar_"));
  expect(names.filter((name) => /_(ms|mb|mib|minutes|hours|percent)(_|$)/.test(name))).toEqual([]);
});

function problemsOf(query: string): string[] {
  const { selectors, groupingLabels } = parseQuery(query);
  const known = new Set([...labelsOf(selectors), ...scrapeLabels]);
  return [
    ...selectors.flatMap((selector) => problemsOfSelector(selector, query)),
    ...groupingLabels.filter((label) => !known.has(label)).map((label) => `no label ${label} in ${query}`),
  ];
}

function problemsOfSelector({ metric, matchers }: Selector, query: string): string[] {
  const labels = exposition.get(metric);
  if (labels === undefined) return [`no metric ${metric} in ${query}`];
  return matchers
    .filter(({ label }) => !scrapeLabels.has(label))
    .flatMap(({ label, operator, value }) => {
      const wanted = operator === "=~" ? value.split("|") : [value];
      return wanted
        .filter((one) => !labels.get(label)?.has(one))
        .map((one) => `${metric} has no ${label}="${one}", in ${query}`);
    });
}

const labelsOf = (selectors: readonly Selector[]) =>
  selectors.flatMap(({ metric }) => [...(exposition.get(metric)?.keys() ?? [])]);

/** The metrics of a service that has done one of everything. */
async function scrapeBusyService(): Promise<string> {
  const preloaded = [{ name: "llm:latest" }];
  await using world = await startWithOllama({ loadDelayMs: 1100, preloaded }, { OCR_PAGE_ATTEMPTS: "2" });
  const { fake, sidecar } = world;
  fake.fail("crash");
  for (const _ of ["read", "kept"]) expect((await sidecar.upload(scan(1))).status).toBe(200);
  fake.fail("crash", { times: 2 });
  expect((await sidecar.upload(scan(1, "fails"))).status).toBe(502);
  fake.fail("not-installed", { path: "/api/tags" });
  await sidecar.post("/ocr", { pdfPath: `${sidecar.base}/missing.pdf` });
  await fake.stop();
  expect((await sidecar.upload(scan(1, "nobody there"))).status).toBe(503);
  await fake.restart();
  return await (await sidecar.call("/metrics")).text();
}
