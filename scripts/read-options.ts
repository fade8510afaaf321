import { type ParseArgsConfig, parseArgs } from "node:util";
import { exitCodes } from "../src/cli/usage.ts";
import { messageOf } from "../src/errors.ts";

/**
 * The options of a script. What it does not know is told on standard error with how it is used, and undefined is returned
 * with the exit code set.
 */
export function readOptions<const Options extends NonNullable<ParseArgsConfig["options"]>>(
  options: Options,
  usage: string,
) {
  try {
    return parseArgs({ options, strict: true }).values;
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${usage}`);
    process.exitCode = exitCodes.usage;
    return undefined;
  }
}
