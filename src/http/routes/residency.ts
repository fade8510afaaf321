import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { programMissing } from "../../gpu/nvidia-smi.ts";
import { requestHeaders, requestIdHeader } from "../answers/openapi-headers.ts";
import { accessErrors, problemResponses } from "../answers/problem-responses.ts";
import type { AppEnv } from "../context.ts";
import type { Services } from "../services.ts";

/** Of a service beside an Ollama that holds a language model. */
const example = {
  headroom: {
    known: true,
    totalMb: 16384,
    freeMb: 9984,
    otherModelsMb: 6400,
    ocrModelMb: 0,
    spilled: false,
  },
  sources: {
    ollama: {
      state: "known",
      usedMb: 6400,
      models: [{ name: "qwen3:8b", sizeMb: 6400, vramMb: 6400 }],
    },
    nvidiaSmi: { state: "unknown", why: programMissing("nvidia-smi") },
    ownGpuMb: 0,
  },
  decisions: {
    ocr: { keepAliveSeconds: 120, reason: "headroom-sufficient" },
    retrieval: { device: "cpu", reason: "no-cuda-provider" },
  },
  queue: { documents: 1, heldBytes: 1048576, waitingPages: 4, runningPages: 1, lingeringMs: 0 },
};

const route = createRoute({
  method: "get",
  path: "/residency",
  tags: ["Operations"],
  operationId: "getResidency",
  summary: "The VRAM picture now, per source, and the decisions that follow from it",
  request: { headers: requestHeaders },
  responses: {
    200: {
      description: "The picture",
      headers: requestIdHeader,
      content: { "application/json": { schema: z.record(z.string(), z.unknown()), example } },
    },
    ...problemResponses(...accessErrors, "internal_error"),
  },
});

/** `GET /residency`. */
export function mountResidency(app: OpenAPIHono<AppEnv>, services: Services): void {
  app.openapi(route, async (c) => c.json(await services.residencyReport(c.var.work.signal), 200));
}
