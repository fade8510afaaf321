import type { ActivityLog } from "../watch/activity-log.ts";
import type { Metrics } from "../watch/counters.ts";

/** Whom the parts of the service tell what they do. */
export interface Watching {
  metrics: Metrics;
  activity: Pick<ActivityLog, "decided">;
}
