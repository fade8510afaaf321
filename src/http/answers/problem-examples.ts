import { type ErrorCode, SidecarError, shuttingDown } from "../../errors.ts";
import { modelNotConfigured } from "../../ocr/engines/admission.ts";
import { failedPage, pageTooSlow, withKept } from "../../ocr/page-faults.ts";
import { queueFull } from "../../ocr/queue/page-queue.ts";
import { parseBaseUrl } from "../../ollama/base-url.ts";
import { notInstalled, busy as ollamaBusy, reset, unreachable } from "../../ollama/faults.ts";
import {
  damagedDocument,
  encryptedDocument,
  invalidPath,
  maxPathBytes,
  noSuchFile,
  pathOutsideBase,
  pictureTooLarge,
  refusedPage,
  textTooLarge,
  tooManyPages,
  tooSlowForEngine,
} from "../../pdf/document-faults.ts";
import { busy as retrievalBusy, stillLoading, tookTooLong, unavailable } from "../../retrieval/faults.ts";
import { absentFile } from "../../retrieval/models/model-files.ts";
import { withFetchCommand } from "../../retrieval/models/model-preparation.ts";
import { ocrFields } from "../intake/ocr-fields.ts";
import {
  bodyTooLarge,
  bodyTooSlow,
  clientGone,
  documentTooSlow,
  fileTooLarge,
  invalidJson,
  keepAliveNotAllowed,
  keyMissing,
  mebibyte,
  notJson,
  peerNotAllowed,
  refusedBrowser,
  routeNotFound,
  tooManyTexts,
  unexpected,
  unknownFileType,
  wrongMethod,
} from "./faults.ts";
import { invalidRequest } from "./problem.ts";

const ollama = parseBaseUrl("http://host.docker.internal:11434");

/** The third page of twelve failed: at the engine, and where the pages are looked into. */
const halfWay = { kept: 2, read: 4, wanted: 12 };
const withText = { kept: 0, read: 11, wanted: 12 };

/**
 * One fault for each code, made by the very functions that make the real ones, with the defaults of the service. A new
 * code does not compile without one.
 */
export const problemExamples: Record<ErrorCode, SidecarError> = {
  invalid_request: tooHot(),
  invalid_json: invalidJson(),
  invalid_path: new SidecarError("invalid_path", invalidPath(maxPathBytes)),
  keep_alive_not_allowed: keepAliveNotAllowed(),
  unauthorized: keyMissing(),
  path_outside_base: new SidecarError("path_outside_base", pathOutsideBase),
  peer_not_allowed: peerNotAllowed(),
  origin_not_allowed: refusedBrowser("this name is not in OCR_ALLOWED_HOSTS"),
  route_not_found: routeNotFound("/normalize"),
  file_not_found: new SidecarError("file_not_found", noSuchFile),
  method_not_allowed: wrongMethod("/ocr", "POST"),
  body_timeout: bodyTooSlow(120_000),
  file_too_large: fileTooLarge(50 * mebibyte),
  body_too_large: bodyTooLarge(51 * mebibyte),
  too_many_pages: new SidecarError("too_many_pages", tooManyPages(2400, 2000)),
  too_many_texts: tooManyTexts("texts", 80, 64),
  page_too_large: new SidecarError("page_too_large", pictureTooLarge(3, 20_000, 20_000, 100e6)),
  text_too_large: new SidecarError("text_too_large", textTooLarge(8_000_000, 1200)),
  unsupported_media_type: notJson(),
  unsupported_file_type: unknownFileType(),
  document_damaged: new SidecarError("document_damaged", damagedDocument),
  document_encrypted: new SidecarError("document_encrypted", encryptedDocument),
  document_too_complex: new SidecarError("document_too_complex", tooSlowForEngine(undefined, 30_000)),
  document_refused: failedPage(3, new SidecarError("document_refused", refusedPage(3)), withText),
  client_gone: clientGone(),
  internal_error: unexpected(undefined),
  ocr_failed: failedPage(3, reset(), halfWay),
  ocr_busy: queueFull("64 documents", 30),
  ocr_not_configured: modelNotConfigured(),
  ollama_unreachable: unreachable(ollama),
  ollama_busy: failedPage(3, ollamaBusy(), { ...halfWay, kept: 0 }),
  model_not_installed: notInstalled("np-dms-ocr:latest"),
  retrieval_busy: retrievalBusy("embedding model"),
  model_loading: stillLoading("embedding model"),
  model_unavailable: unavailable(
    "embedding model",
    withFetchCommand(absentFile("Xenova/bge-m3", "config.json"), "Xenova/bge-m3", "fp32", "bun run sidecar models"),
  ),
  shutting_down: shuttingDown(),
  page_timeout: failedPage(3, pageTooSlow(360_000), halfWay),
  document_timeout: withKept(documentTooSlow(3_600_000), 12),
  retrieval_timeout: tookTooLong(30_000),
};

function tooHot(): SidecarError {
  const { error } = ocrFields.safeParse({ runtimeParams: { temperature: 3 } });
  if (error === undefined) throw new Error("a temperature of 3 must not be valid");
  return invalidRequest(error);
}
