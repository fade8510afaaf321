import { InferenceSession } from "onnxruntime-node";

export interface Network {
  session: InferenceSession;
  /** Names of its only input and its only output. */
  input: string;
  output: string;
}

/**
 * Opens a network of the embedded engine. One thread: several processes read at once. It keeps the memory of its tensors, 60 MB
 * for the text detector and 10 to 50 MB for a reader of lines, whatever the sizes of their pictures. Given back after each
 * run it took 0.3 s of system time to get for the first picture of a size, 0.9 s for the widest line, and 0.1 s on each
 * page. A pattern of the tensors would be another block beside it.
 *
 * @param what it is, for the sentence of the error
 * @throws Error when the file is no network, or one without input or output
 */
export async function openNetwork(path: string, what: string): Promise<Network> {
  const session = await InferenceSession.create(path, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableCpuMemArena: true,
    enableMemPattern: false,
    logSeverityLevel: 3,
  });
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  if (input === undefined || output === undefined) throw new Error(`The ${what} has no input or no output.`);
  return { session, input, output };
}
