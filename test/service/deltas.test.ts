import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { parseEvents } from "../../src/client/event-stream.ts";
import type { PageRecord } from "../support/fake-ollama/records.ts";
import { scan } from "../support/scan.ts";
import { type SidecarWithOllama, startWithOllama } from "../support/sidecar-with-ollama.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const [mine, others] = [crypto.randomUUID(), crypto.randomUUID()];
const pdf = scan(1);
const pageText = "The first words of the page, then some more of them, and in the end the last ones.";

/** Four pieces, each later than those before are sent together. */
const startWorld = ({ answer = (_: PageRecord): string => pageText, pageDelayMs = 500 } = {}) =>
  startWithOllama({ answer, pageDelayMs, pieceCount: 4 }, { OCR_SIDECAR_API_KEY: `${mine},${others}` });

interface Event {
  name: string;
  page?: number;
  attempt?: number;
  text?: string;
}

const eventStream = (key = mine) => ({ headers: { Accept: "text/event-stream", "X-API-Key": key } });

async function eventsOf(response: Promise<Response>, onEvent: (event: Event) => void = () => undefined) {
  const { body } = await response;
  const events: Event[] = [];
  for await (const { event, data } of parseEvents(body ?? new Blob([]).stream())) {
    const { page, attempt, text } = JSON.parse(data);
    events.push({ name: event, page, attempt, text });
    onEvent({ name: event, page, attempt, text });
  }
  return events;
}

const read = ({ sidecar }: SidecarWithOllama, fields: Record<string, string> = {}, key = mine) =>
  sidecar.upload(pdf, { deltas: "true", ...fields }, eventStream(key));

const deltasOf = (events: readonly Event[], attempt = 1) =>
  events.filter((event) => event.name === "delta" && event.attempt === attempt);
const textOf = (events: readonly Event[]) => events.map(({ text }) => text).join("");

/** What the deltas said is what the page begins with; its last pieces may come with the page itself. */
function expectBeginning(deltas: readonly Event[], whole = pageText) {
  expect(deltas.length).toBeGreaterThan(0);
  expect(whole).toStartWith(textOf(deltas));
}

describe("what the model writes", () => {
  test.each(["/ocr-upload", "/ocr"])("comes while it writes, and the page in the end (%s)", async (path) => {
    await using world = await startWorld();
    const pdfPath = join(world.sidecar.base, "scan.pdf");
    await Bun.write(pdfPath, pdf);
    const ask = () =>
      path === "/ocr" ? world.sidecar.post("/ocr", { pdfPath, deltas: true }, eventStream()) : read(world);
    const events = await eventsOf(ask());
    expectBeginning(deltasOf(events));
    expect(events.map(({ name }) => name)).toEqual(["plan", ...deltasOf(events).map(() => "delta"), "page", "done"]);
    expect(events.at(-2)).toMatchObject({ page: 1, text: pageText });
  });

  test("does not come to who has not asked for it", async () => {
    await using world = await startWorld();
    const events = await eventsOf(read(world, { deltas: "false" }));
    expect(events.map(({ name }) => name)).toEqual(["plan", "page", "done"]);
  });

  test("begins anew with the next attempt", async () => {
    await using world = await startWorld();
    world.fake.fail("reset");
    const events = await eventsOf(read(world));
    expect(pageText).toStartWith(textOf(deltasOf(events, 1)));
    expectBeginning(deltasOf(events, 2));
    expect(events.findLastIndex(({ attempt }) => attempt === 1)).toBeLessThan(
      events.findIndex(({ attempt }) => attempt === 2),
    );
  });

  test("does not come behind its page", async () => {
    await using world = await startWorld({ pageDelayMs: 40 });
    const upload = world.sidecar.upload(scan(3), { deltas: "true" }, eventStream());
    const events = await eventsOf(upload);
    expect(deltasOf(events)).not.toEqual([]);
    for (const page of [1, 2, 3]) {
      const names = events.filter((event) => event.page === page).map(({ name }) => name);
      expect(names.indexOf("page")).toBe(names.length - 1);
    }
  });

  test("comes to two callers of one page, to the second from the beginning as well", async () => {
    // Time enough for the second to arrive on a busy machine.
    await using world = await startWorld({ pageDelayMs: 3000 });
    let second: Promise<Event[]> | undefined;
    const first = await eventsOf(read(world), ({ name }) => {
      if (name === "delta") second ??= eventsOf(read(world, {}, others));
    });
    const joined = (await second) ?? [];
    expect(world.fake.pages).toHaveLength(1);
    for (const events of [first, joined]) {
      expect(pageText).toStartWith(textOf(deltasOf(events)));
      expect(events.at(-2)).toMatchObject({ name: "page", text: pageText });
    }
    const [beginning] = deltasOf(first);
    expect(textOf(deltasOf(joined))).toStartWith(beginning?.text ?? "?");
  });

  test("by the order of another caller does not come to who gives none", async () => {
    await using world = await startWorld({
      answer: ({ system = "Nobody told me anything about this page." }) => system.repeat(3),
    });
    const secret = "The secret of the other caller.";
    const theirs = eventsOf(read(world, { systemPrompt: secret }, others));
    await until(() => (world.fake.pages[0]?.text ?? "") !== "");
    const events = await eventsOf(read(world));
    expect(textOf(deltasOf(events))).toContain("Nobody told me");
    expect(JSON.stringify(events)).not.toContain("secret");
    expect(textOf(deltasOf(await theirs))).toContain(secret);
  });

  test("is written no further for a caller who leaves in the middle", async () => {
    await using world = await startWorld({ pageDelayMs: 4000 });
    const response = await read(world);
    for await (const { event } of parseEvents(response.body ?? new Blob([]).stream())) if (event === "delta") break;
    await until(() => world.fake.pages[0]?.outcome === "aborted", "the model is stopped", 2000);
  });
});

describe("deltas", () => {
  test.each([
    ["/ocr-upload", "true", {}],
    ["/ocr-upload", "1", { Accept: "application/json" }],
    ["/ocr-upload", "perhaps", eventStream().headers],
    ["/ocr", true, {}],
    ["/ocr", "true", eventStream().headers],
  ] as const)(
    "without a stream of events, or neither true nor false, are refused (%s, %p)",
    async (path, deltas, headers) => {
      await using world = await startWorld();
      const init = { headers: { "X-API-Key": mine, ...headers } };
      const response =
        path === "/ocr"
          ? await world.sidecar.post(path, { pdfPath: join(world.sidecar.base, "scan.pdf"), deltas }, init)
          : await world.sidecar.upload(pdf, { deltas: String(deltas) }, init);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: "invalid_request", errors: [{ path: "deltas" }] });
      expect(world.fake.pages).toEqual([]);
    },
  );
});
