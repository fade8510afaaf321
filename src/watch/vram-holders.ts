import type { VramReading } from "./sources.ts";

/** Who holds the card, in MB of 1,048,576 bytes. */
export type VramHolders =
  | {
      known: true;
      totalMb: number;
      freeMb: number;
      /** Ollama's models other than the OCR model. */
      llmMb: number;
      ocrModelMb: number;
      /** Our own processes for retrieval. */
      retrievalMb: number;
      /** Other processes, and what drivers and runners take beside models; null where nobody can say. */
      otherMb: number | null;
    }
  | { known: false; why: string };

/** Ollama tells of its models, the driver of everything: what is left over is somebody else's. */
export function holdersOf({ headroom, sources }: VramReading): VramHolders {
  if (!headroom.known) return { known: false, why: headroom.why };
  const { totalMb, freeMb, otherModelsMb, ocrModelMb } = headroom;
  const { nvidiaSmi, ownGpuMb } = sources;
  const other = nvidiaSmi.state === "known" ? nvidiaSmi.usedMb - otherModelsMb - ocrModelMb - ownGpuMb : undefined;
  return {
    known: true,
    totalMb: Math.round(totalMb),
    freeMb: Math.round(freeMb),
    llmMb: Math.round(otherModelsMb),
    ocrModelMb: Math.round(ocrModelMb),
    retrievalMb: Math.round(ownGpuMb),
    otherMb: other === undefined ? null : Math.max(0, Math.round(other)),
  };
}
