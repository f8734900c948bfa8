import { describe, expect, test } from "vitest";
import type { SendOutcome } from "../../../lib/domain/channel/send-outcome.ts";
import type { Handler } from "../../http-server.ts";
import { answering, PATH, sendToAnswering } from "./sending.ts";

const PAGE = `<html>Not found: ${PATH}</html>`;

describe("Slack's answer decides the outcome of a message", () => {
  const dead = (reason: string): SendOutcome => ({ kind: "dead", reason });
  const refused = (reason: string): SendOutcome => ({ kind: "refused", reason });
  const failed = (reason: string): SendOutcome => ({ kind: "failed", reason });
  const throttled = (retryAfterMs: number): SendOutcome => ({ kind: "throttled", retryAfterMs });
  const unknown = (status: number): SendOutcome => ({ kind: "unknown", reason: `status ${status} without "ok"` });

  test.each<{ name: string; status: number; body: string; headers?: Record<string, string>; outcome: SendOutcome }>([
    { name: "ok is delivered", status: 200, body: "ok", outcome: { kind: "delivered", status: 200, answer: "ok" } },
    { name: "a page of a captive portal is not ok", status: 200, body: PAGE, outcome: unknown(200) },
    { name: "ok with more is not ok", status: 200, body: "ok!", outcome: unknown(200) },
    { name: "JSON with ok is not ok", status: 200, body: '{"ok":true}', outcome: unknown(200) },
    { name: "an empty 204 is not ok", status: 204, body: "", outcome: unknown(204) },
    { name: "ok with another status is not ok", status: 201, body: "ok", outcome: unknown(201) },
    { name: "400 invalid_payload", status: 400, body: "invalid_payload", outcome: refused("invalid_payload") },
    { name: "400 invalid_blocks", status: 400, body: "invalid_blocks", outcome: refused("invalid_blocks") },
    {
      name: "400 invalid_blocks_format",
      status: 400,
      body: "invalid_blocks_format",
      outcome: refused("invalid_blocks_format"),
    },
    { name: "400 invalid_attachments", status: 400, body: "invalid_attachments", outcome: refused("invalid_attachments") },
    { name: "400 no_text", status: 400, body: "no_text", outcome: refused("no_text") },
    {
      name: "400 missing_text_or_fallback_or_attachments",
      status: 400,
      body: "missing_text_or_fallback_or_attachments",
      outcome: refused("missing_text_or_fallback_or_attachments"),
    },
    { name: "400 too_many_attachments", status: 400, body: "too_many_attachments", outcome: refused("too_many_attachments") },
    {
      name: "a 400 with an unknown word is blamed on the layout",
      status: 400,
      body: "odd_word",
      outcome: refused("status 400: odd_word"),
    },
    { name: "a 400 without a word", status: 400, body: PAGE, outcome: refused("status 400") },
    { name: "too large", status: 413, body: PAGE, outcome: refused("status 413") },
    { name: "400 user_not_found", status: 400, body: "user_not_found", outcome: dead("user_not_found") },
    { name: "404 user_not_found", status: 404, body: "user_not_found", outcome: dead("user_not_found") },
    { name: "403 action_prohibited", status: 403, body: "action_prohibited", outcome: dead("action_prohibited") },
    {
      name: "403 posting_to_general_channel_denied",
      status: 403,
      body: "posting_to_general_channel_denied",
      outcome: dead("posting_to_general_channel_denied"),
    },
    { name: "400 invalid_token", status: 400, body: "invalid_token", outcome: dead("invalid_token") },
    { name: "403 invalid_token", status: 403, body: "invalid_token", outcome: dead("invalid_token") },
    { name: "404 channel_not_found", status: 404, body: "channel_not_found", outcome: dead("channel_not_found") },
    { name: "404 no_service", status: 404, body: "no_service\n", outcome: dead("no_service") },
    { name: "404 no_service_id", status: 404, body: "no_service_id", outcome: dead("no_service_id") },
    { name: "404 no_active_hooks", status: 404, body: "no_active_hooks", outcome: dead("no_active_hooks") },
    { name: "404 no_team", status: 404, body: "no_team", outcome: dead("no_team") },
    { name: "403 team_disabled in JSON", status: 403, body: '{"error":"team_disabled"}', outcome: dead("team_disabled") },
    { name: "410 channel_is_archived", status: 410, body: "channel_is_archived", outcome: dead("channel_is_archived") },
    { name: "a page of a proxy with 404", status: 404, body: PAGE, outcome: dead("status 404") },
    { name: "405", status: 405, body: "", outcome: dead("status 405") },
    { name: "a redirect", status: 302, body: "", headers: { location: PATH }, outcome: dead("status 302") },
    { name: "500 rollup_error", status: 500, body: "rollup_error", outcome: failed("status 500: rollup_error") },
    { name: "503 with a page", status: 503, body: PAGE, outcome: failed("status 503") },
    { name: "408 of a proxy", status: 408, body: "", outcome: { kind: "unknown", reason: "status 408" } },
    { name: "502 of a gateway", status: 502, body: PAGE, outcome: { kind: "unknown", reason: "status 502" } },
    { name: "504 of a gateway", status: 504, body: "", outcome: { kind: "unknown", reason: "status 504" } },
    { name: "429 with seconds", status: 429, body: "rate_limited", headers: { "retry-after": "7" }, outcome: throttled(7_000) },
    {
      name: "429 with seconds in the body",
      status: 429,
      body: '{"retry_after":3,"error":"rate_limited"}',
      outcome: throttled(3_000),
    },
    { name: "429 without a time", status: 429, body: "", outcome: throttled(30_000) },
    {
      name: "429 with a time that is no number",
      status: 429,
      body: "",
      headers: { "retry-after": "soon" },
      outcome: throttled(30_000),
    },
    {
      name: "the wait is at least one second",
      status: 429,
      body: "",
      headers: { "retry-after": "0" },
      outcome: throttled(1_000),
    },
    {
      name: "the wait is at most 15 minutes",
      status: 429,
      body: "",
      headers: { "retry-after": "86400" },
      outcome: throttled(900_000),
    },
    {
      name: "a date in the past",
      status: 429,
      body: "",
      headers: { "retry-after": "Fri, 18 Sep 2020 14:02:00 GMT" },
      outcome: throttled(1_000),
    },
    { name: "rate_limited with another status", status: 400, body: "rate_limited", outcome: throttled(30_000) },
  ])("$name", async ({ status, body, headers, outcome }) => {
    expect(await sendToAnswering(answering(status, body, headers))).toEqual(outcome);
  });

  test("429 with a date waits until then", async () => {
    const until = new Date(Date.now() + 60_000).toUTCString();
    const outcome = await sendToAnswering(answering(429, "", { "retry-after": until }));
    expect(outcome.kind === "throttled" && outcome.retryAfterMs).toBeGreaterThan(50_000);
    expect(outcome.kind === "throttled" && outcome.retryAfterMs).toBeLessThanOrEqual(60_000);
  });

  test("an endless page is read only until it is clear that it is not ok", async () => {
    let written = 0;
    const endless: Handler = (_, response) => {
      response.writeHead(200);
      const more = () => {
        written += 65_536;
        if (!response.destroyed) response.write("x".repeat(65_536), () => setImmediate(more));
      };
      more();
    };
    expect(await sendToAnswering(endless)).toEqual(unknown(200));
    expect(written).toBeLessThan(8_000_000);
  });
});
