import { add } from "./add.ts";
import { type OptionName, type Options, parseArguments } from "./arguments.ts";
import { channels, testChannel } from "./channels.ts";
import { CommandError, EXIT, usageError } from "./errors.ts";
import { HELP } from "./help.ts";
import { JOB_FLAGS } from "./job-options.ts";
import { list, show, stop } from "./jobs.ts";
import { printError } from "./output.ts";
import { wait } from "./wait.ts";
import { unwatch, watch, watches } from "./watches.ts";

interface Command {
  /** Returns the exit code. */
  run(args: string[], options: Options): Promise<number>;
  options: OptionName[];
}

const NAMED: OptionName[] = ["project", "source"];
const CHOSEN = Object.keys(JOB_FLAGS) as OptionName[];
const OF_OTHER_SOURCES: OptionName[] = ["operation", "share", "feature"];

const COMMANDS = new Map<string, Command>([
  ["watch", { run: watch, options: [...NAMED, "operations", "name", "tag", "channel", "notify-on"] }],
  ["watches", { run: watches, options: [] }],
  ["unwatch", { run: unwatch, options: [] }],
  ["add", { run: add, options: [...NAMED, ...CHOSEN, ...OF_OTHER_SOURCES, "no-verify", "wait", "timeout"] }],
  ["list", { run: list, options: ["state", "type", "label", "source", "limit"] }],
  ["show", { run: show, options: NAMED }],
  ["wait", { run: wait, options: [...NAMED, "timeout"] }],
  ["stop", { run: stop, options: NAMED }],
  ["channels", { run: channels, options: [] }],
  ["test-channel", { run: testChannel, options: [] }],
]);

async function main([name = "--help", ...args]: string[]): Promise<number> {
  if (/^(help|--help|-h)$/.test(name)) return printHelp();
  const command = COMMANDS.get(name);
  if (!command) throw usageError(`There is no command ${name}. The commands are ${[...COMMANDS.keys()].join(", ")}.`);
  const { positionals, options } = parseArguments(args, command.options);
  return options.help ? printHelp() : await command.run(positionals, options);
}

function printHelp(): number {
  process.stdout.write(`${HELP}\n`);
  return 0;
}

// A reader that closes standard output, as `head` does, needs no more output.
process.stdout.on("error", () => process.exit(0));
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isOurs = error instanceof CommandError;
  const message = isOurs ? error.message : `this is a bug in jobwatch (${error instanceof Error ? error.name : ""}).`;
  printError(`jobwatch: ${message}`);
  process.exitCode = isOurs ? error.exit : EXIT.bug;
}
