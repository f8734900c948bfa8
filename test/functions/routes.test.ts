import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { createApi } from "../../functions/api/app.ts";
import { startWorld } from "../world.ts";

it("serves exactly the routes in serverless.yml", async () => {
  const template = parse(readFileSync(new URL("../../serverless.yml", import.meta.url), "utf8"), { logLevel: "silent" });
  const events: { httpApi: string }[] = template.functions.api.events;
  const spelled = events.map(({ httpApi }) => httpApi).filter((route) => route !== "*");
  const world = await startWorld();
  const served = createApi(world.services)
    .routes.filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
  expect([...new Set(served)].sort()).toEqual(spelled.sort());
  await world.close();
});
