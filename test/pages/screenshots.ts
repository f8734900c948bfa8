import { mkdirSync } from "node:fs";
import type { BrowserContextOptions } from "playwright-core";
import { launch, NO_BROWSER, signedIn } from "./browser.ts";
import { sampleJobs } from "./sample-jobs.ts";
import { KEYS, startSite } from "./site.ts";

// `npm run screenshots`: the images of docs/page.md, by this machine's browser.

const FOLDER = new URL("../../docs/images/pages/", import.meta.url).pathname;
const LOOKS: Record<string, BrowserContextOptions> = {
  light: { viewport: { width: 1080, height: 700 }, colorScheme: "light" },
  dark: { viewport: { width: 1080, height: 700 }, colorScheme: "dark" },
  phone: { viewport: { width: 390, height: 780 }, colorScheme: "light" },
};
const PAGES = {
  board: "/",
  job: "/jobs/fails-55e2",
  late: "/jobs/create-ba29",
  register: "/register",
  operations: "/operations",
};

if (NO_BROWSER !== undefined) throw new Error(NO_BROWSER);
mkdirSync(FOLDER, { recursive: true });
const site = await startSite();
await site.world.ticks(1);
for (const record of sampleJobs()) await site.world.services.table.save({ kind: "job", record });
const browser = await launch();
for (const [look, options] of Object.entries(LOOKS)) {
  const page = await signedIn(browser, site.url, KEYS.operator, options);
  for (const [name, path] of Object.entries(PAGES)) {
    await page.goto(site.url + path);
    await page.screenshot({ path: `${FOLDER}${name}-${look}.png`, fullPage: true });
  }
  await page.context().close();
}
await browser.close();
await site.close();
