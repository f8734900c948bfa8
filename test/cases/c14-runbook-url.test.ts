import { expect, it } from "vitest";
import { sfsTurboJob, worldWithCloud } from "./quoted-cloud.ts";

const failed = () => worldWithCloud(sfsTurboJob("failed", { end_time: "2026-11-23 11:59:00", fail_reason: "no" }));

it.each([
  "javascript:alert(1)",
  "ftp://example.com/a",
  "data:text/html,x",
  "mailto:storage@example.com",
  "file:///etc/passwd",
  "example.com/wiki",
  "//example.com",
  "http://",
  "https://exa mple.com/",
])("%s is rejected at registration", async (runbookUrl) => {
  const world = await failed();
  const body = { jobId: "job-1", runbookUrl };
  const answer = await world.request("POST", "/jobs", { body, isWrong: true });
  expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: "/runbookUrl" }] } });
});

it.each([
  "https://wiki.example.com/a b?q=<x>|y&z=1#ü",
  "https://wiki.example.com/Runbook|Extend>",
  "HTTP://EXAMPLE.com",
  "https://例え.jp/手順",
  "https:example.com/x",
  "http://localhost:8080/x",
  "http://127.0.0.1/x",
  "https://wiki.example.com/%3Cx%7Cy%3E",
  "https://[2001:db8::1]/x",
])("%s is rejected, or becomes a link that Slack reads completely", async (runbookUrl) => {
  const world = await failed();
  const { status } = await world.request("POST", "/jobs", { body: { jobId: "job-1", runbookUrl }, isWrong: true });
  if (status === 422) return;
  await world.tick();
  const links = [...JSON.stringify(world.sink.messages.map(({ payload }) => payload)).matchAll(/<(https?:[^|>]*)\|Run/gi)];
  expect(links.length).toBeGreaterThan(0);
  for (const [, link = ""] of links) {
    expect(link).not.toMatch(/[ |<>\\]/);
    expect(new URL(link.replaceAll("&amp;", "&")).href).toBe(new URL(runbookUrl).href.replaceAll("|", "%7C"));
  }
});
