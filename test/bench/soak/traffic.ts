import { makeDocument } from "../../../scripts/fuzz/documents.ts";
import { makeRequest } from "../../../scripts/fuzz/endpoints.ts";
import { violationsOf } from "../../../scripts/fuzz/invariants.ts";
import { createRandom, type Random } from "../../../scripts/fuzz/random.ts";
import { buildPdf } from "../../support/pdf-builder.ts";
import { scan } from "../../support/scan.ts";
import type { SoakWorld } from "./world.ts";

export interface TrafficCounts {
  sound: number;
  hostile: number;
  gone: number;
  /** Sound documents that were not read, and answers that break an invariant. */
  failures: string[];
  /** Milliseconds of the sound ones. */
  times: number[];
}

export interface Traffic {
  /** Sends one more request and does not wait for it. */
  next(): void;
  takeCounts(): TrafficCounts;
  /** Waits until everything sent is answered. */
  settled(): Promise<void>;
}

const hostilePercent = 5;
const gonePercent = 5;
const capacityMs = 10_000;
const capacityClients = 8;

interface Sound {
  file: Uint8Array<ArrayBuffer>;
  pages: number;
}

/** Two scans to one typed document; enough of them that the same one never runs twice at once. */
const soundDocuments: readonly Sound[] = Array.from({ length: 60 }, (_, index) =>
  index % 3 === 0
    ? {
        file: buildPdf(
          Array(3).fill({ kind: "text", lines: Array(20).fill(`Letter ${index}, typed, of some length.`) }),
        ),
        pages: 3,
      }
    : { file: scan(1 + (index % 2), `scan ${index}`), pages: 1 + (index % 2) },
);

const soundAt = (index: number): Sound => soundDocuments[index % soundDocuments.length] ?? { file: scan(1), pages: 1 };

/** Documents a second that a few clients get who ask again as soon as they are answered. */
export async function measureCapacity({ service }: SoakWorld): Promise<number> {
  const startedMs = performance.now();
  let done = 0;
  let next = 0;
  const client = async () => {
    while (performance.now() - startedMs < capacityMs) {
      const document = soundAt(next);
      next += 1;
      const failure = await sendSound(service.url, document);
      if (failure !== undefined) throw new Error(failure);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: capacityClients }, client));
  return done / ((performance.now() - startedMs) / 1000);
}

export function createTraffic({ service }: SoakWorld, seed: number): Traffic {
  const random = createRandom(seed);
  const running = new Set<Promise<void>>();
  let counts = emptyCounts();
  let sent = 0;

  const sound = async () => {
    const startedMs = performance.now();
    const failure = await sendSound(service.url, soundAt(sent));
    counts.sound += 1;
    counts.times.push(performance.now() - startedMs);
    if (failure !== undefined) counts.failures.push(failure);
  };
  const hostile = async () => {
    counts.hostile += 1;
    counts.failures.push(...(await sendHostile(service.url, service.base, random)));
  };
  const gone = async () => {
    counts.gone += 1;
    const signal = AbortSignal.timeout(random.int(400));
    await post(service.url, random.percent(30) ? makeDocument(random) : soundAt(sent).file, signal).catch(
      () => undefined,
    );
  };

  return {
    next() {
      sent += 1;
      const roll = random.int(100);
      const request = roll < hostilePercent ? hostile : roll < hostilePercent + gonePercent ? gone : sound;
      const work: Promise<void> = request()
        .catch((error: unknown) => void counts.failures.push(String(error)))
        .finally(() => running.delete(work));
      running.add(work);
    },
    takeCounts() {
      const taken = counts;
      counts = emptyCounts();
      return taken;
    },
    settled: async () => void (await Promise.all(running)),
  };
}

const emptyCounts = (): TrafficCounts => ({ sound: 0, hostile: 0, gone: 0, failures: [], times: [] });

function post(url: string, file: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<Response> {
  const form = new FormData();
  form.set("file", new Blob([file]));
  const init = { method: "POST", body: form };
  return fetch(`${url}/ocr-upload`, signal === undefined ? init : { ...init, signal });
}

/** What was wrong, if anything. */
async function sendSound(url: string, { file, pages }: Sound): Promise<string | undefined> {
  const response = await post(url, file);
  const text = await response.text();
  const right = response.status === 200 && text.includes(`"pageCount":${pages}`);
  return right ? undefined : `a sound document of ${pages} pages: ${response.status} ${text.slice(0, 300)}`;
}

async function sendHostile(url: string, base: string, random: Random): Promise<string[]> {
  const { method, path, headers, body } = makeRequest(random, base);
  const response = await fetch(url + path, body === undefined ? { method, headers } : { method, headers, body });
  const answer = { method, path, status: response.status, headers: response.headers, text: await response.text() };
  return violationsOf(answer, []).map((violation) => `${method} ${path}: ${violation}`);
}
