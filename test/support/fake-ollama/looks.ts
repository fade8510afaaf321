import { z } from "zod";
import { type FaultPlan, refusalOf } from "./faults.ts";
import { type Exchange, sendJson } from "./http.ts";
import { digestOf, type FakeModel, fullName } from "./models.ts";
import type { Runner } from "./runner.ts";
import type { Scheduler } from "./scheduler.ts";

export interface LookWorld {
  /** Installed; the list may change. */
  models: FakeModel[];
  scheduler: Scheduler;
  faults: FaultPlan;
  violations: string[];
  findModel: (name: string) => FakeModel | undefined;
  version: string;
}

const bytesPerMb = 1_048_576;
const forEver = "2318-01-01T00:00:00Z";
const showRequest = z.strictObject({ model: z.string().min(1) });

/** Strikes with the fault planned for this path, where there is one; says whether it did. */
export async function interfere(world: LookWorld, { path, response, signal, reset }: Exchange): Promise<boolean> {
  const fault = world.faults.take(path, undefined);
  if (fault === undefined) return false;
  const refusal = refusalOf(fault, "model");
  if (refusal !== undefined) sendJson(response, refusal.status, { error: refusal.error });
  else if (fault === "hang") await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  else if (fault === "reset" || fault === "reset-before") reset();
  else response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Welcome</title>");
  return true;
}

/** The paths that look and load nothing. Anything else is a violation: `/v1` drops what this service relies on. */
export function answerLook(world: LookWorld, exchange: Exchange): void {
  const { status, body } = look(world, exchange);
  sendJson(exchange.response, status, body);
}

function look(world: LookWorld, { method, path, body }: Exchange): { status: number; body: unknown } {
  switch (`${method} ${path}`) {
    case "GET /api/version":
      return { status: 200, body: { version: world.version } };
    case "GET /api/tags":
      return { status: 200, body: { models: world.models.map(describeInstalled) } };
    case "GET /api/ps":
      return { status: 200, body: { models: world.scheduler.card.runners.map(describeLoaded) } };
    case "POST /api/show":
      return show(world, body);
    default:
      world.violations.push(`${method} ${path}: this service has no use for it`);
      return { status: 404, body: "404 page not found" };
  }
}

function show(world: LookWorld, body: string): { status: number; body: unknown } {
  const parsed = showRequest.safeParse(parseJson(body));
  if (!parsed.success) {
    world.violations.push("POST /api/show: a body other than {model}");
    return { status: 400, body: { error: "fake: a body other than {model}" } };
  }
  const model = world.findModel(parsed.data.model);
  if (model === undefined) return { status: 404, body: { error: `model '${parsed.data.model}' not found` } };
  return { status: 200, body: { capabilities: model.vision ? ["completion", "vision"] : ["completion"] } };
}

const describeInstalled = (model: FakeModel) => ({
  name: fullName(model.name),
  model: fullName(model.name),
  modified_at: "2026-01-01T00:00:00Z",
  size: model.sizeMb * bytesPerMb,
  digest: digestOf(model),
});

const describeLoaded = (runner: Runner) => ({
  name: runner.name,
  model: runner.name,
  size: runner.model.sizeMb * bytesPerMb,
  size_vram: runner.vramMb * bytesPerMb,
  digest: digestOf(runner.model),
  expires_at: runner.keepAliveSeconds < 0 ? forEver : (runner.expiresAt ?? new Date()).toISOString(),
  context_length: runner.contextTokens,
});

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
