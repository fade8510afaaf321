import type { OcrDeltaEvent, OcrEvent } from "../../src/client.ts";
import { type Draft, type Fault, type PageState, type Run, textOf } from "./run.ts";

/** What happens to a run: events of the service, or an end that the service does not tell. */
export type RunEvent =
  | { type: "told"; event: OcrEvent; atMs: number }
  | { type: "failed"; fault: Fault; atMs: number }
  | { type: "stopped"; atMs: number };

/** The run after some events. Many at once cost as much as one: the list of pages is copied once. */
export function reduceRun(before: Run, events: readonly RunEvent[]): Run {
  const run: Run & { pages: PageState[] } = { ...before, pages: [...before.pages] };
  const places = new Map(run.pages.map(({ page }, place) => [page, place]));
  /** Pages that the plan did not name follow at the end. */
  const change = (page: number, next: (state: PageState) => PageState) => {
    const place = places.get(page) ?? run.pages.length;
    places.set(page, place);
    run.pages[place] = next(run.pages[place] ?? { page, source: "", reason: "" });
  };
  for (const event of events) {
    if (run.state !== "reading") break;
    switch (event.type) {
      case "told":
        apply(run, event.event, event.atMs, places, change);
        break;
      case "failed":
        end(run, "failed", event.atMs);
        run.fault = event.fault;
        break;
      case "stopped":
        end(run, "stopped", event.atMs);
        break;
      default:
        event satisfies never;
    }
  }
  return run;
}

function apply(
  run: Run & { pages: PageState[] },
  event: OcrEvent,
  atMs: number,
  places: Map<number, number>,
  change: (page: number, next: (state: PageState) => PageState) => void,
): void {
  switch (event.type) {
    case "plan":
      run.pages = event.pages.map(({ page, source, reason }) => ({ page, source, reason }));
      places.clear();
      for (const [place, { page }] of run.pages.entries()) places.set(page, place);
      break;
    case "tile":
      change(event.page, (state) => ({ ...state, pieces: { done: event.done, all: event.tiles } }));
      break;
    case "delta":
      change(event.page, (state) =>
        state.result === undefined ? { ...state, draft: written(state.draft, event) } : state,
      );
      break;
    case "page": {
      const { page: result } = event;
      run.finished += 1;
      change(result.page, ({ page, reason }) => ({
        page,
        source: result.source,
        reason: result.reason ?? reason,
        result,
      }));
      break;
    }
    case "done": {
      const { text, pages, ...answer } = event.answer;
      // A service that knows no events answers everything at once.
      for (const result of run.finished === 0 ? (pages ?? []) : []) {
        run.finished += 1;
        change(result.page, () => ({
          page: result.page,
          source: result.source,
          reason: result.reason ?? "",
          result,
        }));
      }
      end(run, "done", atMs);
      run.answer = answer;
      if (text !== textOf(run)) run.fault = differs;
      break;
    }
    case "error":
      end(run, "failed", atMs);
      run.fault = faultOf(event.error);
      break;
    default:
      event satisfies never;
  }
}

/** What is written after a piece more of it. A new attempt replaces the text of the one before. */
function written(before: Draft | undefined, { tile = 0, attempt, text }: OcrDeltaEvent): Draft {
  const held = before?.get(tile);
  if (held !== undefined && held.attempt > attempt) return before ?? new Map();
  return new Map(before).set(tile, { attempt, text: held?.attempt === attempt ? held.text + text : text });
}

/** Never seen; a text that is not what its pages say must not be shown as if it were. */
const differs: Fault = {
  message: "The text of the answer is not that of its pages; download it with curl and compare.",
  code: "invalid_answer",
  status: undefined,
  requestId: undefined,
  retryAfterSeconds: undefined,
  issues: [],
};

function end(run: Run, state: Run["state"], atMs: number): void {
  run.state = state;
  run.endedAtMs = atMs;
  run.pages = run.pages.map(({ draft: _draft, ...page }) => page);
}

/** The parts of a client's error that are shown. */
export const faultOf = (error: Fault): Fault => ({
  message: error.message,
  code: error.code,
  status: error.status,
  requestId: error.requestId,
  retryAfterSeconds: error.retryAfterSeconds,
  issues: error.issues,
});
