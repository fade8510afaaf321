/**
 * A process of the embedded engine that does what its picture says: `garbage`, `grow`, `loop`, `stop`, `refuse` (the page),
 * `break` (the engine), `swell` (in memory), `astray` (an answer to what was not asked), `told` (what it was started with) or `ok`.
 */
import { answerParent } from "../../src/processes/child-program.ts";
import { type EngineReply, type EngineRequest, engineRequest } from "../../src/tesseract/messages.ts";
import { loopForEver } from "./endless-loop.ts";
import { growForEver } from "./grow-for-ever.ts";

answerParent<EngineRequest, EngineReply>({
  request: engineRequest,
  niceness: 0,
  async answer({ png }) {
    const text = new TextDecoder().decode(png);
    if (text === "garbage") process.send?.({ type: "answer", body: { kind: "page" } });
    if (text === "grow") await growForEver();
    if (text === "loop") loopForEver();
    if (text === "stop") process.kill(process.pid, "SIGSTOP");
    if (text === "refuse" || text === "break") return { kind: "failed", message: text, broken: text === "break" };
    if (text === "astray") return { kind: "orientation", heapBytes: 1 };
    return {
      kind: "page",
      page: {
        ...{
          text: text === "told" ? told() : text,
          confidence: 90,
          inkOutside: 0,
          deskewedDegrees: 0,
          showsThrough: false,
          readTwice: 0,
          disputed: 0,
          doubts: [],
        },
        ...{ unsureLines: [], guessedRows: [] },
        ...{ lineCount: 1, unreadPlaces: 0, recognised: [], ignoredBoxes: 0, notReadAgain: 0 },
        ...{ detectorFailed: false, recogniserFailed: false, numbersNotChecked: 0, numberReaderFailed: false },
      },
      lacksDetector: false,
      lacksNumberReader: false,
      heapBytes: text === "swell" ? 2 ** 40 : 1,
    };
  },
});

const told = () => JSON.stringify({ argv: process.argv.slice(2), arenas: process.env.MALLOC_ARENA_MAX });
