import { useEffect, useState } from "preact/hooks";
import type { Activity } from "../../src/client.ts";
import type { ConsoleState } from "../frame/console-state.ts";
import { toFault } from "../reading/read-document.ts";
import type { Fault } from "../reading/run.ts";

/** The service samples as often, so that asking more often shows nothing new. */
const everyMs = 5000;

/** What the service did, asked for again and again while somebody looks; after a failure the last answer stays. */
export function useActivity(state: ConsoleState): { activity: Activity | undefined; fault: Fault | undefined } {
  const [activity, setActivity] = useState<Activity>();
  const [fault, setFault] = useState<Fault>();
  const client = state.client.value;
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async () => {
      clearTimeout(timer);
      try {
        if (!document.hidden) {
          setActivity(await client.activity({ signal: stop.signal }));
          setFault(undefined);
        }
      } catch (error) {
        if (stop.signal.aborted) return;
        const found = toFault(error);
        setFault(found);
        if (found.status === 401) {
          state.keyRefused.value = true;
          return;
        }
      }
      if (!stop.signal.aborted) timer = setTimeout(() => void ask(), everyMs);
    };
    const onVisible = () => {
      if (!document.hidden) void ask();
    };
    document.addEventListener("visibilitychange", onVisible);
    void ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [client, state]);
  return { activity, fault };
}
