import { messageOf } from "./errors.ts";
import { readChildEnvironment, readProcessEnv } from "./service/env.ts";
import { type RunningServer, serve } from "./service/serve.ts";
import { configureLog } from "./watch/log.ts";

/** EX_CONFIG of sysexits.h. */
const configurationExitCode = 78;

declare global {
  /** `bun --hot` runs this module again in the same process: what the last run opened is found and closed by it. */
  var ocrSidecar: { stop(): Promise<void> } | undefined;
}
await globalThis.ocrSidecar?.stop().catch(refuseFor);

const result = readProcessEnv();
if (!result.ok) refuse(result.problems);
const { env } = result;
const json = env.LOG_FORMAT === "json" || (env.LOG_FORMAT === "auto" && !process.stdout.isTTY);
await configureLog({ level: env.LOG_LEVEL, json });

const server = await serve(env, readChildEnvironment()).catch(refuseFor);
globalThis.ocrSidecar = handleSignals(server);

function handleSignals(running: RunningServer): { stop(): Promise<void> } {
  const onSignal = () => {
    running.stop(env.SHUTDOWN_GRACE_SECONDS * 1000).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once("SIGTERM", onSignal);
  process.once("SIGINT", onSignal);
  return {
    stop: async () => {
      process.off("SIGTERM", onSignal);
      process.off("SIGINT", onSignal);
      await running.stop(0);
    },
  };
}

function refuseFor(error: unknown): never {
  refuse([messageOf(error)]);
}

function refuse(problems: readonly string[]): never {
  process.stderr.write(`The service cannot start:\n${problems.map((problem) => `- ${problem}\n`).join("")}`);
  process.exit(configurationExitCode);
}
