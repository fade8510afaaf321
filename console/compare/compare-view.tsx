import { useMemo } from "preact/hooks";
import type { ConsoleState } from "../frame/console-state.ts";
import { clock, elapsedMs, seconds } from "../pages/figures.ts";
import type { DocumentEntry } from "../reading/documents.ts";
import type { Run } from "../reading/run.ts";
import { shownText } from "../viewer/shown-text.ts";
import { compareOrders } from "./compare-orders.ts";
import { type ComparedBlock, comparePages } from "./compare-pages.ts";
import type { Part } from "./compare-words.ts";

/** Two readings of the page that is looked at: what differs, and what they were asked and took. */
export function CompareView({ state, entry }: { state: ConsoleState; entry: DocumentEntry }) {
  const say = state.say.value;
  const { a, b } = entry;
  const page = state.page.value;
  const [before, after] = [textOf(a, page), textOf(b, page)];
  const [shownBefore, shownAfter] = [shownText(before ?? ""), shownText(after ?? "")];
  const compared = useMemo(() => comparePages(shownBefore.text, shownAfter.text), [shownBefore.text, shownAfter.text]);
  const leftOut = shownBefore.leftOut + shownAfter.leftOut;
  if (a === undefined || b === undefined) return null;
  const { removedWords, addedWords, changedCells } = compared;
  return (
    <section
      class="page-text compare"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      aria-label={say("compare")}
    >
      <Totals state={state} a={a} b={b} />
      <p class="run-facts" role="status">
        {before === after
          ? say("compareSame")
          : removedWords + addedWords + changedCells === 0 && leftOut === 0
            ? say("compareSameWords")
            : say("compareCounts", { removed: removedWords, added: addedWords, cells: changedCells })}
      </p>
      {before === undefined || after === undefined ? (
        <p class="quiet-text">{say("compareMissing")}</p>
      ) : (
        compared.blocks.map((block, place) => <Compared key={place} block={block} />)
      )}
      {leftOut > 0 && <p class="warn-text">{say("leftOut", { count: leftOut })}</p>}
    </section>
  );
}

const textOf = (run: Run | undefined, page: number): string | undefined =>
  run?.pages.find((held) => held.page === page)?.result?.text;

function Compared({ block }: { block: ComparedBlock }) {
  if (block.kind === "text") {
    return (
      <pre class="compared">
        <Parts parts={block.parts} />
      </pre>
    );
  }
  return (
    <div class="table-scroll">
      <table class="compared-table">
        <tbody>
          {block.rows.map((row, place) => (
            <tr key={place}>
              {row.map((cell, column) => (
                <td key={column} data-differs={cell.some(({ kind }) => kind !== "same")}>
                  <Parts parts={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Parts({ parts }: { parts: readonly Part[] }) {
  return (
    <>
      {parts.map(({ kind, text }, place) => {
        if (kind === "same") return <span key={place}>{text}</span>;
        return kind === "removed" ? <del key={place}>{text}</del> : <ins key={place}>{text}</ins>;
      })}
    </>
  );
}

/** The readings as wholes, and in what their requests differ. */
function Totals({ state, a, b }: { state: ConsoleState; a: Run; b: Run }) {
  const say = state.say.value;
  const page = state.page.value;
  const resultOf = (run: Run) => run.pages.find((held) => held.page === page)?.result;
  const pageTime = (run: Run) => {
    const result = resultOf(run);
    return result === undefined ? "–" : say("seconds", { seconds: seconds(result.ms) });
  };
  const rows: readonly (readonly [string, string, string])[] = [
    [say("total"), clock(elapsedMs(a, Date.now())), clock(elapsedMs(b, Date.now()))],
    [say("compareThisPage"), pageTime(a), pageTime(b)],
    [say("compareCharacters"), charsOf(a), charsOf(b)],
    ...compareOrders(a.fields, b.fields).map(
      ({ name, a: first = "–", b: second = "–" }) => [name, first, second] as const,
    ),
  ];
  return (
    <div class="table-scroll">
      <table class="totals">
        <thead>
          <tr>
            <td />
            <th scope="col">{say("runA")}</th>
            <th scope="col">{say("runB")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, first, second]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{first}</td>
              <td>{second}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const charsOf = ({ answer }: Run): string => (answer === undefined ? "–" : String(answer.charCount));
