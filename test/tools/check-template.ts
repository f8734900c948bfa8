import { readFileSync } from "node:fs";
import { type Acknowledgement, findingsOf, judge } from "./findings.ts";

// `npm run check:template`: each finding of cdk-nag in the packaged template is mended there, or answered with its reason in
// acknowledged.json. An answer that no finding needs is an error too, so that the list says what is and nothing else.

const TEMPLATE = new URL("../../.serverless/cloudformation-template-update-stack.json", import.meta.url).pathname;
const acknowledgements: Acknowledgement[] = JSON.parse(readFileSync(new URL("acknowledged.json", import.meta.url), "utf8"));

try {
  const findings = findingsOf(TEMPLATE);
  const { answered, unanswered, idle } = judge(findings, acknowledgements);
  for (const { rule, resource, description } of unanswered) print(`unanswered: ${rule} at ${resource}: ${description}`);
  for (const { rule, resource } of idle) print(`acknowledged without need or reason: ${rule} at ${resource}`);
  print(`${findings.length} findings, ${answered.length} acknowledged, ${unanswered.length} unanswered`);
  if (unanswered.length + idle.length > 0) process.exitCode = 1;
} catch (error) {
  print(`the template cannot be checked: ${(error as Error).message}`);
  process.exitCode = 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
