import { InferenceSession } from "onnxruntime-node";

export interface Network {
  session: InferenceSession;
  /** Names of its only input and its only output. */
  input: string;
  output: string;
}

/**
 * Opens a network of the embedded engine. One thread, and no memory kept between runs: several processes read at once.
 *
 * @param what it is, for the sentence of the error
 * @throws Error when the file is no network, or one without input or output
 */
export async function openNetwork(path: string, what: string): Promise<Network> {
  const session = await InferenceSession.create(path, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableCpuMemArena: false,
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  if (input === undefined || output === undefined) throw new Error(`The ${what} has no input or no output.`);
  return { session, input, output };
}
