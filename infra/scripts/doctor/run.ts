import { parseArgs } from "node:util";
import { runCommand } from "../command.ts";
import { diagnose } from "./diagnose.ts";
import { report } from "./report.ts";
import { environmentOf } from "./settings.ts";

// `npm run doctor`: checks the settings, the cloud, the table and the channels.

const HELP = `Checks what the service needs, and says what to do about each problem.

  npm run doctor [-- --stage <stage>] [--send]

--stage prod   checks a deployed stage with its secrets parameter. The other settings come from the
               environment, as for npm run deploy. Without --stage: the settings of npm start.
--send         sends a test message to each channel, which resumes a suspended one.
               Without it, nothing is sent.

Exits with 1 if a check failed. The output contains no secret.`;

const OPTIONS = { stage: { type: "string" }, send: { type: "boolean" }, help: { type: "boolean" } } as const;

await runCommand("doctor", async (args) => {
  const { values } = parseArgs({ args, options: OPTIONS });
  if (values.help) return HELP;
  Object.assign(process.env, environmentOf(values.stage, process.env));
  const { isTTY, columns = 100 } = process.stdout;
  const layout = { width: Math.min(Math.max(columns, 80), 100), hasColors: isTTY && !process.env.NO_COLOR };
  const { summary, hasFailed } = await report(diagnose(process.env, values.send ?? false), layout, console.log);
  if (hasFailed) process.exitCode = 1;
  return summary;
});
