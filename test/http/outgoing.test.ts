import { describe, expect, test } from "bun:test";
import { openEventStream } from "../../src/http/answers/event-stream.ts";
import { createOutgoing } from "../../src/http/answers/outgoing.ts";
import { refusalOf } from "../support/refusal-of.ts";

function answerOf(bytes: number) {
  const answer = {
    bytes,
    isLetGo: false,
    heldBytes: () => (answer.isLetGo ? undefined : answer.bytes),
    letGo: () => {
      answer.isLetGo = true;
    },
  };
  return answer;
}

describe("answers that wait for slow readers", () => {
  test("are let go while all hold too much, the largest first, and no more of them than are in the way", () => {
    const outgoing = createOutgoing({ maxBytes: 100 });
    const [small, large, middle, grown] = [answerOf(10), answerOf(60), answerOf(30), answerOf(0)];
    for (const answer of [small, large, middle, grown]) outgoing.add(answer);
    grown.bytes = 55;
    outgoing.hasGrown(grown);
    expect([small, large, middle, grown].map((answer) => answer.isLetGo)).toEqual([false, true, false, false]);
    expect(outgoing.heldBytes()).toBe(95);
  });

  test("never cost one that is alone its reader", () => {
    const outgoing = createOutgoing({ maxBytes: 100 });
    const answer = answerOf(1000);
    outgoing.add(answer);
    outgoing.hasGrown(answer);
    expect(answer.isLetGo).toBe(false);
  });

  test("count no longer when they are over", () => {
    const outgoing = createOutgoing({ maxBytes: 100 });
    const over = answerOf(90);
    outgoing.add(over);
    over.isLetGo = true;
    expect(outgoing.heldBytes()).toBe(0);
    over.heldBytes = () => expect.unreachable("nobody is asked about it any more");
    expect(outgoing.heldBytes()).toBe(0);
  });

  test("of events count as long as something waits, behind their end too, and are ended for others", async () => {
    const outgoing = createOutgoing({ maxBytes: 1000 });
    let gone = 0;
    const first = openEventStream({ outgoing, onGone: () => (gone += 1) });
    first.send("page", "x".repeat(800));
    expect(outgoing.heldBytes()).toBeGreaterThan(800);
    first.end();
    const second = openEventStream({ outgoing, onGone: () => undefined });
    second.send("page", "y".repeat(800));
    expect(await refusalOf(new Response(first.body).text())).toMatchObject({
      message: "answers of all callers are too large for their readers",
    });
    expect(gone).toBe(1);
    second.end();
    expect(await new Response(second.body).text()).toContain("y".repeat(800));
    expect(outgoing.heldBytes()).toBe(0);
  });
});
