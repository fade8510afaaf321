/** The command line cannot be understood; `message` says what to change. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const exitCodes = { success: 0, failure: 1, usage: 2, interrupted: 130 } as const;

/** @param command the words by which the command line is called here, such as `bun run sidecar` */
export const usage = (command: string) => `Usage: ${command} <command> [options]

Of a service:
  ocr FILE|FOLDER… --out DIR   read documents; writes NAME.md and NAME.json below DIR and goes on
                               where an earlier run stopped
      --parallel N             documents at once (default 2, at most 64)
      --force                  read documents again that are finished
      --engine NAME            auto (default), np-dms-ocr or tesseract (every page by this engine)
      --pages 1-3,7            only these pages of each document
      --max-pages N            at most N pages of each document
      --on-page-error MODE     fail or skip
      --text-layer-format F    markdown or plain (lines as the file has them)
      --system-prompt FILE     text file with the system prompt
      --tags a,b               names of tags to extract
      --param NAME=NUMBER      temperature, top_p, top_k, repeat_penalty, max_tokens, num_ctx or seed;
                               may be repeated
  page-image FILE --out FILE.png
                               what the model sees of a page
      --page N  --tile N       default: the first page, as a whole
      --as-it-lies             do not turn a scan upright
  embed [TEXT…]                one line of JSON for each text; without texts the lines of standard input
  rerank --query TEXT [CHUNK…] the chunks, best first; without chunks the lines of standard input
      --top N  --json
  ready [--for ocr|retrieval|all]
  doctor                       looks for what is wrong and says what to do

They take --url ADDRESS. Without it OCR_SIDECAR_URL names the service, and without that one is
started for the command alone. The key comes from OCR_SIDECAR_API_KEY or OCR_SIDECAR_API_KEY_FILE.

Of many documents, for any number of services (REDIS_URL names the Redis of the queue):
  batch add FILE|FOLDER… --root SHARED
                               adds a job for each document below the folder that all workers share
      --option NAME=VALUE      engine, pages, maxPages, onPageError, textLayerFormat, dmsTags, temperature,
                               …; may be repeated
      --system-prompt FILE     text file with the system prompt
      --again                  also what the queue holds as read or given up
  batch work --url ADDRESS --root SHARED --out DIR
                               reads what waits by one service; writes NAME.md and NAME.json below DIR
      --parallel N             documents at once (default 2, at most 64)
      --until-done             end when nothing is left, instead of waiting for more
      --stop-seconds N         for running documents when it is stopped; then they are handed back
                               (default 5)
      --takeover-seconds N     after so long without a sign of this worker others take its documents
                               (default 120)
  batch status [--watch] [--json]
  batch failures [--code CODE] [--json]
  batch retry [--code CODE]
                               all with --queue NAME (default ocr-documents) and --prefix P (default bull)

Of this machine:
  serve                        starts the service
  models [--dir FOLDER]        fetches the models that the environment names into FOLDER
                               (default: MODEL_DIR), what is missing or damaged of them
      --check                  fetch nothing, compare what is there with models.lock.json
      --hub ADDRESS            fetch from another server of the same interface
  compare-reference [--dir FOLDER] [--device cpu|cuda]
                               runs the models on the examples of their authors and compares the numbers;
                               other models than BGE-M3 and BGE-Reranker-Large give other numbers
  real-ollama [--url ADDRESS] [--model NAME] [--page FILE.png]
                               looks whether an Ollama (default: OLLAMA_API_URL, np-dms-ocr) does what the
                               service relies on; nobody else should be using it meanwhile
  help

Exit codes: 0 all went well, 1 something failed, 2 the command line is wrong, 130 interrupted.
`;
