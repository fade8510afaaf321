import { parseArgs } from "node:util";
import { messageOf } from "../errors.ts";
import { UsageError } from "./usage.ts";

/** The option that every command has. */
export const help = { type: "boolean", short: "h" } as const;

/**
 * The options and arguments of one command.
 *
 * @throws UsageError for an option that it does not have
 */
export function parse<const Options extends NonNullable<Parameters<typeof parseArgs>[0]>["options"]>(
  args: string[],
  options: Options,
) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(messageOf(error), { cause: error });
  }
}

/** @throws UsageError where a command that takes none was given arguments */
export function refuseArguments(positionals: readonly string[]): void {
  if (positionals.length > 0) throw new UsageError(`This command takes no arguments such as ${positionals[0]}.`);
}
