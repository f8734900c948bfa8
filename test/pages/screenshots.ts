import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { BrowserContextOptions, Page } from "playwright-core";
import { addKey, type World } from "../world.ts";
import { launch, NO_BROWSER, signedIn } from "./browser.ts";
import { startLocalPages } from "./local-pages.ts";
import { sampleJobs } from "./sample-jobs.ts";
import { sampleWatches } from "./sample-watches.ts";
import { KEYS, startSite } from "./site.ts";
import { visit } from "./visit.ts";

// `npm run screenshots`: takes the images of README and docs with the local browser. `npm run screenshots -- <folder>` takes them to another folder.

const FOLDER = process.argv[2] ?? fileURLToPath(new URL("../../docs/images/pages", import.meta.url));
const THEMES: Record<string, BrowserContextOptions> = {
  light: { viewport: { width: 1080, height: 700 }, colorScheme: "light" },
  dark: { viewport: { width: 1080, height: 700 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 780 }, colorScheme: "light" },
};
const PAGES = {
  jobs: "/",
  job: "/jobs/fails-55e2",
  watches: "/watches",
  register: "/register",
  operations: "/operations",
  docs: "/docs",
};
/** Taller pages are cut, since a picture of docs/page.md has to fit on a screen. */
const TALLEST = 2_400;

if (NO_BROWSER !== undefined) throw new Error(NO_BROWSER);
mkdirSync(FOLDER, { recursive: true });
const site = await startSite();
await fill(site.world);
const local = await startLocalPages(site.url);
const browser = await launch();
for (const [theme, options] of Object.entries(THEMES)) await takeAll(theme, options);
await browser.close();
await local.close();
await site.close();

async function takeAll(theme: string, options: BrowserContextOptions): Promise<void> {
  const visitor = await (await browser.newContext(options)).newPage();
  await take(visitor, `sign-in-${theme}`, `${site.url}/sign-in`);
  for (const [name, url] of Object.entries(local.urls)) await take(visitor, `${name}-${theme}`, url);
  await visitor.context().close();
  const page = await signedIn(browser, site.url, KEYS.operator, options);
  for (const [name, path] of Object.entries(PAGES)) await take(page, `${name}-${theme}`, site.url + path);
  await page.context().close();
}

async function take(page: Page, name: string, url: string): Promise<void> {
  await page.goto(url);
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  const whole = await page.evaluate<number>("document.documentElement.scrollHeight");
  const clip = { x: 0, y: 0, width, height: Math.min(Math.max(whole, height), TALLEST) };
  await page.screenshot({ path: `${FOLDER}/${name}.png`, fullPage: true, clip });
}

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
  for (const [jobType, minutes] of Object.entries({
    create_share: 12,
    extend_share: 35,
    hpc_create_share: 50,
    delete_share: 2,
  })) {
    const taken = (index: number) =>
      minutes * 60_000 * (0.8 + 0.15 * (Math.sin(index * 1.7) + Math.sin(index * 2.9) + Math.sin(index)) ** 2);
    const durations = new Map(
      Array.from({ length: jobType === "delete_share" ? 2 : 40 }, (_, index) => [String(index).padStart(6, "0"), taken(index)]),
    );
    await table.saveDurations({ team: "storage", source: "sfs-turbo-job", jobType }, { durations, version: 0 });
  }
}
