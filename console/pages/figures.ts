import type { Run } from "../reading/run.ts";

/** Milliseconds from the beginning of a reading to its end, or to now. */
export const elapsedMs = ({ startedAtMs, endedAtMs }: Pick<Run, "startedAtMs" | "endedAtMs">, nowMs: number): number =>
  Math.max(0, (endedAtMs ?? nowMs) - startedAtMs);

/** Minutes and seconds, or with hours: `1:07`, `1:02:07`. */
export function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const two = (value: number) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Seconds of one page, short: `0.01`, `3.2`, `74`. */
export function seconds(milliseconds: number): string {
  const value = milliseconds / 1000;
  if (value >= 20) return value.toFixed(0);
  return value.toFixed(value < 1 ? 2 : 1);
}

/** Bytes or megabytes of a card: `6.4 GB`, `16 GB`, `512 MB`. */
export const memory = (megabytes: number): string =>
  megabytes >= 1000 ? `${(megabytes / 1024).toFixed(1).replace(".0", "")} GB` : `${Math.round(megabytes)} MB`;
