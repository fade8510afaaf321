import { writeFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import type { z } from "zod";
import { type FromChild, toChild } from "./messages.ts";

export interface ChildProgram<Request, Reply> {
  /** What the parent may send; anything else ends the process. */
  request: z.ZodType<Request>;
  /** 0 to 19: the higher, the more it stands back for the service, which answers HTTP meanwhile. */
  niceness: number;
  /**
   * Does one task. `progress` tells the parent that it goes on. What is thrown ends the process: a fault that the next
   * task survives is a reply of its own.
   */
  answer(request: Request, progress: (reply: Reply) => void): Reply | Promise<Reply>;
  /** Takes note of something. */
  note?(request: Request): void;
}

/** The value of a process that the kernel ends first when memory runs out (proc(5)). */
const endedFirst = "1000";

/**
 * Runs this process as the child of a `KeptProcess`: one task after the other, until the parent is gone. It stands back
 * for the service in everything, and is the first to go when memory runs out.
 */
export function answerParent<Request, Reply>(program: ChildProgram<Request, Reply>): void {
  // A higher priority than the service has itself is not given.
  setPriority(Math.max(getPriority(), program.niceness));
  try {
    writeFileSync("/proc/self/oom_score_adj", endedFirst);
  } catch {
    // Not on Linux, or not allowed: the kernel then chooses by size.
  }
  process.on("disconnect", () => process.exit(0));
  // A terminal, or who stops the service, may tell the whole group; when to end is the parent's decision.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);
  let last: Promise<void> = Promise.resolve();
  process.on("message", (message: unknown) => {
    last = last.then(() => take(message));
  });
  send({ type: "ready" });

  async function take(message: unknown): Promise<void> {
    const { type, body } = toChild.parse(message);
    const request = program.request.parse(body);
    if (type === "tell") program.note?.(request);
    else
      send({ type: "answer", body: await program.answer(request, (reply) => send({ type: "progress", body: reply })) });
  }
}

function send(message: FromChild): void {
  process.send?.(message);
}
