import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ConsoleState } from "../frame/console-state.ts";
import { draftText, type PageState, type Run } from "../reading/run.ts";
import { seconds } from "./figures.ts";
import { SourceChip } from "./source-chip.tsx";
import { scrollToShow, visibleWindow } from "./visible-window.ts";

/** Pixels; the style sheet says the same. */
const rowHeight = 64;

/** The pages of a reading; only those in sight are drawn, so that thousands cost what twenty do. */
export function PageList({ state, run, other }: { state: ConsoleState; run: Run; other: Run | undefined }) {
  const say = state.say.value;
  const list = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ scrollTop: 0, height: 800 });
  const place = run.pages.findIndex(({ page }) => page === state.page.value);

  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const look = () => setView({ scrollTop: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);

  useLayoutEffect(() => {
    const element = list.current;
    if (element === null || place < 0 || element.clientHeight === 0) return;
    const top = scrollToShow(place, { scrollTop: element.scrollTop, height: element.clientHeight, rowHeight });
    if (top !== undefined) element.scrollTop = top;
  }, [place]);

  const { first, end } = visibleWindow({ ...view, rowHeight, count: run.pages.length });
  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 8,
      PageUp: -8,
      Home: -run.pages.length,
      End: run.pages.length,
    };
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    state.step(by);
  };
  return (
    <div
      ref={list}
      class="page-list"
      role="listbox"
      tabIndex={0}
      aria-label={say("panePages")}
      aria-activedescendant={place < 0 ? undefined : `page-${state.page.value}`}
      onKeyDown={onKeyDown}
    >
      <div role="presentation" class="page-list-inner" style={{ height: `${run.pages.length * rowHeight}px` }}>
        {run.pages.slice(first, end).map((page, index) => (
          <PageRow
            key={page.page}
            state={state}
            page={page}
            other={other?.pages.find((held) => held.page === page.page)}
            top={(first + index) * rowHeight}
            position={first + index + 1}
            count={run.pages.length}
            ended={run.state !== "reading"}
          />
        ))}
      </div>
    </div>
  );
}

interface PageRowProps {
  state: ConsoleState;
  page: PageState;
  /** The same page in the reading that this one is compared with. */
  other: PageState | undefined;
  top: number;
  position: number;
  count: number;
  ended: boolean;
}

function PageRow({ state, page, other, top, position, count, ended }: PageRowProps) {
  const { result, draft, pieces } = page;
  const say = state.say.value;
  const isChosen = state.page.value === page.page;
  const phase =
    result?.error !== undefined ? "failed" : result !== undefined ? "done" : draft || pieces ? "writing" : "waiting";
  return (
    <div
      id={`page-${page.page}`}
      role="option"
      // The list has the focus and tells which row is chosen.
      tabIndex={-1}
      aria-selected={isChosen}
      aria-posinset={position}
      aria-setsize={count}
      class="page-row"
      data-phase={phase}
      style={{ transform: `translateY(${top}px)` }}
      onClick={() => {
        state.goTo(page.page);
        state.pane.value = "page";
      }}
      onKeyDown={() => undefined}
    >
      <span class="page-number">{page.page}</span>
      <span class="page-line">
        <SourceChip say={say} source={page.source} />
        {result !== undefined && (
          <span class="figure">
            {other?.result === undefined ? "" : `${seconds(other.result.ms)} → `}
            {say("seconds", { seconds: seconds(result.ms) })}
          </span>
        )}
        {result !== undefined && other?.result !== undefined && other.result.text !== result.text && (
          <span class="chip differs">{say("differs")}</span>
        )}
        {result !== undefined && result.attempts > 1 && (
          <span class="chip plain">{say("attempts", { count: result.attempts })}</span>
        )}
        {pieces !== undefined && result === undefined && <span class="chip plain">{say("pieces", pieces)}</span>}
        {result?.tiles !== undefined && <span class="chip plain">{say("piecesAll", { all: result.tiles })}</span>}
        {result?.truncated === true && <span class="chip warn">{say("truncated")}</span>}
        {result !== undefined && result.warnings.length > 0 && (
          <span class="chip warn" title={result.warnings.join("\n")}>
            {result.warnings.length === 1 ? say("warning") : say("warnings", { count: result.warnings.length })}
          </span>
        )}
        {result?.error !== undefined && <span class="chip bad">{result.error.code}</span>}
      </span>
      <span class="page-note" title={page.reason}>
        {draft !== undefined
          ? lastLine(draftText(draft))
          : result === undefined && ended
            ? say("notRead")
            : page.reason}
      </span>
    </div>
  );
}

/** The end of what is being written. */
const lastLine = (text: string): string => text.slice(-120).replace(/\s+/g, " ");
