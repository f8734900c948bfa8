export const EXIT = {
  failed: 1,
  notEnded: 2,
  usage: 64,
  rejected: 65,
  unavailable: 69,
  bug: 70,
  output: 74,
  key: 77,
} as const;

/** Ends the command with one line on standard error and this exit code. */
export class CommandError extends Error {
  override name = "CommandError";
  readonly exit: number;
  /** Whether the line ends with a reference to the help of the command. */
  readonly hasHelp: boolean;

  constructor(exit: number, message: string, hasHelp = false) {
    super(message);
    this.exit = exit;
    this.hasHelp = hasHelp;
  }
}

export function usageError(message: string): CommandError {
  return new CommandError(EXIT.usage, message, true);
}

/** Standard input cannot be used. */
export function inputError(message: string): CommandError {
  return new CommandError(EXIT.usage, `${message} Nothing was registered.`);
}
