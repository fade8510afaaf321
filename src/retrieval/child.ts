import { setPriority } from "node:os";
import { type FromChild, type TextGroup, type ToChild, toChild } from "./child-messages.ts";
import { withoutPaths } from "./fault-text.ts";
import { loadModel, type Model } from "./inference.ts";
import { packSequences, unpackSequences } from "./packed-sequences.ts";
import { sha256OfFile } from "./sha256.ts";
import { pairSequence, singleSequence } from "./tokenise.ts";
import { UnusableModel } from "./unusable-model.ts";

/**
 * The program of an inference process: one model on one device. It does one thing after the other, ends when
 * its parent is gone, and may be killed at any moment.
 */
const lowerPriority = 10;
setPriority(lowerPriority);
process.on("disconnect", () => process.exit(0));
// A terminal sends Ctrl-C to the whole group; when to end is the parent's decision.
process.on("SIGINT", () => undefined);

let model: Model | undefined;
let last: Promise<void> = Promise.resolve();
process.on("message", (message) => {
  last = last.then(() => answer(toChild.parse(message)));
});
send({ type: "started" });

async function answer(message: ToChild): Promise<void> {
  if (message.type === "load") return load(message);
  try {
    if (model === undefined) throw new Error("no model is loaded");
    send(message.type === "tokenise" ? tokenise(model, message.id, message.groups) : await run(model, message));
  } catch (error) {
    send({ type: "failed", id: message.id, reason: withoutPaths(error) });
  }
}

async function load({ settings }: Extract<ToChild, { type: "load" }>): Promise<void> {
  try {
    for (const { name, path, sha256 } of settings.verify) {
      const found = await sha256OfFile(path, (done) => send({ type: "progress", stage: "verifying files", done }));
      if (found !== sha256) throw new UnusableModel(`its file ${name} is damaged: its SHA-256 is not the recorded one`);
    }
    model = await loadModel(settings, (stage) => send({ type: "progress", stage, done: 0 }));
    send({ type: "ready", facts: model.facts });
  } catch (error) {
    send({ type: "unusable", reason: withoutPaths(error) });
  }
}

function tokenise({ tokens, facts }: Model, id: number, groups: readonly TextGroup[]): FromChild {
  const made = groups.flatMap(({ query, texts }) => {
    if (query === undefined) return texts.map((text) => singleSequence(tokens(text), facts.maxTokens));
    const queryTokens = tokens(query);
    return texts.map((text) => pairSequence(queryTokens, tokens(text), facts.maxTokens));
  });
  return {
    type: "tokenised",
    id,
    ...packSequences(made.map(({ ids }) => ids)),
    truncated: made.map(({ truncated }) => truncated),
  };
}

async function run(loaded: Model, message: Extract<ToChild, { type: "run" }>): Promise<FromChild> {
  const { id } = message;
  const numbers = await loaded.run(unpackSequences(message));
  return numbers.kind === "embed"
    ? { type: "embedded", id, dense: numbers.dense, sparse: numbers.sparse }
    : { type: "scored", id, logits: numbers.logits };
}

function send(message: FromChild): void {
  process.send?.(message);
}
