import type { PageBody } from "./chat-schema.ts";
import { fullName } from "./models.ts";
import { canBeSeen, inspectImage } from "./picture.ts";
import type { PageRecord } from "./records.ts";

/** What a request for a page holds, and what is wrong with it beyond its shape. */
export function recordPage(body: PageBody, index: number): { page: PageRecord; violations: string[] } {
  const users = body.messages.filter((message) => message.role === "user");
  const inspected = users.flatMap((message) => message.images ?? []).map(inspectImage);
  const images = inspected.filter((image) => image !== undefined);
  const violations: string[] = [];
  for (const { widthPx, heightPx } of images.filter((image) => !canBeSeen(image))) {
    violations.push(`/api/chat: an image of ${widthPx} × ${heightPx} pixels, on which vision models fail`);
  }
  if (images.length < inspected.length) violations.push("/api/chat: an image that cannot be decoded");
  if (body.messages.some(({ content }) => /\[img(-\d+)?\]/.test(content))) {
    violations.push("/api/chat: a marker in the text that moves the image");
  }
  const page: PageRecord = {
    index,
    model: fullName(body.model),
    system: body.messages.find((message) => message.role === "system")?.content,
    prompt: users.map((message) => message.content).join("\n"),
    imagesSent: inspected.length,
    images,
    options: body.options ?? {},
    keepAlive: body.keep_alive,
    fields: Object.keys(body),
    arrivedAt: performance.now(),
    startedAt: undefined,
    endedAt: undefined,
    coldLoad: false,
    outcome: "running",
    status: undefined,
    fault: undefined,
    text: "",
  };
  return { page, violations };
}

/** Notes how a page ended; only the first end counts. */
export function finish(page: PageRecord, outcome: PageRecord["outcome"], status?: number): void {
  if (page.outcome !== "running") return;
  page.outcome = outcome;
  page.status = status;
  page.endedAt = performance.now();
}
