import { InferenceSession } from "onnxruntime-node";

export interface Network {
  session: InferenceSession;
  /** Names of its only input and its only output. */
  input: string;
  output: string;
}

/**
 * Opens a network of the embedded engine. One thread, and no memory kept between runs: several processes read at once. With
 * the pattern of its memory a run takes one block where it had asked the system for each tensor: 0.1 s of system time for
 * the text detector on an A4 page, 0.4 s on the first, instead of 1.2 s, and 20 MB more while it runs.
 *
 * @param what it is, for the sentence of the error
 * @throws Error when the file is no network, or one without input or output
 */
export async function openNetwork(path: string, what: string): Promise<Network> {
  const session = await InferenceSession.create(path, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableCpuMemArena: false,
    enableMemPattern: true,
    logSeverityLevel: 3,
  });
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  if (input === undefined || output === undefined) throw new Error(`The ${what} has no input or no output.`);
  return { session, input, output };
}
