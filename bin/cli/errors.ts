export const EXIT = { failed: 1, notEnded: 2, usage: 64, rejected: 65, unavailable: 69, bug: 70, key: 77 } as const;

/** Ends the command with one line on standard error and this exit code. */
export class CommandError extends Error {
  override name = "CommandError";
  readonly exit: number;

  constructor(exit: number, message: string) {
    super(message);
    this.exit = exit;
  }
}

export function usageError(message: string): CommandError {
  return new CommandError(EXIT.usage, `${message} See jobwatch --help.`);
}

/** Standard input cannot be used. */
export function inputError(message: string): CommandError {
  return new CommandError(EXIT.usage, `${message} Nothing was registered.`);
}
