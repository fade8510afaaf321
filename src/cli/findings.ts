import type { Readiness, ResidencyReport } from "../client/answers.ts";
import { SidecarClientError } from "../client/client-error.ts";

/** What the doctor found about one thing. */
export interface Finding {
  /** `note`: worth knowing, but nothing fails for it. */
  level: "ok" | "note" | "problem";
  subject: string;
  /** For a problem: what to do. */
  message: string;
}

const ok = (subject: string, message: string): Finding => ({ level: "ok", subject, message });
const note = (subject: string, message: string): Finding => ({ level: "note", subject, message });
const problem = (subject: string, message: string): Finding => ({ level: "problem", subject, message });

/** The `Date` header counts whole seconds, and the answer was on its way. */
const clockToleranceMs = 5000;

/**
 * @param dateHeader the service's `Date`
 * @param nowMs this machine's clock when the answer came
 */
export function judgeClock(dateHeader: string | null, nowMs: number): Finding {
  const serviceMs = Date.parse(dateHeader ?? "");
  if (Number.isNaN(serviceMs)) return note("clock", "the service does not tell its time");
  const skewMs = Math.abs(serviceMs - nowMs);
  if (skewMs <= clockToleranceMs) return ok("clock", "agrees with this machine's");
  const seconds = Math.round(skewMs / 1000);
  return problem("clock", `differs from this machine's by ${seconds} s; set up time synchronisation on both`);
}

/** What a call with the key answered. */
export function judgeKey(fault: unknown, hasKey: boolean): Finding {
  if (fault === undefined) return ok("access", hasKey ? "the key is accepted" : "the service asks for no key");
  if (!(fault instanceof SidecarClientError)) return problem("access", String(fault));
  if (fault.status === 401) {
    const advice = hasKey
      ? "the key is not accepted; set OCR_SIDECAR_API_KEY to one that the service has"
      : "the service asks for a key; set OCR_SIDECAR_API_KEY here, or OCR_SIDECAR_AUTH=network at the service";
    return problem("access", advice);
  }
  return problem("access", fault.message);
}

/** Of models there is no advice: the service's own reasons say what to do. */
const components = [
  { name: "service", subject: "service", fine: "takes work", advice: "wait until it has started again" },
  { name: "ollama", subject: "Ollama", fine: "answers", advice: "start Ollama, and set OLLAMA_API_URL to its address" },
  {
    name: "ocrModel",
    subject: "OCR model",
    fine: "is installed and reads pictures",
    advice: undefined,
  },
  {
    name: "pdfWorkers",
    subject: "PDF processes",
    fine: "are up",
    advice: "look into the service's log if they stay down",
  },
  {
    name: "uploads",
    subject: "upload base",
    fine: "can be opened",
    advice: "mount the shared folder, or set OCR_SIDECAR_UPLOAD_BASE; only /ocr needs it",
  },
  { name: "embedder", subject: "embedding model", fine: "is ready", advice: undefined },
  { name: "reranker", subject: "reranking model", fine: "is ready", advice: undefined },
] as const;

/**
 * The readiness table as findings; what a service does not report is a note, and so is Ollama where none is wanted.
 *
 * @param hasOllama whether the service has been given an Ollama
 */
export function judgeComponents(readiness: Readiness, hasOllama: boolean): Finding[] {
  return components.map(({ name, subject, fine, advice }) => {
    const component = readiness.components[name];
    if (component === undefined) return note(subject, "this service does not report on it");
    if (!hasOllama && (name === "ollama" || name === "ocrModel"))
      return note(subject, "OLLAMA_API_URL is not set; the embedded engine reads the scans");
    const { state, reason, version } = component;
    if (state === "ready") return ok(subject, version === undefined ? fine : `${fine} (version ${version})`);
    if (state === "loading") return note(subject, `is loading${reason === undefined ? "" : `: ${reason}`}`);
    return problem(subject, [reason, advice].filter((part) => part !== undefined).join("; "));
  });
}

/** What is known about the card. Without it everything works, but the OCR model is loaded anew for each queue. */
export function judgeVram({ headroom, sources }: ResidencyReport): Finding[] {
  const overall = headroom.known
    ? ok("VRAM", headroom.freeMb === undefined ? "is known" : `${Math.round(headroom.freeMb)} MB are free`)
    : note("VRAM", `is not known (${headroom.why ?? "no reason given"}), so the OCR model is never kept loaded`);
  const source = (subject: string, { state, why }: ResidencyReport["sources"]["ollama"]) =>
    state === "known"
      ? ok(subject, "is read")
      : note(subject, why ?? (state === "not-configured" ? "not configured" : state));
  return [overall, source("VRAM by Ollama", sources.ollama), source("VRAM by nvidia-smi", sources.nvidiaSmi)];
}
