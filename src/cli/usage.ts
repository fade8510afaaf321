/** The command line cannot be understood; `message` says what to change. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const exitCodes = { success: 0, failure: 1, usage: 2, interrupted: 130 } as const;

export const usage = `Usage: bun run sidecar <command> [options]

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
  embed [TEXT…]                one line of JSON for each text; without texts the lines of standard input
  rerank --query TEXT [CHUNK…] the chunks, best first; without chunks the lines of standard input
      --top N  --json
  ready [--for ocr|retrieval|all]
  doctor                       looks for what is wrong and says what to do

Every command takes --url ADDRESS. Without it OCR_SIDECAR_URL names the service, and without that one is
started for the command alone. The key comes from OCR_SIDECAR_API_KEY or OCR_SIDECAR_API_KEY_FILE.

Exit codes: 0 all went well, 1 something failed, 2 the command line is wrong, 130 interrupted.
`;
