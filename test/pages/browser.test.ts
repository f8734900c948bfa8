import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOW } from "../jobs.ts";
import { launch, NO_BROWSER, overhang, signedIn, violationsOn } from "./browser.ts";
import { HOSTILE, job, sampleJobs } from "./sample-jobs.ts";
import { sampleWatches, watch } from "./sample-watches.ts";
import { KEYS, type Site, startSite } from "./site.ts";

// Uses the pages in a real browser. Skipped without Chromium; the title says so.

const MINUTE = 60_000;
const BETWEEN_UPDATES = 5_000;
/** Runs in the browser, whose types these tests do not know. */
const colour = new Function("node", "return getComputedStyle(node).color") as (node: unknown) => string;
let site: Site;
let browser: Browser;
const consoleErrors: string[] = [];

describe.skipIf(NO_BROWSER !== undefined)(`in a browser${NO_BROWSER ? `: skipped, ${NO_BROWSER}` : ""}`, () => {
  beforeAll(async () => {
    site = await startSite();
    for (const record of sampleJobs()) await site.world.services.table.save({ kind: "job", record });
    await site.world.services.table.save({ kind: "watches", record: sampleWatches() });
    await site.world.services.table.saveDurations(
      { team: "storage", source: "sfs-turbo-job", jobType: "extend_share" },
      {
        durations: new Map(
          Array.from({ length: 30 }, (_, index) => [String(index).padStart(6, "0"), (20 + index ** 1.3) * MINUTE]),
        ),
        version: 0,
      },
    );
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });

  const open = async (key: string, options = {}): Promise<Page> => {
    const page = await signedIn(browser, site.url, key, options);
    page.on("console", (message) => message.type() === "error" && consoleErrors.push(message.text()));
    page.on("pageerror", (error) => consoleErrors.push(String(error)));
    return page;
  };

  it("signs in, registers, sees a job end without a reload or a loss of focus, filters, stops, signs out", async () => {
    const { world, url } = site;
    world.cloud.answer("new-1", { status: "running", job_type: "bind_ldap", begin_time: "2026-11-23 12:00:00" });
    world.cloud.answer("new-2", { status: "running" });
    const page = await open(KEYS.storage);
    await page.clock.install();
    await page.click("nav >> text=Register");
    await page.selectOption("#source", "sfs-turbo-job");
    await page.fill("#jobId", "../../etc");
    await page.click("text=Register >> nth=-1");
    expect(await page.textContent("#jobId-wrong")).toContain("1 to 64 letters");
    await page.fill("#jobId", "new-1");
    await page.click("summary >> text=Options");
    await page.fill("#title", "Bind the directory");
    await page.click("button.main");
    await page.waitForURL("**/jobs/new-1?notice=registered");
    expect(await page.textContent(".note")).toContain("Registered");

    await page.goto(url);
    await page.evaluate("window.stayed = true");
    const row = page.locator("li", { hasText: "Bind the directory" });
    await row.locator("a").focus();
    expect(await row.textContent()).toContain("Running");
    world.cloud.answer("new-1", {
      status: "success",
      job_type: "bind_ldap",
      begin_time: "2026-11-23 12:00:00",
      end_time: "2026-11-23 12:01:00",
    });
    await world.ticks(2);
    await page.clock.fastForward(BETWEEN_UPDATES);
    await page.locator("#s-ended li", { hasText: "Bind the directory" }).waitFor();
    await page.fill("[name=q]", "NIGHTLY");
    await page.locator("#s-ended a").first().focus();
    const updated = page.waitForResponse((response) => response.request().resourceType() === "xhr");
    await page.clock.fastForward(BETWEEN_UPDATES);
    await updated;
    expect(await page.evaluate("window.stayed && document.activeElement.matches('#s-ended a')")).toBe(true);

    expect(await page.inputValue("[name=q]")).toBe("NIGHTLY");
    await page.press("[name=q]", "Enter");
    await page.waitForURL("**/?q=NIGHTLY");
    expect(await page.locator(".jobs li").count()).toBe(1);
    expect(await page.textContent(".jobs")).toContain("Cache for the nightly build");
    await page.click("#c-success");
    await page.waitForURL("**/?state=success&q=NIGHTLY");
    expect(await page.locator(".empty").allTextContents()).toEqual([
      expect.stringMatching(/No jobs match.*Finished.*NIGHTLY/s),
    ]);
    await page.click("text=Clear the filters");
    await page.waitForURL(`${url}/`);
    await page.goto(`${url}/?label=env%3Dprod`);
    expect(await page.textContent(".jobs")).toContain("Share for the render farm");

    await world.register("new-2", { title: "To be stopped" });
    await page.goto(`${url}/jobs/new-2`);
    await page.click("text=Check now");
    expect(await page.textContent(".note")).toMatch(/checked just now/);
    expect(await page.locator("text=Stop tracking this job").isVisible()).toBe(false);
    await page.click("text=Stop tracking");
    await page.click("text=Stop tracking this job");
    expect(await page.textContent(".state")).toContain("Stopped");
    await page.click("text=Track again");
    expect(await page.textContent(".state")).toContain("Registered");
    expect(await page.textContent(".note")).toContain("tracked again");
    const other = await page.context().newPage();
    await other.clock.install();
    await other.goto(url);
    await page.click("text=Sign out");
    await page.goto(`${url}/jobs/new-2`);
    expect(page.url()).toContain("/sign-in?to=");
    await other.clock.fastForward(BETWEEN_UPDATES);
    await other.locator("text=Out of date: reload the page").waitFor();
  });

  it("lists jobs by state and type, says how long ago and why there is no news, and keeps the focus on a link", async () => {
    const { world, url } = site;
    const missing = { since: world.clock.now() - 11 * MINUTE, polls: 11, reason: "SFS.TURBO.0019 Invalid job ID" };
    await world.services.table.save({ kind: "job", record: job("vanishing-1", { title: "It vanishes", missing }) });
    await world.services.table.save({ kind: "job", record: job("running-1", { title: "It runs" }) });
    const page = await open(KEYS.storage);
    await page.clock.install();
    await page.goto(url);
    const row = (title: string) => page.locator(".jobs li", { hasText: title });
    const statusOf = (title: string) => row(title).locator("> b");
    const colourOf = (title: string) => statusOf(title).evaluate(colour);
    expect(await row("It vanishes").textContent()).toContain("Not found in the cloud for 11 min: SFS.TURBO.0019");
    expect(await statusOf("It vanishes").textContent()).toBe("Not found");
    expect(await colourOf("It vanishes")).toBe(await colourOf("Share for the render farm"));
    expect(await colourOf("It vanishes")).not.toBe(await colourOf("It runs"));

    const failed = row("Cache for the nightly build");
    expect(await failed.textContent()).toMatch(/Failed.*#general.*The subnet has no free IP address left/s);
    expect(await failed.locator("time").getAttribute("title")).toMatch(/^Ended 2026-11-23 11:35:00 UTC$/);
    expect(await failed.locator("time").getAttribute("datetime")).toBe("2026-11-23T11:35:00Z");
    const before = await failed.locator("time").textContent();
    expect(before).toMatch(/^\d+ min ago$/);
    await page.focus("#c-failed");
    world.clock.advance(5 * MINUTE);
    const updated = page.waitForResponse((response) => response.request().resourceType() === "xhr");
    await page.clock.fastForward(BETWEEN_UPDATES);
    await updated;
    await page.waitForFunction(`document.querySelector("#s-recent time").textContent !== ${JSON.stringify(before)}`);
    expect(await page.evaluate("document.activeElement.id")).toBe("c-failed");

    const count = Number.parseInt((await page.textContent("#c-failed b")) ?? "", 10);
    await page.click("#c-failed");
    await page.waitForURL("**/?state=failed");
    expect(await page.locator(".jobs li").count()).toBe(count);
    expect(await page.locator("#states [aria-current]").allTextContents()).toEqual([expect.stringContaining("Failed")]);
    await page.click("summary");
    await page.click(".menu >> text=Delete share");
    await page.waitForURL("**/?state=failed&type=delete_share");
    expect(await page.locator(".empty").count()).toBe(1);
    await page.click("[aria-label^='Remove the filter Type']");
    await page.waitForURL("**/?state=failed");
    await page.click("#c-no-news");
    expect(await page.textContent(".jobs")).toContain("It vanishes");
  });

  it("shows the end in the tab's title and icon, removes the notice, edits, copies an id", async () => {
    const { world, url } = site;
    world.cloud.answer("tab-1", { status: "running", begin_time: "2026-11-23 12:00:00" });
    await world.register("tab-1", { title: "In another tab" });
    const page = await open(KEYS.storage, { permissions: ["clipboard-read", "clipboard-write"] });
    await page.clock.install();
    await page.goto(`${url}/jobs/tab-1?notice=registered`);
    expect(await page.title()).toBe("Running: In another tab · sfs-jobwatch");
    const icon = await page.getAttribute("#favicon", "href");
    await page.click("text=Edit");
    await page.fill("#title", "Half typed");
    world.cloud.answer("tab-1", { status: "failed", begin_time: "2026-11-23 12:00:00", end_time: "2026-11-23 12:00:42" });
    await world.ticks(2);
    await page.clock.fastForward(BETWEEN_UPDATES);
    await page.locator(".state", { hasText: "Failed" }).waitFor();
    expect(await page.title()).toBe("Failed: In another tab · sfs-jobwatch");
    expect(await page.getAttribute("#favicon", "href")).not.toBe(icon);
    expect(await page.locator(".note").count()).toBe(0);
    expect(page.url()).not.toContain("notice");
    expect(await page.textContent(".times")).toMatch(/Ran\s*42 s/);
    expect(await page.textContent(".deliveries")).toMatch(/#general\s+12:\d\d:\d\d\s+Failed\s+Delivered: 200 ok, \d+ ms/);
    expect(await page.inputValue("#title")).toBe("Half typed");
    await page.fill("#title", "x".repeat(121));
    await page.evaluate("document.querySelector('#title').removeAttribute('maxlength')");
    await page.fill("#title", "x".repeat(121));
    await page.click("text=Save");
    expect(await page.textContent("#title-wrong")).toContain("120 characters");
    await page.fill("#title", "Renamed");
    await page.check("[name=channels][value=projects]");
    await page.selectOption("#silence", "4");
    await page.fill("#reason", "known problem");
    await page.click("text=Save");
    expect(await page.textContent("h1")).toBe("Renamed");
    expect(await page.textContent("#job")).toMatch(/Silenced until \d\d:\d\d:\d\d by .+: known problem/);
    const { body } = await world.request("GET", "/jobs/tab-1");
    expect(body).toMatchObject({ title: "Renamed", channels: ["general", "projects"], silence: { reason: "known problem" } });
    await page.click("[aria-label='Copy the job id']");
    await page.locator("text=Copied").waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe("tab-1");
  });

  it("pauses and resumes a job", async () => {
    const { world, url } = site;
    world.cloud.answer("paused-1", { status: "running" });
    await world.register("paused-1");
    const page = await open(KEYS.storage);
    await page.goto(`${url}/jobs/paused-1`);
    await page.click("text=Edit");
    await page.selectOption("#pause", "24");
    await page.fill("#reason", "maintenance");
    await page.click("text=Save");
    expect(await page.textContent(".state")).toMatch(/Running\s*Paused/);
    expect(await page.textContent("#job")).toMatch(/Paused until .* by .+: maintenance\. It is not checked until then/);
    await page.click("text=Resume");
    expect(await page.textContent(".note")).toContain("checked again");
    expect(await page.textContent(".state")).not.toContain("Paused");
  });

  it("registers an operation on a share, and shows only the fields of the chosen kind of job", async () => {
    const shareId = site.world.cloud.shares.create();
    const page = await open(KEYS.storage);
    const visible = async () => {
      const names = ["shareId", "operation", "feature", "taskId", "jobId"];
      const shown = await Promise.all(names.map((name) => page.locator(`#${name}`).isVisible()));
      return names.filter((_, index) => shown[index]);
    };
    await page.click("nav >> text=Register");
    expect(await visible()).toEqual(["shareId", "operation"]);
    await page.selectOption("#source", "sfs-turbo-task");
    expect(await visible()).toEqual(["shareId", "feature", "taskId"]);
    for (const source of ["sfs-turbo-job", "ecs-job", "cbr-log"]) {
      await page.selectOption("#source", source);
      expect(await visible(), source).toEqual(["jobId"]);
    }
    await page.selectOption("#source", "sfs-turbo-share");
    await page.fill("#shareId", "not-a-share");
    await page.click("button.main");
    expect(await page.textContent("#shareId-wrong")).toContain("UUID of a share");
    await page.fill("#shareId", shareId);
    await page.click("button.main");
    await page.waitForURL(`**/jobs/${shareId}.create.1?notice=registered`);
  });

  it("adds a watch, corrects a mistake, sees the list refused, ends the watch after a question", async () => {
    const { world, url } = site;
    const page = await open(KEYS.storage);
    await page.click("nav >> text=Watches");
    await page.selectOption("#source", "cbr-log");
    expect(await page.locator("#tags").isVisible()).toBe(false);
    expect(await page.locator("[value=backup]").isVisible()).toBe(true);
    await page.selectOption("#source", "sfs-turbo-share");
    expect(await page.locator("[value=backup]").isVisible()).toBe(false);
    await page.check("[value=extend]");
    await page.fill("#names", `${"x".repeat(256)}, web-*`);
    await page.fill("#tags", "env=prod");
    await page.click("text=Add the watch");
    expect(await page.textContent("#names-wrong")).toContain("1 to 255 characters");
    expect(await page.isChecked("[value=extend]")).toBe(true);
    expect(await page.inputValue("#tags")).toBe("env=prod");
    await page.fill("#names", "web-*");
    await page.click("text=Add the watch");
    await page.waitForURL("**/watches?notice=watch-added");
    const row = page.locator(".watches > li", { hasText: "web-*" });
    expect(await row.textContent()).toMatch(/extend · web-\*.*env=prod/s);
    world.cloud.lists.fail("cbr-log", "missing-right");
    await page.selectOption("#source", "cbr-log");
    await page.click("text=Add the watch");
    await page.waitForURL("**/watches?notice=watch-unlisted");
    world.cloud.lists.fail("cbr-log", undefined);
    expect(await row.locator("button").isVisible()).toBe(false);
    await row.locator("summary").click();
    expect(await row.textContent()).toContain("Jobs that it found are still tracked");
    await row.locator("text=End this watch").click();
    await page.waitForURL("**/watches?notice=watch-ended");
    expect(await row.count()).toBe(0);
    await page.goto(`${url}/watches/grow`);
    expect(await page.locator("#w-grow").isVisible()).toBe(true);
  });

  it("escapes hostile texts, and fits on a phone", async () => {
    const steps = [{ jobType: HOSTILE, state: HOSTILE, beginTime: NOW - MINUTE, errorCode: HOSTILE, failReason: HOSTILE }];
    const labels = { note: HOSTILE };
    const texts = { title: HOSTILE, failReason: HOSTILE, errorCode: HOSTILE, requestId: HOSTILE, jobType: HOSTILE, labels };
    const record = job("hostile", {
      state: "failed",
      ...texts,
      subJobs: steps,
      runbookUrl: "javascript:alert(1)",
      endTime: Number.MAX_SAFE_INTEGER,
    });
    await site.world.services.table.save({ kind: "job", record });
    const failing = { since: NOW - MINUTE, cause: "invalid-response" as const, reason: HOSTILE, requestId: HOSTILE };
    const names = [HOSTILE.slice(0, 250)];
    const hostile = watch("hostile", { names, tags: { [HOSTILE]: HOSTILE }, by: HOSTILE, failing });
    const stored = await site.world.services.table.read("watches#storage");
    if (stored?.kind !== "watches") throw new Error("no watches");
    const watches = [...stored.record.watches, hostile];
    await site.world.services.table.save({ ...stored, record: { ...stored.record, watches } });
    const page = await open(KEYS.storage, { viewport: { width: 360, height: 700 } });
    page.on("dialog", (dialog) => consoleErrors.push(dialog.message()));
    for (const path of [
      "/",
      "/jobs/hostile",
      "/watches",
      `/?label=${encodeURIComponent(HOSTILE)}&type=${encodeURIComponent(HOSTILE)}`,
    ]) {
      await page.goto(site.url + path);
      expect(await page.title()).toMatch(/sfs-jobwatch$/);
      expect(await page.locator("img, a[href^=javascript], script:not(:last-child)").count()).toBe(0);
      expect(await overhang(page), path).toBe(0);
    }
    await page.goto(`${site.url}/jobs/hostile`);
    expect(await page.textContent("h1")).toContain('"><script>');
    expect(await page.textContent("h1")).not.toContain("\u202e");
  });

  it.each([
    { name: "in light", options: { colorScheme: "light" as const } },
    { name: "in dark on a phone", options: { colorScheme: "dark" as const, viewport: { width: 360, height: 700 } } },
  ])("passes axe-core and fits $name", async ({ options }) => {
    const page = await open(KEYS.operator, options);
    for (const path of [
      "/",
      "/jobs/fails-55e2",
      "/jobs/create-ba29?notice=refreshed",
      "/jobs/stopped-77aa",
      "/register",
      "/watches",
      "/operations",
      "/?state=late&q=farm",
      "/?q=nothing-of-this-name&state=closed",
      "/jobs/none",
    ]) {
      await page.goto(site.url + path);
      expect(await violationsOn(page), path).toEqual([]);
      expect(await overhang(page), path).toBe(0);
      for (const menu of await page.locator(".menu > summary").all()) await menu.click();
      expect(await violationsOn(page), `${path} with open menus`).toEqual([]);
      expect(await overhang(page), `${path} with open menus`).toBe(0);
      if (path === "/operations") expect(await page.locator(".hist").count()).toBeGreaterThan(6);
    }
    await page.click("text=Sign out");
    await page.fill("#key", "wrong");
    await page.click("button.main");
    expect(await page.textContent("[role=alert]")).toContain("unknown, expired or revoked");
    expect(await violationsOn(page)).toEqual([]);
    await page.context().close();
  });

  it("works without JavaScript", async () => {
    const page = await open(KEYS.reader, { javaScriptEnabled: false });
    expect(await page.locator(".jobs li").count()).toBeGreaterThan(5);
    await page.click("text=Refresh");
    await page.click("#c-late");
    await page.fill("[name=q]", "env=prod");
    await page.press("[name=q]", "Enter");
    await page.waitForURL("**/?state=late&q=env%3Dprod");
    expect(await page.locator(".jobs li").count()).toBe(1);
    await page.click("text=Share for the render farm");
    expect(await page.textContent("h1")).toBe("Share for the render farm");
    expect(await page.locator("#actions").count()).toBe(0);
    const writer = await open(KEYS.storage, { javaScriptEnabled: false });
    await writer.goto(`${site.url}/jobs/backend-11d0`);
    expect(await writer.locator(".copy").first().isVisible()).toBe(false);
    await writer.click("text=Stop tracking");
    await writer.click("text=Stop tracking this job");
    expect(await writer.textContent(".state")).toContain("Stopped");
    await writer.click("text=Track again");
    expect(await writer.textContent(".state")).toContain("Registered");
  });

  it("logs nothing to the console except failed requests with 401, 404 and 422", () => {
    expect(consoleErrors.filter((text) => !/status of (404|401|422)/.test(text))).toEqual([]);
  });
});
