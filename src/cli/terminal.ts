/** Where a command writes. */
export interface Terminal {
  /** Results, to standard output. */
  print(line: string): Promise<void>;
  /** What happens meanwhile, to standard error. */
  report(line: string): void;
  /** Replaces the status line; only a terminal has one. */
  showStatus(text: string): void;
  clearStatus(): void;
  /** Whether standard error is a terminal, and so has a status line. */
  hasStatusLine: boolean;
}

interface Output {
  write(text: string, written: (error?: Error | null) => void): boolean;
}

interface ErrorOutput {
  write(text: string): boolean;
  isTTY?: boolean;
  columns?: number;
}

/** Erases the line the cursor stands in and goes to its beginning (ECMA-48 EL and CR). */
const eraseLine = "\r\u001b[2K";

export function createTerminal(output: Output, errors: ErrorOutput): Terminal {
  const hasStatusLine = errors.isTTY === true;
  let status = "";
  const draw = (text: string) => {
    if (hasStatusLine) errors.write(eraseLine + text);
  };
  return {
    hasStatusLine,
    print: (line) =>
      new Promise((resolve, reject) => {
        draw("");
        output.write(`${printable(line)}\n`, (error) => (error ? reject(error) : resolve()));
      }),
    report: (line) => {
      draw("");
      errors.write(`${printable(line)}\n`);
      draw(status);
    },
    showStatus: (text) => {
      status = text.slice(0, (errors.columns ?? 80) - 1);
      draw(status);
    },
    clearStatus: () => {
      status = "";
      draw("");
    },
  };
}

/** File names and texts of others must not steer the terminal. */
const printable = (line: string) => line.replace(/[^\P{Cc}\t\n]/gu, "\uFFFD");
