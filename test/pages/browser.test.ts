import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOW } from "../jobs.ts";
import { launch, NO_BROWSER, overhang, signedIn, violationsOn } from "./browser.ts";
import { HOSTILE, job, sampleJobs } from "./sample-jobs.ts";
import { KEYS, type Site, startSite } from "./site.ts";

// Uses the pages in a real browser. Skipped without Chromium; the title says so.

const MINUTE = 60_000;
const BETWEEN_UPDATES = 5_000;
let site: Site;
let browser: Browser;
const consoleErrors: string[] = [];

describe.skipIf(NO_BROWSER !== undefined)(`in a browser${NO_BROWSER ? `: skipped, ${NO_BROWSER}` : ""}`, () => {
  beforeAll(async () => {
    site = await startSite();
    for (const record of sampleJobs()) await site.world.services.table.save({ kind: "job", record });
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
    await page.fill("#jobId", "../../etc");
    await page.click("text=Register >> nth=-1");
    expect(await page.textContent("#jobId-wrong")).toContain("1 to 64 letters");
    await page.fill("#jobId", "new-1");
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
    await page.selectOption("select[name=state]", "failed");
    await page.locator("#s-ended a").first().focus();
    const updated = page.waitForResponse((response) => response.request().resourceType() === "xhr");
    await page.clock.fastForward(BETWEEN_UPDATES);
    await updated;
    expect(await page.evaluate("window.stayed && document.activeElement.matches('#s-ended a')")).toBe(true);

    await page.click("text=Filter");
    expect(await page.locator(".jobs li").count()).toBe(1);
    expect(await page.textContent(".jobs")).toContain("Cache for the nightly build");
    await page.goto(`${url}/?label=env%3Dprod`);
    expect(await page.textContent(".jobs")).toContain("Share for the render farm");

    await world.register("new-2", { title: "To be stopped" });
    await page.goto(`${url}/jobs/new-2`);
    await page.click("text=Check now");
    expect(await page.textContent(".note")).toMatch(/checked just now/);
    await page.click("text=Stop tracking");
    expect(await page.textContent(".state")).toContain("Stopped");
    const other = await page.context().newPage();
    await other.clock.install();
    await other.goto(url);
    await page.click("text=Sign out");
    await page.goto(`${url}/jobs/new-2`);
    expect(page.url()).toContain("/sign-in?to=");
    await other.clock.fastForward(BETWEEN_UPDATES);
    await other.locator("text=Out of date: reload the page").waitFor();
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
    const page = await open(KEYS.storage, { viewport: { width: 360, height: 700 } });
    page.on("dialog", (dialog) => consoleErrors.push(dialog.message()));
    for (const path of ["/", "/jobs/hostile", `/?label=${encodeURIComponent(HOSTILE)}&type=${encodeURIComponent(HOSTILE)}`]) {
      await page.goto(site.url + path);
      expect(await page.title()).toMatch(/sfs-jobwatch$/);
      expect(await page.locator("img, a[href^=javascript], script:not(:last-child)").count()).toBe(0);
      expect(await overhang(page), path).toBe(0);
    }
    await page.goto(`${site.url}/jobs/hostile`);
    expect(await page.textContent("h1")).toContain('"><script>');
    expect(await page.textContent("h1")).not.toContain("\u202e");
  });

  it("passes axe-core in light and dark, and fits on a phone", async () => {
    for (const options of [{ colorScheme: "light" }, { colorScheme: "dark", viewport: { width: 360, height: 700 } }]) {
      const page = await open(KEYS.operator, options);
      for (const path of [
        "/",
        "/jobs/fails-55e2",
        "/jobs/create-ba29?notice=refreshed",
        "/register",
        "/operations",
        "/?state=late",
        "/jobs/none",
      ]) {
        await page.goto(site.url + path);
        expect(await violationsOn(page), path).toEqual([]);
        expect(await overhang(page), path).toBe(0);
        if (path === "/operations") expect(await page.locator(".hist").count()).toBeGreaterThan(6);
      }
      await page.click("text=Sign out");
      await page.fill("#key", "wrong");
      await page.click("button.main");
      expect(await page.textContent("[role=alert]")).toContain("unknown, expired or revoked");
      expect(await violationsOn(page)).toEqual([]);
      await page.context().close();
    }
  });

  it("works without JavaScript", async () => {
    const page = await open(KEYS.reader, { javaScriptEnabled: false });
    expect(await page.locator(".jobs li").count()).toBeGreaterThan(5);
    await page.click("text=Refresh");
    await page.click("text=Share for the render farm");
    expect(await page.textContent("h1")).toBe("Share for the render farm");
    expect(await page.locator("#actions").count()).toBe(0);
  });

  it("logs nothing to the console except failed requests with 401, 404 and 422", () => {
    expect(consoleErrors.filter((text) => !/status of (404|401|422)/.test(text))).toEqual([]);
  });
});
