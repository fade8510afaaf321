/** A program that a `KeptProcess` runs, which does what it is told, be it wrong. */
import { z } from "zod";
import { answerParent } from "../../src/processes/child-program.ts";
import { loopForEver } from "./endless-loop.ts";
import { growForEver } from "./grow-for-ever.ts";

let remembered = "";

switch (process.argv[2]) {
  case "never-ready":
    setInterval(() => undefined, 1000);
    break;
  case "die":
    process.exit(1);
    break;
  case "garbage":
    process.send?.({ type: "whatever" });
    setInterval(() => undefined, 1000);
    break;
  default:
    answerParent<string, string>({ request: z.string(), niceness: 3, answer, note });
}

function note(text: string): void {
  const [verb, word = ""] = text.split(" ");
  if (verb === "remember") remembered = word;
  if (verb === "chatter") process.send?.({ type: "progress", body: "unasked" });
}

async function answer(text: string, progress: (said: string) => void): Promise<string> {
  const [verb, word = ""] = text.split(" ");
  switch (verb) {
    case "say":
      return word;
    case "recall":
      return remembered;
    case "environment":
      return JSON.stringify(process.env);
    case "sleep":
      await Bun.sleep(Number(word));
      return "slept";
    case "slowly":
      for (let step = 0; step < Number(word); step += 1) {
        await Bun.sleep(200);
        progress(String(step));
      }
      return "done";
    case "burn":
      burn(Number(word));
      return "burnt";
    case "spin":
      for (;;);
    case "wasm":
      return loopForEver();
    case "stop":
      process.kill(process.pid, "SIGSTOP");
      return "stopped";
    case "silent":
      return await new Promise(() => undefined);
    case "exit":
      process.exit(Number(word));
      break;
    case "die":
      process.stderr.write("many words\nthe last of them\n", () => process.exit(4));
      return await new Promise(() => undefined);
    case "throw":
      throw new Error("thrown");
    case "garbage":
      process.send?.("garbage");
      return await new Promise(() => undefined);
    case "wrong":
      process.send?.({ type: "answer", body: 7 });
      return await new Promise(() => undefined);
    case "grow":
      return await growForEver();
    case "shout":
      return await shout();
  }
  return `what is ${verb}?`;
}

/** Works for so many milliseconds of the CPU, however long the machine takes to give them. */
function burn(cpuMs: number): void {
  const usedMs = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const until = usedMs() + cpuMs;
  while (usedMs() < until);
}

async function shout(): Promise<string> {
  const piece = Buffer.alloc(1024 * 1024, "!");
  for (let mebibytes = 0; mebibytes < 1024; mebibytes += 1) await Bun.write(Bun.stderr, piece);
  return "heard";
}
