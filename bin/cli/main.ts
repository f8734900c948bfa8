import { parseArguments } from "./arguments.ts";
import { COMMANDS } from "./commands.ts";
import { complete } from "./completion.ts";
import { CommandError, EXIT, usageError } from "./errors.ts";
import { printCommandHelp, printOverview } from "./help.ts";
import { disableColours, outputFailure, print, printError, watchStreams } from "./output.ts";
import { chooseProfile } from "./service.ts";
import { suggestion } from "./suggest.ts";

declare const VERSION: string;

async function main([name = "help", ...args]: string[]): Promise<number> {
  if (args.includes("--no-color") || name === "--no-color") disableColours();
  if (/^(--version|-V|version)$/.test(name)) return version();
  if (/^(help|--help|-h|--no-color)$/.test(name)) return help(args[0]);
  if (name === "completion") return complete(args);
  const command = commandOf(name);
  const { positionals, options } = parseArguments(args, command.options ?? []);
  if (options.help) return help(name);
  chooseProfile(options.profile);
  return await command.run(positionals, options);
}

function help(name: string | undefined): number {
  if (name === undefined || name.startsWith("-")) printOverview();
  else printCommandHelp(name, commandOf(name));
  return 0;
}

function commandOf(name: string) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return command;
  const names = Object.keys(COMMANDS);
  throw usageError(`There is no command ${name}.${suggestion(name, names) || ` The commands are ${names.join(", ")}.`}`);
}

function version(): number {
  print(`jobwatch ${VERSION}`);
  return 0;
}

function report(error: unknown, name = ""): number {
  if (!(error instanceof CommandError)) {
    const { name: kind = "", stack = "" } = error instanceof Error ? error : {};
    const [, line] = /jobwatch\.mjs:(\d+)/.exec(stack) ?? [];
    const place = line === undefined ? "" : ` in line ${line}`;
    printError(
      `jobwatch: this is a bug in jobwatch ${VERSION} (${kind}${place}). Report it to the maintainers of sfs-jobwatch.`,
    );
    return EXIT.bug;
  }
  const help = Object.hasOwn(COMMANDS, name) ? `jobwatch ${name} --help` : "jobwatch --help";
  printError({ text: "jobwatch: ", tone: "bad" }, error.hasHelp ? `${error.message} See ${help}.` : error.message);
  return error.exit;
}

watchStreams();
process.on("uncaughtException", (error) => process.exit(report(error)));
// The result of a command comes first. If it succeeded, output that could not be written is a failure of its own.
process.on("exit", (exit) => {
  const failed = outputFailure();
  if (exit !== 0 || !failed) return;
  printError(`jobwatch: the output could not be written (${failed.code ?? "unknown error"}).`);
  process.exitCode = EXIT.output;
});
const args = process.argv.slice(2);
process.exitCode = await main(args).catch((error) => report(error, args[0]));
