import type { Retrieval } from "../../src/retrieval/retrieval.ts";

export interface SoakReport {
  embeds: number;
  /** Resident memory of this process in MiB after garbage collection, at the start and after each tenth. */
  residentMib: number[];
}

const signal = new AbortController().signal;

/** Embeds so many texts, eight callers at once, and measures this process meanwhile. */
export async function soak(retrieval: Retrieval, embeds: number): Promise<SoakReport> {
  const residentMib = [resident()];
  for (let tenth = 0; tenth < 10; tenth += 1) {
    let left = embeds / 10;
    const caller = async () => {
      while (left > 0) {
        left -= 1;
        await retrieval.embedder.embed([`concrete pipe ${left} เสาเข็ม`], signal);
      }
    };
    await Promise.all(Array.from({ length: 8 }, caller));
    residentMib.push(resident());
  }
  return { embeds, residentMib };
}

function resident(): number {
  Bun.gc(true);
  return process.memoryUsage().rss / 1_048_576;
}
