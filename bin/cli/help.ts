import { COMMON, OPTIONS, type OptionName } from "./arguments.ts";
import { COMMANDS, type Command, GROUPS } from "./commands.ts";
import { type Piece, print } from "./output.ts";
import { alignColumns } from "./table.ts";

const strong = (text: string): Piece => ({ text, tone: "strong" });
const quiet = (text: string): Piece => ({ text, tone: "quiet" });

export function printOverview(): void {
  print("jobwatch: watch the operations of a project, or track single jobs and wait until they end");
  const rows = alignColumns(
    Object.entries(COMMANDS).map(([name, { args, summary }]) => [strong(`  ${headOf(name, args)}`), summary]),
  );
  for (const group of GROUPS) {
    print();
    print(strong(group));
    for (const [at, { group: own }] of Object.values(COMMANDS).entries()) if (own === group) print(...(rows[at] ?? []));
  }
  print();
  print("jobwatch <command> --help shows the options of a command and examples. jobwatch --version prints the version.");
  print("jobwatch login saves the address of the service and your key. Or set JOBWATCH_URL and JOBWATCH_KEY.");
  print(
    "Exit codes: 0 done; wait: 1 failed, 2 lost, stopped or time is up; 64 wrong usage, 65 the service rejected the request,",
  );
  print("69 the service is unavailable, 70 a bug of jobwatch, 74 the output could not be written, 77 the key was rejected.");
}

export function printCommandHelp(name: string, { args, summary, options = [], meanings = {}, examples, notes }: Command): void {
  print(strong(`jobwatch ${headOf(name, args)}`), `: ${summary}`);
  print();
  print(strong("Options"));
  const own = options.map((option) => optionCells(option, meanings[option]));
  const common = COMMON.map((option) => optionCells(option).map((piece) => (typeof piece === "string" ? quiet(piece) : piece)));
  for (const line of alignColumns([...own, ...common])) print(...line);
  if (notes) print();
  for (const line of notes?.split("\n") ?? []) print(line);
  print();
  print(strong("Examples"));
  for (const example of examples) print(`  ${example}`);
}

function headOf(name: string, args: string | undefined): string {
  return args === undefined ? name : `${name} ${args}`;
}

function optionCells(name: OptionName, meaning?: string): Piece[] {
  const option = OPTIONS[name];
  const value = "value" in option ? ` ${option.value}` : "";
  const more = "multiple" in option ? "..." : "";
  return [strong(`  --${name}${value}${more}`), meaning ?? option.help];
}
