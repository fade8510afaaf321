import type { Activity } from "../../src/client.ts";
import type { ConsoleState } from "../frame/console-state.ts";
import { clock, memory } from "../pages/figures.ts";

interface PartProps {
  state: ConsoleState;
  activity: Activity;
}

/** What is wrong and what to do, in the words of `/ready`. */
export function Wrong({ state, activity: { components, ready } }: PartProps) {
  const say = state.say.value;
  const wrong = Object.entries(components).filter(([, { state: kind }]) => kind !== "ready");
  const flags = [
    [say("readyOcr"), ready.ocr],
    [say("readyRetrieval"), ready.retrieval],
  ] as const;
  return (
    <section class="card">
      <h3>{say("wrong")}</h3>
      <ul class="flags">
        {flags.map(([name, flag]) => (
          <li key={name} class={flag === true ? "chip good" : flag === false ? "chip bad" : "chip plain"}>
            {name}: {say(flag === true ? "readyYes" : flag === false ? "readyNo" : "readyUnknown")}
          </li>
        ))}
      </ul>
      {wrong.length === 0 ? (
        <p class="quiet-text">{say("wrongNone")}</p>
      ) : (
        <ul class="wrongs">
          {wrong.map(([name, { state: kind, reason }]) => (
            <li key={name} data-state={kind}>
              <span class="row">
                <strong>{name}</strong>
                <span class={kind === "failed" ? "chip bad" : "chip warn"}>{kind}</span>
              </span>
              {reason !== undefined && <Sentence text={reason} />}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** A sentence of the service, its commands, which stand between quotes, as such. */
function Sentence({ text }: { text: string }) {
  return <p>{text.split(/[`"]/).map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))}</p>;
}

/** Who waits for the model, in the order of their turns. */
export function Queue({ state, activity: { queue, nowMs } }: PartProps) {
  const say = state.say.value;
  const megabytes = (bytes: number) => memory(bytes / 1_048_576);
  return (
    <section class="card">
      <h3>{say("queue")}</h3>
      <p class="quiet-text">
        {say("queueFacts", {
          documents: queue.documents.length,
          limit: queue.documentLimit,
          held: megabytes(queue.heldBytes),
          max: megabytes(queue.maxBytes),
        })}
      </p>
      {queue.documents.length > 0 && (
        <ol class="queue">
          {queue.documents.map(({ waitingPages, runningPages, bytes, sinceMs }, place) => (
            <li key={place}>
              <span>{say("queueDocument", { running: runningPages, waiting: waitingPages })}</span>
              <span class="quiet-text figure">
                {megabytes(bytes)} · {clock(nowMs - sinceMs)}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

/** The models, and what is missing with the command that fetches it. */
export function Models({ state, activity: { models } }: PartProps) {
  const say = state.say.value;
  return (
    <section class="card">
      <h3>{say("models")}</h3>
      {models.length === 0 && <p class="quiet-text">{say("modelsNone")}</p>}
      <ul class="wrongs">
        {models.map(({ role, name, state: kind, device, loaded, vramMb, sizeMb, reason }) => (
          <li key={`${role} ${name}`} data-state={kind}>
            <span class="row wrap">
              <strong>{name}</strong>
              <span class="quiet-text">{role}</span>
              <span class="spring" />
              {device !== undefined && <span class="chip plain">{device}</span>}
              {loaded === true && (
                <span class="chip source" data-source="np-dms-ocr">
                  {say("modelLoaded")}
                  {vramMb === undefined ? "" : ` ${memory(vramMb)}`}
                </span>
              )}
              {loaded !== true && sizeMb !== undefined && <span class="chip plain">{memory(sizeMb)}</span>}
              {kind !== "ready" && <span class={kind === "failed" ? "chip bad" : "chip warn"}>{kind}</span>}
            </span>
            {reason !== undefined && <Sentence text={reason} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Processes({ state, activity: { processes } }: PartProps) {
  const say = state.say.value;
  const { pdf, embedder, reranker } = processes;
  return (
    <section class="card">
      <h3>{say("processes")}</h3>
      <dl class="facts">
        <div>
          <dt>{say("processesPdf")}</dt>
          <dd>
            {say("processesPdfFacts", { ready: pdf.ready, all: pdf.processes, busy: pdf.busy, queued: pdf.queued })}
          </dd>
        </div>
        <div>
          <dt>embedder</dt>
          <dd>{embedder}</dd>
        </div>
        <div>
          <dt>reranker</dt>
          <dd>{reranker}</dd>
        </div>
      </dl>
    </section>
  );
}
