import { setTimeout as sleep } from "node:timers/promises";
import type { MetricRegistry } from "./metric-registry.ts";
import type { VramReading, VramSource } from "./sources.ts";

/** A scrape waits no longer than this for a new reading, and then takes the one before. */
const patienceMs = 50;
/** Beyond the reader's own limit. */
const readingMs = 3500;

/** Registers the VRAM by source and by model; one look at the card serves all of them. */
export function watchVram(registry: MetricRegistry, reader: VramSource): void {
  const watch = (name: string, help: string, read: (picture: VramReading) => number | undefined) =>
    registry.watchGauge({ name, help, read: async () => read(await look(reader)) });
  const known = ({ headroom }: VramReading) => (headroom.known ? headroom : undefined);
  watch("vram_known", "1 when the VRAM could be read", ({ headroom }) => Number(headroom.known));
  watch("vram_total_bytes", "Size of the card; absent while unknown", (picture) => toBytes(known(picture)?.totalMb));
  watch("vram_free_bytes", "Free VRAM, the smaller figure of the sources; absent while unknown", (picture) =>
    toBytes(known(picture)?.freeMb),
  );
  registry.watchGauge({
    name: "vram_used_bytes",
    help: "Used VRAM as each source sees it; absent while unknown",
    label: "source",
    read: async () => {
      const { ollama, nvidiaSmi, ownGpuMb } = (await look(reader)).sources;
      return inBytes({
        own: ownGpuMb,
        ...(ollama.state === "known" ? { ollama: ollama.usedMb } : {}),
        ...(nvidiaSmi.state === "known" ? { "nvidia-smi": nvidiaSmi.usedMb } : {}),
      });
    },
  });
  registry.watchGauge({
    name: "vram_model_bytes",
    help: "VRAM of Ollama's models: the OCR model and all others; absent while unknown",
    label: "model",
    read: async () => {
      const now = known(await look(reader));
      return now === undefined ? undefined : inBytes({ ocr: now.ocrModelMb, others: now.otherModelsMb });
    },
  });
}

const look = (reader: VramSource): Promise<VramReading> =>
  Promise.race([
    reader.picture(AbortSignal.timeout(readingMs)),
    sleep(patienceMs, undefined, { ref: false }).then(() => reader.last()),
  ]);

const bytesPerMb = 1_048_576;

const toBytes = (megabytes: number | undefined) => (megabytes === undefined ? undefined : megabytes * bytesPerMb);

const inBytes = (megabytes: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(megabytes).map(([name, value]) => [name, value * bytesPerMb]));
