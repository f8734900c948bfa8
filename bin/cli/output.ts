// What the command line prints. An error of the output never replaces the result of a command: it continues to its own end.

/** How a piece of text is shown on a terminal. */
export type Tone = "good" | "bad" | "warning" | "busy" | "quiet" | "strong";
export type Piece = string | { text: string; tone: Tone };

const CODES: Record<Tone, number> = { good: 32, bad: 31, warning: 33, busy: 36, quiet: 2, strong: 1 };

interface Failure {
  code?: string | undefined;
}

let areColoursAllowed = true;
let isReaderGone = false;
let failure: Failure | undefined;

export function disableColours(): void {
  areColoursAllowed = false;
}

/** Must be called before the first output. */
export function watchStreams(): void {
  process.stdout.on("error", noteFailure);
  // Nobody can be notified of an error of standard error.
  process.stderr.on("error", () => undefined);
}

/** Returns true if the reader of standard output has closed it, as `head` does. */
export function isOutputClosed(): boolean {
  return isReaderGone;
}

/** Returns the error of standard output, unless its reader has closed it. */
export function outputFailure(): Failure | undefined {
  return failure;
}

function noteFailure(error: Failure): void {
  if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") isReaderGone = true;
  else failure ??= error;
}

export function isTerminal(stream: NodeJS.WriteStream = process.stdout): boolean {
  return stream.isTTY === true;
}

/** Removes control characters, so that text of others cannot move the cursor. */
export function clean(text: string): string {
  return text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, " ");
}

/** Quotes the beginning of a text from outside. */
export function quote(text: string, most = 60): string {
  const line = clean(text);
  return `"${line.length > most ? `${line.slice(0, most)}...` : line}"`;
}

/** Prints one line. */
export function print(...pieces: Piece[]): void {
  write(process.stdout, `${paint(process.stdout, pieces)}\n`);
}

/** Prints one line on standard error. */
export function printError(...pieces: Piece[]): void {
  write(process.stderr, `${paint(process.stderr, pieces)}\n`);
}

/** Writes text that may contain control characters. */
export function write(stream: NodeJS.WriteStream, text: string): void {
  try {
    stream.write(text);
  } catch (error) {
    if (stream === process.stdout) noteFailure(error as Failure);
  }
}

/** Returns the pieces without control characters, with colours if the stream is a terminal that has them. */
export function paint(stream: NodeJS.WriteStream, pieces: Piece[]): string {
  // hasColors honours NO_COLOR and TERM=dumb.
  const hasColours = areColoursAllowed && isTerminal(stream) && stream.hasColors();
  return pieces
    .map((piece) => {
      if (typeof piece === "string") return clean(piece);
      return hasColours ? `\x1b[${CODES[piece.tone]}m${clean(piece.text)}\x1b[0m` : clean(piece.text);
    })
    .join("");
}
