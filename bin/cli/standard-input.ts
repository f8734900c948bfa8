import { inputError } from "./errors.ts";
import { quote } from "./output.ts";

/** Returns the text on standard input. Rejects what is neither an answer of the cloud nor ids. */
export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const text = decode(Buffer.concat(chunks)).trim();
  if (text === "") throw inputError("Standard input is empty. Did the command before the pipe fail?");
  if (text.startsWith("<")) throw inputError(`Standard input is a web page, not the cloud's JSON answer: ${quote(text)}.`);
  if (/^HTTP\/\d/.test(text)) throw inputError("Standard input begins with HTTP headers. Use curl without -i.");
  return text;
}

function decode(bytes: Buffer): string {
  if (bytes.includes(0))
    throw inputError("Standard input is UTF-16 or binary, not UTF-8. Convert it first. Windows PowerShell 5.1 writes UTF-16.");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw inputError("Standard input is not UTF-8 text. Is it compressed? Use curl with --compressed.");
  }
}
