import { useEffect, useRef, useState } from "preact/hooks";
import type { Activity } from "../../src/client.ts";
import type { ConsoleState } from "../frame/console-state.ts";
import { memory } from "../pages/figures.ts";
import type { WordKey } from "../words/words.ts";
import { clockTime } from "./clock-time.ts";
import {
  type CardSample,
  type ChartFrame,
  gridLines,
  type Holder,
  holders,
  placeOf,
  sampleAt,
  stackChart,
} from "./stacked-chart.ts";

const names: Readonly<Record<Holder, WordKey>> = {
  llm: "holderLlm",
  ocrModel: "holderOcr",
  retrieval: "holderRetrieval",
  other: "holderOther",
};

const height = 200;
/** Before anything is known of the card. */
const assumedTopMb = 16_384;

/** Memory of the card by holder over the time that the service remembers, with what became of the OCR model. */
export function CardChart({ state, activity }: { state: ConsoleState; activity: Activity }) {
  const say = state.say.value;
  const language = state.language.value;
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  const [pointed, setPointed] = useState<number>();
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const { nowMs, keepSeconds } = activity;
  const known = activity.samples.flatMap(({ vram }) => (isKnown(vram) ? [vram.totalMb] : []));
  const topMb = known.at(-1) ?? assumedTopMb;
  const frame: ChartFrame = { fromMs: nowMs - keepSeconds * 1000, toMs: nowMs, topMb, width, height };
  const samples = activity.samples.map(toSample);
  const { areas, unknown } = stackChart(samples, frame);
  const shown = pointed === undefined ? samples.at(-1) : sampleAt(samples, pointed, frame);
  const why = activity.samples.find(({ atMs }) => atMs === shown?.atMs)?.vram;
  const marks = activity.decisions.filter(({ subject, atMs }) => subject === "ocr-model" && atMs >= frame.fromMs);
  const rowOf = (mb: number) => Math.round(height * (1 - mb / topMb)) + 0.5;
  const held = (holder: Holder) => {
    // Without nvidia-smi nobody knows of others.
    const isUnknown = holder === "other" && why !== undefined && isKnown(why) && why.otherMb === null;
    return shown?.held === undefined || isUnknown ? "–" : memory(shown.held[holder]);
  };
  return (
    <section class="card">
      <div class="row">
        <h3>{say("cardMemory")}</h3>
        <span class="spring" />
        <span class="quiet-text figure">{shown === undefined ? "" : clockTime(shown.atMs, language)}</span>
      </div>
      <ul class="legend">
        {holders.map((holder) => (
          <li key={holder} data-holder={holder}>
            {say(names[holder])} <span class="figure">{held(holder)}</span>
          </li>
        ))}
        <li data-holder="free">
          {say("holderFree")} <span class="figure">{why !== undefined && isKnown(why) ? memory(why.freeMb) : "–"}</span>
        </li>
      </ul>
      <div
        ref={place}
        class="chart"
        onPointerMove={(event) => setPointed(event.clientX - event.currentTarget.getBoundingClientRect().left)}
        onPointerLeave={() => setPointed(undefined)}
      >
        <svg width={width} height={height + 36} role="img" aria-label={say("cardChart")}>
          {gridLines(topMb).map((mb) => (
            <line key={mb} class="grid-line" x1={0} x2={width} y1={rowOf(mb)} y2={rowOf(mb)} />
          ))}
          {unknown.map((stretch) => (
            <rect key={stretch.left} class="unknown" x={stretch.left} y={0} width={stretch.width} height={height} />
          ))}
          {areas.map(({ holder, path }) => (
            <path key={holder} d={path} data-holder={holder} />
          ))}
          {gridLines(topMb).map((mb) => (
            <text key={mb} class="grid-label" x={4} y={Math.max(12, rowOf(mb) - 4)}>
              {memory(mb)}
            </text>
          ))}
          {pointed !== undefined && <line class="pointer" x1={pointed} x2={pointed} y1={0} y2={height} />}
          <line class="ground" x1={0} x2={width} y1={height + 0.5} y2={height + 0.5} />
          {marks.map(({ atMs, action, reason }) => (
            <g key={`${atMs} ${action}`} class="mark" data-action={action}>
              <title>{`${clockTime(atMs, language)} ${say(actionWord(action), { action })}: ${reason}`}</title>
              <text x={placeOf(atMs, frame)} y={height + 15}>
                {signOf(action)}
              </text>
            </g>
          ))}
          {[15, 10, 5, 0].map((minutes) => (
            <text
              key={minutes}
              class="time"
              x={placeOf(nowMs - minutes * 60_000, frame)}
              y={height + 32}
              text-anchor={minutes === 0 ? "end" : minutes === 15 ? "start" : "middle"}
            >
              {clockTime(nowMs - minutes * 60_000, language)}
            </text>
          ))}
        </svg>
      </div>
      {why !== undefined && !isKnown(why) && <p class="warn-text">{why.why}</p>}
    </section>
  );
}

type Vram = Activity["samples"][number]["vram"];
type KnownVram = Extract<Vram, { known: true }>;

const isKnown = (vram: Vram): vram is KnownVram => vram.known;

function toSample({ atMs, vram }: Activity["samples"][number]): CardSample {
  if (!isKnown(vram)) return { atMs, held: undefined };
  const { llmMb: llm, ocrModelMb: ocrModel, retrievalMb: retrieval, otherMb } = vram;
  return { atMs, held: { llm, ocrModel, retrieval, other: otherMb ?? 0 } };
}

/** What a mark under the chart stands for. */
function signOf(action: string): string {
  if (action === "loaded") return "▲";
  if (action === "kept") return "●";
  return action === "unloaded" ? "▽" : "✕";
}

const actionWords: ReadonlyMap<string, WordKey> = new Map([
  ["loaded", "actionLoaded"],
  ["kept", "actionKept"],
  ["unloaded", "actionUnloaded"],
  ["unload-failed", "actionUnloadFailed"],
  ["gpu-starting", "actionGpuStarting"],
  ["gpu-ready", "actionGpuReady"],
  ["gpu-left", "actionGpuLeft"],
]);

export const actionWord = (action: string): WordKey => actionWords.get(action) ?? "actionUnknown";
