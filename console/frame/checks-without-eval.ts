import { config } from "zod/mini";

// Its faster way is `new Function`, which the page's policy forbids, and each try would be reported.
config({ jitless: true });
