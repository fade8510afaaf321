import type { ComponentChildren } from "preact";
import type { Activity } from "../../src/client.ts";
import type { ConsoleState } from "../frame/console-state.ts";
import { seconds } from "../pages/figures.ts";
import { actionWord } from "./card-chart.tsx";
import { clockTime } from "./clock-time.ts";

interface ListProps {
  state: ConsoleState;
  activity: Activity;
}

/** Rows that are shown; the newest are what a person looks for. */
const maxRows = 100;

/** What was decided about the card, and why. */
export function Decisions({ state, activity }: ListProps) {
  const say = state.say.value;
  const language = state.language.value;
  const rows = activity.decisions.slice(-maxRows).reverse();
  return (
    <ListCard title={say("decisions")} none={say("decisionsNone")}>
      {rows.map(({ atMs, subject, action, reason, ms }) => (
        <tr key={`${atMs} ${subject} ${action}`}>
          <td class="figure">{clockTime(atMs, language)}</td>
          <td>{subject}</td>
          <td>
            {say(actionWord(action), { action })}
            {ms === undefined ? "" : ` (${say("seconds", { seconds: seconds(ms) })})`}
          </td>
          <td>
            <code>{reason}</code>
          </td>
        </tr>
      ))}
    </ListCard>
  );
}

/** What was asked of the service, and how it ended. */
export function Requests({ state, activity }: ListProps) {
  const say = state.say.value;
  const language = state.language.value;
  const rows = activity.requests.slice(-maxRows).reverse();
  return (
    <ListCard title={say("requests")} none={say("requestsNone")}>
      {rows.map(({ atMs, method, route, status, code, ms, pages }, place) => (
        <tr key={`${atMs} ${place}`}>
          <td class="figure">{clockTime(atMs, language)}</td>
          <td>
            {method} {route}
          </td>
          <td class="figure">
            <span class={status >= 500 ? "chip bad" : status >= 400 ? "chip warn" : "chip plain"}>
              {status}
              {code === undefined ? "" : ` ${code}`}
            </span>
          </td>
          <td class="figure right">{say("seconds", { seconds: seconds(ms) })}</td>
          <td class="quiet-text less">
            {Object.entries(pages ?? {})
              .filter(([, count]) => count > 0)
              .map(([source, count]) => `${count} ${source}`)
              .join(", ")}
          </td>
        </tr>
      ))}
    </ListCard>
  );
}

interface ListCardProps {
  title: string;
  /** Said where there are no rows. */
  none: string;
  children: ComponentChildren[];
}

function ListCard({ title, none, children }: ListCardProps) {
  return (
    <section class="card">
      <h3>{title}</h3>
      {children.length === 0 ? (
        <p class="quiet-text">{none}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        <section class="scrolled" tabIndex={0} aria-label={title}>
          <table class="list">
            <tbody>{children}</tbody>
          </table>
        </section>
      )}
    </section>
  );
}
