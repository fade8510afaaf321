import { z } from "zod";
import { healthSchema, type ResidencyReport } from "../client/answers.ts";
import type { SidecarClient } from "../client/client-types.ts";
import { messageOf } from "../errors.ts";
import { type Finding, judgeClock, judgeComponents, judgeKey, judgeVram } from "./findings.ts";
import type { Terminal } from "./terminal.ts";
import { exitCodes } from "./usage.ts";

export interface DoctorTarget {
  /** Address of the service. */
  baseUrl: string;
  hasKey: boolean;
  client: SidecarClient;
}

const lookTimeoutMs = 10_000;
const marks = { ok: "ok     ", note: "note   ", problem: "PROBLEM" } as const;

/** Looks for what is wrong; each line says what to do. Returns failure when something does not work. */
export async function runDoctor(target: DoctorTarget, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const findings = await examine(target, signal);
  for (const { level, subject, message } of findings) await terminal.print(`${marks[level]} ${subject}: ${message}`);
  return findings.some(({ level }) => level === "problem") ? exitCodes.failure : exitCodes.success;
}

async function examine({ baseUrl, hasKey, client }: DoctorTarget, signal: AbortSignal): Promise<Finding[]> {
  const contact = await reach(baseUrl, signal);
  if (contact.date === undefined) return [contact.finding];
  const [residency, readiness] = await Promise.allSettled([
    client.residency({ signal }),
    client.ready("all", { signal }),
  ]);
  signal.throwIfAborted();
  const hasOllama = residency.status === "rejected" || residency.value.sources.ollama.state !== "not-configured";
  return [
    contact.finding,
    judgeClock(contact.date, Date.now()),
    judgeKey(residency.status === "rejected" ? residency.reason : undefined, hasKey),
    ...(readiness.status === "fulfilled"
      ? judgeComponents(readiness.value, hasOllama)
      : [unknown("components", readiness.reason)]),
    ...(residency.status === "fulfilled" ? judgeVram(residency.value satisfies ResidencyReport) : []),
  ];
}

/** Asks for `/health` without the client, because the answer's `Date` is wanted, too. */
async function reach(
  baseUrl: string,
  signal: AbortSignal,
): Promise<{ finding: Finding; date: string | null | undefined }> {
  const subject = "reachable";
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(lookTimeoutMs)]);
    const response = await fetch(`${baseUrl.replace(/\/+$/, "")}/health`, { signal: limit });
    const { version = "of an unknown version", ocrModel } = healthSchema.parse(await response.json());
    const message = `${baseUrl} is an OCR sidecar ${version} for ${ocrModel}`;
    return { finding: { level: "ok", subject, message }, date: response.headers.get("Date") };
  } catch (error) {
    signal.throwIfAborted();
    const isStranger = error instanceof z.core.$ZodError || error instanceof SyntaxError;
    const message = isStranger
      ? `something else answers at ${baseUrl}; check the address in OCR_SIDECAR_URL or --url`
      : `nothing answers at ${baseUrl}; start the service, or check the address in OCR_SIDECAR_URL or --url`;
    return { finding: { level: "problem", subject, message }, date: undefined };
  }
}

const unknown = (subject: string, fault: unknown): Finding => ({
  level: "problem",
  subject,
  message: messageOf(fault),
});
