import { setSystemTime, spyOn } from "bun:test";

const sevenHoursMs = 7 * 3_600_000;

/**
 * Sets the clock of the wall back by seven hours, as NTP does with a machine in Bangkok that began with its local time taken
 * for UTC, and lets so much time go by on the clock that only runs forward. Disposing sets both right.
 */
export function setClockBack(passedMs: number): Disposable {
  const monotonicMs = performance.now.bind(performance);
  const spy = spyOn(performance, "now").mockImplementation(() => monotonicMs() + passedMs);
  setSystemTime(new Date(Date.now() - sevenHoursMs));
  return {
    [Symbol.dispose]: () => {
      setSystemTime();
      spy.mockRestore();
    },
  };
}
