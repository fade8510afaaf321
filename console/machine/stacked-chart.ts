/** Who holds memory of the card, from the ground up. */
export const holders = ["llm", "ocrModel", "retrieval", "other"] as const;
export type Holder = (typeof holders)[number];

/** The memory of the card at one moment, in MiB; undefined where nobody knows. */
export interface CardSample {
  atMs: number;
  held: Readonly<Record<Holder, number>> | undefined;
}

export interface ChartFrame {
  fromMs: number;
  toMs: number;
  /** MiB at the top. */
  topMb: number;
  width: number;
  height: number;
}

export interface StackedChart {
  /** Areas as paths of SVG, one for each holder. */
  areas: readonly { holder: Holder; path: string }[];
  /** Stretches of which nothing is known, by their left edge and width. */
  unknown: readonly { left: number; width: number }[];
}

export const placeOf = (atMs: number, { fromMs, toMs, width }: ChartFrame): number =>
  Math.round((width * (Math.min(toMs, Math.max(fromMs, atMs)) - fromMs) * 10) / (toMs - fromMs)) / 10;

/**
 * The samples as areas on top of each other. A sample counts until the next one, so that what is not known is not
 * drawn: a reading that failed leaves a gap and no slope to the next.
 */
export function stackChart(samples: readonly CardSample[], frame: ChartFrame): StackedChart {
  const spans = samples
    .map((sample, place) => ({ ...sample, untilMs: samples[place + 1]?.atMs ?? frame.toMs }))
    .filter(({ untilMs }) => untilMs > frame.fromMs);
  const heightOf = (mb: number) => Math.round(frame.height * (1 - Math.min(1, mb / frame.topMb)) * 10) / 10;
  const areas = holders.map((holder, place) => {
    const below = holders.slice(0, place);
    const pieces = spans.flatMap(({ atMs, untilMs, held }) => {
      if (held === undefined || held[holder] <= 0) return [];
      const ground = below.reduce((sum, other) => sum + held[other], 0);
      const [left, right] = [placeOf(atMs, frame), placeOf(untilMs, frame)];
      const [top, bottom] = [heightOf(ground + held[holder]), heightOf(ground)];
      return right > left && bottom > top ? [`M${left} ${bottom}V${top}H${right}V${bottom}Z`] : [];
    });
    return { holder, path: pieces.join("") };
  });
  const unknown = spans
    .filter(({ held }) => held === undefined)
    .map(({ atMs, untilMs }) => {
      const left = placeOf(atMs, frame);
      return { left, width: Math.round((placeOf(untilMs, frame) - left) * 10) / 10 };
    })
    .filter(({ width }) => width > 0);
  return { areas, unknown };
}

/** The sample that counts at a place of the chart. */
export function sampleAt<Sample extends { atMs: number }>(
  samples: readonly Sample[],
  left: number,
  { fromMs, toMs, width }: ChartFrame,
): Sample | undefined {
  const atMs = fromMs + (left / width) * (toMs - fromMs);
  return samples.findLast((sample) => sample.atMs <= atMs);
}

/** Whole gigabytes at which lines are drawn: at most five. */
export function gridLines(topMb: number): number[] {
  const top = topMb / 1024;
  const step = [1, 2, 4, 8, 16, 32].find((size) => top / size <= 5) ?? 64;
  return Array.from({ length: Math.floor(top / step) }, (_, place) => (place + 1) * step * 1024);
}
