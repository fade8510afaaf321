import { parseArgs } from "node:util";
import { redisServer } from "../../test/support/redis-server.ts";
import { tryKills } from "./kills.ts";
import { tryManyJobs } from "./many-jobs.ts";

/**
 * What a batch costs and survives, with a real Redis, real services and fakes of Ollama:
 *   bun scripts/batch-trial/main.ts --kills --documents 60
 *   bun scripts/batch-trial/main.ts --jobs 20000
 */
const { values } = parseArgs({
  options: {
    kills: { type: "boolean", default: false },
    documents: { type: "string", default: "60" },
    jobs: { type: "string" },
  },
});
if (redisServer === undefined) process.exit(1);
if (values.kills) for (const line of await tryKills(Number(values.documents))) console.log(line);
if (values.jobs !== undefined) for (const line of await tryManyJobs(Number(values.jobs))) console.log(line);
