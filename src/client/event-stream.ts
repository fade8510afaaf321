/** One server-sent event. */
export interface ServerEvent {
  event: string;
  data: string;
}

/** A document of 2,000 dense pages is some 10 million characters; beyond this something is wrong. */
const largestEventChars = 128 * 1024 * 1024;

/**
 * The events of a `text/event-stream` body, however its bytes were cut into chunks. Comments and an event that
 * the end of the stream cuts off are dropped, as the format says
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 *
 * @throws RangeError when one event is larger than 128 million characters, unless told otherwise
 */
export async function* parseEvents(
  chunks: AsyncIterable<Uint8Array>,
  maxEventChars = largestEventChars,
): AsyncGenerator<ServerEvent> {
  let event = "";
  let data: string[] = [];
  let eventChars = 0;
  for await (const line of linesOf(chunks, maxEventChars)) {
    // Each line costs its place in the list as well.
    eventChars = line === "" ? 0 : eventChars + line.length + 1;
    if (eventChars > maxEventChars) throw tooLarge();
    if (line === "") {
      if (data.length > 0) yield { event: event === "" ? "message" : event, data: data.join("\n") };
      event = "";
      data = [];
      continue;
    }
    const colon = line.indexOf(":");
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") event = value;
    if (field === "data") data.push(value);
  }
}

/** Complete lines, ended by LF, CR or CRLF; only what is new is searched, so long lines in many chunks stay cheap. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxLineChars: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let unfinished = "";
  let afterCarriageReturn = false;
  for await (const chunk of chunks) {
    const decoded = decoder.decode(chunk, { stream: true });
    if (decoded === "") continue;
    // The line feed of a CRLF that was cut in two.
    const text = afterCarriageReturn && decoded.startsWith("\n") ? decoded.slice(1) : decoded;
    afterCarriageReturn = decoded.endsWith("\r");
    const [first = "", ...rest] = text.split(/\r\n|\n|\r/);
    unfinished += first;
    if (unfinished.length > maxLineChars) throw tooLarge();
    for (const next of rest) {
      yield unfinished;
      unfinished = next;
    }
  }
}

const tooLarge = () => new RangeError("An event is too large.");
