import { parseArgs } from "node:util";

const HELP = `npm start runs the whole service on this machine: docs/configuration.md, "The local stack".

  npm start -- --no-demo    registers no demo jobs and watches
  npm start -- --verbose    prints every message and event in this terminal

LOCAL_FOLDER names the folder of the table, the key and the log; PORT, LAMBDA_PORT, TABLE_PORT, CLOUD_PORT, SLACK_PORT and EVENTS_PORT set the ports.`;

/** Exits for --help and for wrong arguments. */
export function readArguments(): { verbose: boolean; demo: boolean } {
  const options = { "no-demo": { type: "boolean" }, verbose: { type: "boolean" }, help: { type: "boolean" } } as const;
  try {
    const { values } = parseArgs({ options });
    if (!values.help) return { verbose: values.verbose ?? false, demo: !values["no-demo"] };
    console.log(HELP);
    process.exit(0);
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    process.exit(64);
  }
}
