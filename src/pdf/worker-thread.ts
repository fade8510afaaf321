import { type WorkerReply, type WorkerRequest, workerReply } from "./messages.ts";

/** A running worker thread of the PDF engine. */
export interface WorkerThread {
  post(request: WorkerRequest): void;
  /** From now on nothing is heard of it. Gives the worker to end, or `undefined` when it has ended by itself. */
  release(): Worker | undefined;
}

export interface WorkerThreadOptions {
  url: URL;
  /** As `workerArguments` reads them. */
  argv: readonly string[];
  onReply(reply: WorkerReply): void;
  /** It has ended, thrown, or said what no worker says; called at most once. */
  onBroken(): void;
}

/** Starts a thread; what it says is checked, and whatever is wrong with it is one event. */
export function startWorkerThread({ url, argv, onReply, onBroken }: WorkerThreadOptions): WorkerThread {
  const worker = new Worker(url.href, { argv: [...argv] });
  let released = false;
  let ended = false;
  const broken = () => {
    if (!released) onBroken();
  };
  worker.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (released) return;
    const reply = workerReply.safeParse(data);
    if (reply.success) onReply(reply.data);
    else broken();
  };
  worker.onerror = (event) => {
    event.preventDefault();
    broken();
  };
  worker.addEventListener("messageerror", broken);
  worker.addEventListener("close", () => {
    ended = true;
    broken();
  });
  return {
    post: (request) => worker.postMessage(request),
    release() {
      released = true;
      return ended ? undefined : worker;
    },
  };
}
