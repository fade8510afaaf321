import type { HeadroomReader, VramPicture } from "./gpu/headroom-reader.ts";
import type { MetricRegistry } from "./metric-registry.ts";

/** A scrape waits no longer than this for the VRAM sources. */
const vramTimeoutMs = 3500;

/** Registers the VRAM by source and by model; one look at the card serves all of them. */
export function watchVram(registry: MetricRegistry, reader: HeadroomReader): void {
  const watch = (name: string, help: string, read: (picture: VramPicture) => number | undefined) =>
    registry.watchGauge({ name, help, read: async () => read(await look(reader)) });
  const known = ({ headroom }: VramPicture) => (headroom.known ? headroom : undefined);
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

const look = (reader: HeadroomReader) => reader.picture(AbortSignal.timeout(vramTimeoutMs));

const bytesPerMb = 1_048_576;

const toBytes = (megabytes: number | undefined) => (megabytes === undefined ? undefined : megabytes * bytesPerMb);

const inBytes = (megabytes: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(megabytes).map(([name, value]) => [name, value * bytesPerMb]));
