import * as z from "zod/mini";
import { connectionLost, invalidAnswer, parseJson, refusalOf } from "./transport.ts";

/** A page that is to be looked at. */
export interface PageImageRequest {
  /** PDF, PNG, JPEG, TIFF, BMP, GIF or JPEG 2000. */
  file: Blob | Uint8Array;
  /** From 1. */
  page: number;
  /** From 1: a piece of a page that is read in pieces; absent: the whole page. */
  tile?: number | undefined;
  /** `false` shows a scan as it lies; absent: as the service reads it. */
  upright?: boolean | undefined;
}

/** What the model sees of a page. */
export interface PageImage {
  png: Uint8Array<ArrayBuffer>;
  /** Degrees the page was turned clockwise: 0, 90, 180 or 270. */
  rotation: number;
  /** Pieces that the page is read in; absent where one picture shows it. */
  tiles?: number | undefined;
  /** What of the page could not be drawn. */
  warnings: string[];
}

const figures = z.object({
  rotation: z.coerce.number(),
  tiles: z.optional(z.coerce.number()),
  warnings: z.array(z.string()),
});

/** @throws SidecarClientError the service's fault, `connection_lost`, `invalid_answer` */
export async function readPageImage(response: Response, signal: AbortSignal): Promise<PageImage> {
  if (!response.ok) throw await refusalOf(response, signal);
  const { headers } = response;
  const said = figures.safeParse({
    rotation: headers.get("X-Page-Rotation") ?? "?",
    tiles: headers.get("X-Page-Tiles") ?? undefined,
    warnings: parseJson(headers.get("X-Page-Warnings") ?? "[]"),
  });
  if (!said.success) throw invalidAnswer(response, said.error);
  try {
    return { png: new Uint8Array(await response.arrayBuffer()), ...said.data };
  } catch (cause) {
    throw connectionLost(response, cause);
  }
}
