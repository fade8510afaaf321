import { parseArgs } from "node:util";
import { languageModel } from "./fake-ollama/models.ts";
import { FakeOllama } from "./fake-ollama.ts";

/**
 * Starts the fake by hand:
 *   bun test/support/run-fake-ollama.ts --port 11434 --load-ms 5000 --page-ms 2000 --parallel 1 --llm
 * Ctrl-C prints what it saw.
 */
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "11434" },
    "load-ms": { type: "string", default: "0" },
    "page-ms": { type: "string", default: "1000" },
    parallel: { type: "string", default: "1" },
    llm: { type: "boolean", default: false },
  },
});

const fake = await FakeOllama.start({
  port: Number(values.port),
  loadDelayMs: Number(values["load-ms"]),
  pageDelayMs: Number(values["page-ms"]),
  parallel: Number(values.parallel),
  preloaded: values.llm ? [{ name: languageModel.name }] : [],
});
console.log(`A fake Ollama listens at ${fake.url}.`);

process.once("SIGINT", async () => {
  console.table(
    fake.pages.map(({ index, outcome, status, coldLoad, keepAlive }) => ({
      index,
      outcome,
      status,
      coldLoad,
      keepAlive,
    })),
  );
  console.table(fake.loads);
  for (const violation of fake.takeViolations()) console.error(`violation: ${violation}`);
  await fake.close();
});
