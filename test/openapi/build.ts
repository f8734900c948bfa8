import { readFileSync } from "node:fs";
import { type Example, openApiDocument } from "../../functions/api/openapi/document.ts";
import { startWorld } from "../world.ts";
import { prepare, STEPS } from "./scenario.ts";

/** Request ids, which the simulated cloud generates at random. */
const REQUEST_ID = /(?<=request |"requestId": ")[0-9a-f]{32}/g;
const ID = /(?<="(watchId|silenceId)": ")[0-9a-f-]{36}/g;
const FIXED_ID = "6b1f2f0e-6d0f-4b0e-9a53-0a4b8e1f7c21";
const FIXED_REQUEST_ID = "98bbb18e544221ab4b417c9261d54ea0";

/** Returns the text of docs/openapi.json. Runs the examples on virtual time, so that the text is always the same. */
export async function buildDocument(): Promise<string> {
  const world = await startWorld();
  try {
    await prepare(world);
    const examples: Example[] = [];
    // These two return the document itself.
    const steps = STEPS.filter(({ operation }) => operation !== "getOpenApi" && operation !== "getDocs");
    for (const { method, before, key, isWrong, ...example } of steps) {
      await before?.(world);
      const { path, body, headers, status } = example;
      const answer = await world.request(method, path, {
        ...(body !== undefined && { body }),
        ...(headers && { headers }),
        ...(key !== undefined && { key }),
        ...(isWrong && { isWrong }),
      });
      if (answer.status !== status) throw new Error(`${method} ${path} (${example.name}): ${answer.status} for ${status}`);
      const isJson = answer.headers["content-type"]?.includes("json");
      examples.push({ ...example, ...(isJson && { answer: answer.body }) });
    }
    const text = `${JSON.stringify(openApiDocument(examples, versionOf()), null, 2)}\n`;
    return text.replace(REQUEST_ID, FIXED_REQUEST_ID).replace(ID, FIXED_ID);
  } finally {
    await world.close();
  }
}

function versionOf(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}
