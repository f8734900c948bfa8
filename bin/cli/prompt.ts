import { createInterface } from "node:readline/promises";
import { CommandError } from "./errors.ts";
import { paint, write } from "./output.ts";

const INTERRUPTED = 130;
const CTRL_C = "\u0003";
const ENDS = ["\r", "\n", "\u0004"];
const BACKSPACES = ["\b", "\u007f"];

/** Asks on the terminal. */
export async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(question)).trim();
  } finally {
    terminal.close();
  }
}

/** Asks on the terminal without showing what is typed. */
export async function askSecret(question: string): Promise<string> {
  const { stdin, stderr } = process;
  write(stderr, paint(stderr, [question]));
  stdin.setRawMode(true);
  try {
    let secret = "";
    for await (const chunk of stdin) {
      for (const character of String(chunk)) {
        if (ENDS.includes(character)) return secret.trim();
        if (character === CTRL_C) throw new CommandError(INTERRUPTED, "Nothing was saved.");
        secret = BACKSPACES.includes(character) ? secret.slice(0, -1) : secret + character;
      }
    }
    return secret.trim();
  } finally {
    stdin.setRawMode(false);
    write(stderr, "\n");
  }
}
