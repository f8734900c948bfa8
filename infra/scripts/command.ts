// Shared by the operators' commands: exit codes, one-line errors, and the choice of the table.

/** The arguments are wrong. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** A file cannot be read, written or used. */
export class FileError extends Error {
  override name = "FileError";
}

/** Prints the result of the command, or its error in one line. Exits with 64 for usage, 65 for files, 69 for the table. */
export async function runCommand(
  name: string,
  run: (args: string[]) => Promise<string>,
  args = process.argv.slice(2),
): Promise<void> {
  try {
    console.log(await run(args));
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    if (error instanceof UsageError || code?.startsWith("ERR_PARSE_ARGS")) {
      fail(64, `${message}\nFor help: npm run ${name} -- ${name === "keys" ? "help" : "--help"}`);
    } else if (error instanceof FileError) fail(65, message);
    else fail(69, `the table cannot be used: ${adviceFor(message) ?? `${message || code}. ${QUESTION[tableIs]}`}`);
  }
}

const QUESTION = { local: "Is the local stack running?", deployed: "Are --stage, AWS_REGION and the AWS credentials correct?" };

/** The SDK's own texts name no variable. */
function adviceFor(message: string): string | undefined {
  if (/^Region (is missing|not accepted)/.test(message))
    return "set AWS_REGION to the region of the deployment, such as eu-central-1.";
  if (/^Could not load credentials/.test(message)) return "set AWS credentials, for example with AWS_PROFILE.";
  return undefined;
}

function fail(exitCode: number, message: string): void {
  console.error(message);
  process.exitCode = exitCode;
}

/** Which table `tableName` chose. */
let tableIs: "local" | "deployed" = "local";

/** Returns the table of a stage, or that of TABLE_NAME, or the local stack's. */
export function tableName(stage: string | undefined): string {
  tableIs = "deployed";
  if (stage !== undefined) return `sfs-jobwatch-${stage}`;
  if (process.env.TABLE_NAME?.trim()) return process.env.TABLE_NAME.trim();
  tableIs = "local";
  process.env.AWS_ENDPOINT_URL_DYNAMODB ??= `http://127.0.0.1:${process.env.TABLE_PORT ?? "8000"}`;
  process.env.AWS_ACCESS_KEY_ID ??= "local";
  process.env.AWS_SECRET_ACCESS_KEY ??= "local";
  process.env.AWS_REGION ??= "eu-central-1";
  return "sfs-jobwatch-local";
}
