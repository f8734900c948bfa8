import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { STYLE } from "../../functions/api/pages/style.ts";
import { startCloud } from "../../infra/local/cloud.ts";
import { startEventSink } from "../../infra/local/event-sink.ts";
import type { PageLink } from "../../infra/local/page.ts";
import { PAGE_STYLE } from "../../infra/local/page-style.ts";
import { startSlackSink } from "../../infra/local/slack-sink.ts";
import { launch, NO_BROWSER, overhang, signedIn, violationsOn } from "./browser.ts";
import { KEYS, type Site, startSite } from "./site.ts";

// Opens every page without a list of jobs, and those of the local stack. The other pages are in browser.test.ts.

const LONG = `${"W".repeat(150)} <img src=x onerror=alert(1)>`;
const DEMO = "0123456789abcdef0123456789abcdef";
const PHONE = { width: 390, height: 780 };

let site: Site;
let browser: Browser;
let local: Record<"slack" | "events" | "cloud", string>;
const closes: (() => Promise<void>)[] = [];

async function startLocal(): Promise<typeof local> {
  const links: PageLink[] = [{ name: "Jobs", url: site.url }];
  const slack = await startSlackSink({ port: 0, links });
  const events = await startEventSink({ port: 0, secret: "whsec_AAAA", links });
  const cloud = await startCloud({ port: 0, projectIds: [DEMO], stock: ["data-01", LONG], links });
  closes.push(slack.close, events.close, cloud.close);
  const block = { type: "section", text: { type: "mrkdwn", text: `\`${LONG}\`` } };
  const payload = { text: "data-01", attachments: [{ color: "good", blocks: [block] }] };
  await fetch(`${slack.url}/services/T0/B0/storage-ops`, { method: "POST", body: JSON.stringify(payload) });
  await putEvent(events.url, "e-1", "failed");
  return { slack: slack.url, events: events.url, cloud: cloud.url };
}

async function putEvent(url: string, id: string, state: string): Promise<void> {
  const event = { type: LONG, id, data: { job: { title: LONG }, transition: { n: 1, kind: "status", state } } };
  const body = JSON.stringify({ Entries: [{ EventBusName: "local", Detail: JSON.stringify(event) }] });
  await fetch(url, { method: "POST", headers: { "x-amz-target": "AWSEvents.PutEvents" }, body });
}

/** Pixels. A button whose text wraps is taller than the others. */
function tallestButton(page: Page): Promise<number> {
  return page.evaluate("Math.max(...[...document.querySelectorAll('button')].map((one) => one.offsetHeight))");
}

/** Console messages of any level, except failed requests of error pages. */
function consoleOf(page: Page): string[] {
  const lines: string[] = [];
  page.on("console", (message) => !/status of 4\d\d/.test(message.text()) && lines.push(message.text()));
  page.on("pageerror", (error) => lines.push(String(error)));
  page.on("dialog", (dialog) => lines.push(dialog.message()));
  return lines;
}

it("the pages of the local stack have the colours of the service", () => {
  const colours = [...PAGE_STYLE.matchAll(/--\w+: .*;/g)].map(([line]) => line);
  expect(colours.length).toBeGreaterThan(8);
  for (const colour of colours) expect(STYLE).toContain(colour);
});

describe.skipIf(NO_BROWSER !== undefined)(`in a browser${NO_BROWSER ? `: skipped, ${NO_BROWSER}` : ""}`, () => {
  beforeAll(async () => {
    site = await startSite();
    local = await startLocal();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    for (const close of closes) await close();
    await site?.close();
  });

  const PAGES: { name: string; url: () => string; title: string }[] = [
    { name: "register", url: () => `${site.url}/register`, title: "Register a job" },
    { name: "register, filled by a link", url: () => `${site.url}/register?title=${LONG}`, title: "Register a job" },
    { name: "another key", url: () => `${site.url}/sign-in?other=key`, title: "Sign in" },
    { name: "no operator", url: () => `${site.url}/operations`, title: "This key lacks permission" },
    { name: "no such job", url: () => `${site.url}/jobs/none`, title: "Unknown job" },
    { name: "no such page", url: () => `${site.url}/nothing`, title: "Not found" },
    { name: "docs", url: () => `${site.url}/docs`, title: "API reference" },
    { name: "Slack", url: () => local.slack, title: "Slack" },
    { name: "events", url: () => local.events, title: "Events" },
    { name: "cloud", url: () => local.cloud, title: "Simulated cloud" },
  ];

  it.each(["light", "dark"] as const)("fits on a phone, passes axe-core and logs nothing in %s", async (colorScheme) => {
    const options = { colorScheme, viewport: PHONE };
    const page = await (await browser.newContext(options)).newPage();
    const logged = consoleOf(page);
    await page.goto(`${site.url}/sign-in`);
    expect(await violationsOn(page)).toEqual([]);
    expect(await overhang(page)).toBe(0);
    await page.fill("#key", KEYS.storage);
    await page.keyboard.press("Enter");
    await page.waitForURL(`${site.url}/`);
    for (const { name, url, title } of PAGES) {
      await page.goto(url());
      expect(await page.textContent("h1"), name).toBe(title);
      await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })");
      expect(await overhang(page), name).toBe(0);
      if (name === "cloud") expect(await tallestButton(page)).toBeLessThan(50);
      if (name === "docs") await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = false })");
      expect(await violationsOn(page), name).toEqual([]);
      expect(await page.locator("main a[href], nav a[href]").count(), name).toBeGreaterThan(0);
    }
    expect(logged).toEqual([]);
    await page.context().close();
  });

  it("shows new messages and events without a reload, and keeps what is open", async () => {
    const page = await (await browser.newContext()).newPage();
    const logged = consoleOf(page);
    await page.goto(local.events);
    await page.click("summary");
    await putEvent(local.events, "e-2", "success");
    await page.locator("#events li", { hasText: "e-2" }).waitFor();
    expect(await page.locator("details[open]").count()).toBe(1);
    expect(await page.textContent("#state")).toBe("2 events");
    await page.goto(local.slack);
    const body = JSON.stringify({ text: "A second message" });
    await fetch(`${local.slack}/services/T0/B0/operators`, { method: "POST", body });
    await page.locator("article", { hasText: "A second message" }).waitFor();
    expect(await page.textContent("#messages article:last-child .channel")).toBe("#operators");
    expect(logged).toEqual([]);
    await page.context().close();
  });

  it("starts an operation and a job in the simulated cloud, and leads to the form that registers it", async () => {
    const page = await signedIn(browser, site.url, KEYS.storage, { javaScriptEnabled: false });
    await page.goto(local.cloud);
    await page.selectOption("[name=share]", { label: "data-01" });
    await page.click("button >> text=Start >> nth=0");
    expect(await page.locator("#shares li", { hasText: "data-01" }).textContent()).toContain("extend: running");
    await page.selectOption("[name=share]", { label: "data-01" });
    await page.click("button >> text=Start >> nth=0");
    expect(await page.textContent(".note")).toContain("another operation is running on the share");
    await page.click("button[value=fails]");
    const jobId = (await page.textContent(".note code")) ?? "";
    await page.click("text=Register it");
    expect(await page.inputValue("#source")).toBe("sfs-turbo-job");
    expect(await page.inputValue("#jobId")).toBe(jobId);
    await page.context().close();
  });

  it("answers programs at the cloud's address in JSON", async () => {
    const answer = await fetch(local.cloud);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ simulate: { "POST /simulate/jobs": expect.any(String) } });
  });
});
