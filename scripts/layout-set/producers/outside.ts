import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { PlacedDocument } from "../marks.ts";
import { loadFonts } from "../metrics.ts";

/** Which registry the producers come from. */
export type Origin = "npm" | "python";

/** What a producer outside makes a file of: marks at their places, or HTML. */
export interface Order {
  origin: Origin;
  producer: string;
  /** Of the PDF. */
  path: string;
  content: PlacedDocument | { html: string };
}

/** Runs the programs of the producers, which get their orders and the fonts in a folder. */
export async function runProducers(folder: string, orders: readonly Order[]): Promise<void> {
  const { regular, bold } = await loadFonts();
  for (const [origin, own] of Map.groupBy(orders, (order) => order.origin)) {
    const work = join(folder, `.${origin}`);
    await mkdir(work, { recursive: true });
    await Promise.all([
      Bun.write(join(work, "orders.json"), JSON.stringify(own)),
      Bun.write(join(work, "Sarabun-Regular.ttf"), regular),
      Bun.write(join(work, "Sarabun-Bold.ttf"), bold),
    ]);
    const program = new URL(`with-${origin}.sh`, import.meta.url).pathname;
    const { exited } = Bun.spawn(["bash", program, work], { stdout: "inherit", stderr: "inherit" });
    if ((await exited) !== 0) throw new Error(`${program} failed`);
    await rm(work, { recursive: true });
  }
}
