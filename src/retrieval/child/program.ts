import { messageOf } from "../../errors.ts";
import { answerParent } from "../../processes/child-program.ts";
import { sha256OfFile } from "../models/digests.ts";
import { loadModel, type Model } from "./inference.ts";
import { type FromChild, type ToChild, toChild } from "./messages.ts";
import { unpackSequences } from "./sequences.ts";

// The program of an inference process: one model on one device. It may be killed at any moment.

let model: Model | undefined;

answerParent<ToChild, FromChild>({ request: toChild, niceness: 10, answer });

async function answer(message: ToChild, progress: (said: FromChild) => void): Promise<FromChild> {
  if (message.type === "load") return load(message, progress);
  try {
    if (model === undefined) throw new Error("no model is loaded");
    return await run(model, message);
  } catch (error) {
    return { type: "failed", reason: messageOf(error) };
  }
}

async function load(
  { settings }: Extract<ToChild, { type: "load" }>,
  progress: (said: FromChild) => void,
): Promise<FromChild> {
  try {
    for (const { name, path, sha256 } of settings.verify) {
      const found = await sha256OfFile(path, (done) => progress({ type: "progress", stage: "verifying files", done }));
      if (found !== sha256) throw new Error(`its file ${name} is damaged: its SHA-256 is not the recorded one`);
    }
    model = await loadModel(settings, (stage) => progress({ type: "progress", stage, done: 0 }));
    return { type: "ready", facts: model.facts };
  } catch (error) {
    return { type: "unusable", reason: messageOf(error) };
  }
}

async function run(loaded: Model, message: Extract<ToChild, { type: "run" }>): Promise<FromChild> {
  const numbers = await loaded.run(unpackSequences(message));
  return numbers.kind === "embed"
    ? { type: "embedded", dense: numbers.dense, sparse: numbers.sparse }
    : { type: "scored", logits: numbers.logits };
}
