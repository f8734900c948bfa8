import { readFileSync } from "node:fs";
import { type Example, openApiDocument } from "../../functions/api/openapi/document.ts";
import { startWorld } from "../world.ts";
import { prepare, STEPS } from "./scenario.ts";

/** The simulated cloud draws the id of each of its answers, as the real one does: it stands on the job and in a message's footer. */
const DRAWN = /(?<=request |"requestId": ")[0-9a-f]{32}/g;
const DRAWN_ONCE = "98bbb18e544221ab4b417c9261d54ea0";

/** The text of docs/openapi.json: its examples are run anew, on virtual time, so that it is the same each time. */
export async function buildDocument(): Promise<string> {
  const world = await startWorld();
  try {
    await prepare(world);
    const examples: Example[] = [];
    // Those two answer with this very document.
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
      const isShown = answer.headers["content-type"]?.includes("json");
      examples.push({ ...example, ...(isShown && { answer: answer.body }) });
    }
    const text = `${JSON.stringify(openApiDocument(examples, versionOf()), null, 2)}\n`;
    return text.replace(DRAWN, DRAWN_ONCE);
  } finally {
    await world.close();
  }
}

function versionOf(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}
