import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions } from "playwright-core";
import { addKey, type World } from "../world.ts";
import { launch, NO_BROWSER, signedIn } from "./browser.ts";
import { sampleJobs } from "./sample-jobs.ts";
import { sampleWatches } from "./sample-watches.ts";
import { KEYS, startSite } from "./site.ts";
import { visit } from "./visit.ts";

// `npm run screenshots`: takes the images of docs/page.md with the local browser.

const FOLDER = fileURLToPath(new URL("../../docs/images/pages/", import.meta.url));
const THEMES: Record<string, BrowserContextOptions> = {
  light: { viewport: { width: 1080, height: 700 }, colorScheme: "light" },
  dark: { viewport: { width: 1080, height: 700 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 780 }, colorScheme: "light" },
};
const PAGES = { jobs: "/", job: "/jobs/fails-55e2", watches: "/watches", register: "/register", operations: "/operations" };

if (NO_BROWSER !== undefined) throw new Error(NO_BROWSER);
mkdirSync(FOLDER, { recursive: true });
const site = await startSite();
await fill(site.world);
const browser = await launch();
for (const [theme, options] of Object.entries(THEMES)) {
  const page = await signedIn(browser, site.url, KEYS.operator, options);
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(site.url + path);
    await page.screenshot({ path: `${FOLDER}${name}-${theme}.png`, fullPage: true });
  }
  await page.context().close();
}
await browser.close();
await site.close();

/** Adds jobs of another team, a suspended channel and learned durations. */
async function fill(world: World): Promise<void> {
  const { table } = world.services;
  await addKey(world.table, "sfsjw_key-of-others", "others");
  for (const jobId of ["one", "two", "three"])
    await world.request("POST", "/jobs", {
      key: "sfsjw_key-of-others",
      body: { jobId: world.cloud.startJob("slow", { jobId }) },
    });
  await world.tick();
  world.sink.answer((_, _payload, channel) => (channel === "projects" ? { status: 404, body: "no_service" } : undefined));
  await visit(world, "POST", "/operations/channels/projects/test", {});
  await table.save({ kind: "watches", record: sampleWatches() });
  for (const record of sampleJobs()) await table.save({ kind: "job", record });
  for (const [jobType, minutes] of Object.entries({ create_share: 12, extend_share: 35, hpc_create_share: 50 })) {
    const taken = (index: number) => minutes * 60_000 * (0.7 + 0.9 * Math.abs(Math.sin(index * 1.7)) ** 2.5);
    const durations = new Map(Array.from({ length: 40 }, (_, index) => [String(index).padStart(6, "0"), taken(index)]));
    await table.saveDurations({ team: "storage", source: "sfs-turbo-job", jobType }, { durations, version: 0 });
  }
}
