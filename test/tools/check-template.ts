import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { type Acknowledgement, findingsOf, judge } from "./findings.ts";

// `npm run check:template` runs cdk-nag on the packaged template. Each finding must be fixed, or acknowledged with a reason in acknowledged.json.
// An acknowledgement without a finding is an error too, so that the list stays correct.

const TEMPLATE = fileURLToPath(new URL("../../.serverless/cloudformation-template-update-stack.json", import.meta.url));
const acknowledgements: Acknowledgement[] = JSON.parse(readFileSync(new URL("acknowledged.json", import.meta.url), "utf8"));

try {
  const findings = findingsOf(TEMPLATE);
  const { answered, unanswered, idle } = judge(findings, acknowledgements);
  for (const { rule, resource, description } of unanswered) print(`not acknowledged: ${rule} at ${resource}: ${description}`);
  for (const { rule, resource } of idle) print(`acknowledged without a finding or a reason: ${rule} at ${resource}`);
  print(`${findings.length} findings, ${answered.length} acknowledged, ${unanswered.length} not acknowledged`);
  if (unanswered.length + idle.length > 0) process.exitCode = 1;
} catch (error) {
  print(`the template cannot be checked: ${(error as Error).message}`);
  process.exitCode = 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
