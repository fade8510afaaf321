import type { Fault } from "../reading/run.ts";
import type { ConsoleState } from "./console-state.ts";

/** What went wrong, in the service's own sentence, with what an operator needs to find it. */
export function FaultCard({ state, fault }: { state: ConsoleState; fault: Fault }) {
  const say = state.say.value;
  return (
    <div class="fault-card" role="alert">
      <p class="fault">{fault.message}</p>
      {fault.issues.length > 0 && (
        <ul class="notes">
          {fault.issues.map(({ path, message }) => (
            <li key={`${path} ${message}`}>
              <code>{path}</code> {message}
            </li>
          ))}
        </ul>
      )}
      {fault.retryAfterSeconds !== undefined && <p>{say("retryAfter", { seconds: fault.retryAfterSeconds })}</p>}
      <p class="quiet-text">
        <code>{fault.code}</code>
        {fault.status === undefined ? "" : ` · ${fault.status}`}
        {fault.requestId === undefined ? "" : ` · ${say("requestId", { id: fault.requestId })}`}
      </p>
    </div>
  );
}
