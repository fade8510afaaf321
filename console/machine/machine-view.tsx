import type { Activity } from "../../src/client.ts";
import type { ConsoleState } from "../frame/console-state.ts";
import { FaultCard } from "../frame/fault-card.tsx";
import { CardChart } from "./card-chart.tsx";
import { Decisions, Requests } from "./lists.tsx";
import { Models, Processes, Queue, Wrong } from "./parts.tsx";
import { useActivity } from "./use-activity.ts";

/** The machine: who holds the card and why, what waits, what runs, and what is wrong. */
export function MachineView({ state }: { state: ConsoleState }) {
  const { activity, fault } = useActivity(state);
  const say = state.say.value;
  return (
    <main class="machine" aria-busy={activity === undefined && fault === undefined}>
      <h2 class="unseen">{say("viewMachine")}</h2>
      {fault !== undefined && <FaultCard state={state} fault={fault} />}
      {activity === undefined ? (
        fault === undefined && <p class="quiet-text machine-wait">{say("machineWait")}</p>
      ) : (
        <Cards state={state} activity={activity} />
      )}
    </main>
  );
}

function Cards({ state, activity }: { state: ConsoleState; activity: Activity }) {
  return (
    <div class="machine-columns">
      <div class="machine-column">
        <CardChart state={state} activity={activity} />
        <Decisions state={state} activity={activity} />
        <Requests state={state} activity={activity} />
      </div>
      <div class="machine-column">
        <Wrong state={state} activity={activity} />
        <Queue state={state} activity={activity} />
        <Models state={state} activity={activity} />
        <Processes state={state} activity={activity} />
      </div>
    </div>
  );
}
