import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve } from "../contract/exchange.ts";
import { addKey, startWorld, type World } from "../world.ts";

const JOBWATCH = fileURLToPath(new URL("../../bin/jobwatch.mjs", import.meta.url));
const KEY = "sfsjw_test-key-of-the-command-line";
const FAILED = {
  status: "failed",
  job_type: "extend_share",
  begin_time: "2026-11-23 11:00:00",
  end_time: "2026-11-23 11:41:00",
  error_code: "SFS.TURBO.0030",
  fail_reason: "The resources are sold out",
};

let world: World;
let url: string;
let close: () => Promise<void>;

/** Serves the API over real HTTP, as a gateway would. */
beforeAll(async () => {
  world = await startWorld();
  await addKey(world.table, KEY, "storage");
  const server = await serve(async ({ method, path, headers, body: raw }) => {
    const { body, ...answer } = await world.request(method, path, { headers, key: null, ...(raw !== undefined && { raw }) });
    return { ...answer, body: typeof body === "string" ? body : JSON.stringify(body) };
  }, "api");
  ({ url, close } = server);
});
afterAll(async () => {
  await close();
  await world.close();
});

interface Ran {
  exit: number;
  out: string;
  err: string;
}

async function jobwatch(args: string[], input = "", environment: Record<string, string> = {}): Promise<Ran> {
  const env = { PATH: process.env.PATH, JOBWATCH_URL: url, JOBWATCH_KEY: KEY, ...environment };
  const child = spawn(process.execPath, [JOBWATCH, ...args], { env });
  child.stdin.end(input);
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { exit, out, err };
}

describe("jobwatch", () => {
  it("registers jobs from the cloud's response and by id", async () => {
    const cloudAnswer = await jobwatch(
      ["add", "-", "--title", "grow data-01", "--label", "ticket=OPS-1"],
      '{"job_id":"from-json"}',
    );
    expect(cloudAnswer).toMatchObject({ exit: 65, out: "" });
    expect(cloudAnswer.err).toMatch(/\(SFS\.TURBO\.0019 Invalid job ID, request [0-9a-f]{32}\)\. .* use --no-verify\.\n$/);
    const detected = await jobwatch(["add", world.cloud.startJob("slow", { source: "ecs-job" })]);
    expect(detected.err).toMatch(/It exists as ecs-job\. Use --source ecs-job\.\n$/);
    world.cloud.answer("*", { status: "running", job_type: "extend_share" });
    const registered = await jobwatch(
      ["add", "-", "--title", "grow data-01", "--label", "ticket=OPS-1"],
      '{"job_id":"from-json"}',
    );
    expect(registered).toEqual({ exit: 0, out: 'tracking from-json  "grow data-01"  extend_share  running\n', err: "" });
    expect((await jobwatch(["add", "one", "-"], "job-2\njob-3\n")).out.match(/tracking (one|job-2|job-3)/g)).toHaveLength(3);
    const listed = JSON.parse((await jobwatch(["list", "--state", "open", "--json"])).out);
    expect(listed.jobs).toHaveLength(4);
    const filters = ["--label", "ticket=OPS-1", "--type", "extend_share", "--source", "sfs-turbo-job"];
    expect((await jobwatch(["list", ...filters])).out).toMatch(
      /^running {2}from-json {2}extend_share {2}.* ago {2}grow data-01\n$/,
    );
    expect((await jobwatch(["list", "--state", "late"])).out).toBe("No job matches the filter.\n");
  });

  it("waits for a failure, prints the reason, and exits with 1", async () => {
    world.cloud.answer("failing", { status: "running", job_type: "extend_share" });
    await jobwatch(["add", "failing"]);
    const waiting = jobwatch(["wait", "failing"]);
    world.cloud.answer("failing", FAILED);
    await world.tick();
    const { exit, out, err } = await waiting;
    expect(out).toBe("failing  extend_share  failed after 41 min: The resources are sold out (SFS.TURBO.0030)\n");
    const next = `what to do: This share type is sold out in this zone. Try another availability zone or type, or try again later.
page: ${url}/jobs/failing?projectId=0123456789abcdef0123456789abcdef&source=sfs-turbo-job\n`;
    expect([next, `failing  extend_share  running\n${next}`]).toContain(err);
    expect(exit).toBe(1);
  });

  it("exits with 0 for a success, and prints only the job as JSON", async () => {
    world.cloud.answer("good", { status: "success", job_type: "extend_share" });
    const { exit, out } = await jobwatch(["add", "good", "--wait", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ jobId: "good", state: "success" });
    expect(exit).toBe(0);
  });

  it("exits with 2 after a timeout and for a stopped job", async () => {
    expect(await jobwatch(["wait", "one", "--timeout", "1s"])).toMatchObject({
      exit: 2,
      err: expect.stringContaining("one has not ended after 1s; it is running\n"),
    });
    expect(await jobwatch(["stop", "job-2"])).toMatchObject({
      exit: 0,
      out: expect.stringContaining("stopped tracking job-2"),
    });
    expect(await jobwatch(["wait", "job-2"])).toMatchObject({ exit: 2, out: expect.stringContaining("stopped") });
  });

  it("reports that a job had already ended, and trims blanks around an id", async () => {
    expect((await jobwatch(["stop", " good\n"])).out).toBe("already ended: good  extend_share  success\n");
  });

  it("exits with 77 and a hint if the key is limited to other channels; shows who changed the job", async () => {
    await addKey(world.table, "sfsjw_limited", "storage", { channels: ["projects"], label: "pipeline" });
    await world.register("guarded", { channels: ["general"], verify: false });
    const limited = { JOBWATCH_KEY: "sfsjw_limited" };
    const refused = await jobwatch(["stop", "guarded"], "", limited);
    expect(refused).toMatchObject({ exit: 77, out: "" });
    expect(refused.err).toContain("Use a key for all of its channels.");
    await jobwatch(["add", "guarded", "--channel", "projects"], "", limited);
    expect((await jobwatch(["show", "guarded"])).out).toMatch(/Options changed by pipeline: channels\n/);
  });

  it("shows every option of the job", async () => {
    const chosen = { labels: { ticket: "OPS-1", env: "prod" }, expectedMinutes: 30, runbookUrl: "https://wiki.example/grow" };
    await world.register("chosen", { ...chosen, notifyOn: ["failed"] });
    const silence = { until: new Date(world.clock.now() + 3_600_000).toISOString(), reason: "known" };
    await world.request("PATCH", "/jobs/chosen", { body: { silence } });
    const { out } = await jobwatch(["show", "chosen"]);
    for (const [name, value] of [
      ["labels", "ticket=OPS-1, env=prod"],
      ["channels", "general"],
      ["notify on", "failed"],
      ["expected", "30 minutes"],
      ["runbook", chosen.runbookUrl],
      ["silent", `until ${silence.until.slice(0, 19).replace("T", " ")} UTC, set by test: known`],
    ])
      expect(out).toMatch(new RegExp(`^  ${name} +${value}$`, "m"));
  });

  it("prints every error in one line and never a stack trace", async () => {
    const errors: [args: string[], environment: Record<string, string>, exit: number, message: RegExp][] = [
      [["frob"], {}, 64, /no command frob\. The commands are watch, watches, unwatch, add, list/],
      [["list", "--frob"], {}, 64, /--frob/],
      [["wait"], {}, 64, /<jobId> is missing/],
      [["add"], {}, 64, /jobwatch add <jobId>/],
      [["add", "x", "--label", "y"], {}, 64, /--label name=value/],
      [["wait", "x", "--timeout", "soon"], {}, 64, /30m/],
      [["list"], { JOBWATCH_URL: "" }, 64, /JOBWATCH_URL/],
      [["list"], { JOBWATCH_KEY: "" }, 64, /JOBWATCH_KEY/],
      [["show", "nobodys"], {}, 65, /no such job\. .* with jobwatch add/],
      [["add", "one", "--channel", "nowhere"], {}, 65, /channels\/0: Unknown channel "nowhere"/],
      [["add", "one", "--label", "k= "], {}, 65, /^jobwatch: labels\/k: must not be empty\.\n$/],
      [["list"], { JOBWATCH_KEY: "sfsjw_wrong" }, 77, /key was rejected/],
      [["list"], { JOBWATCH_URL: "http://127.0.0.1:9" }, 69, /does not answer/],
      [["list"], { JOBWATCH_URL: world.sink.url }, 69, /not (be )?an sfs-jobwatch/],
    ];
    for (const [args, environment, exit, message] of errors) {
      const ran = await jobwatch(args, "", environment);
      expect({ args, exit: ran.exit, out: ran.out }).toEqual({ args, exit, out: "" });
      expect(ran.err).toMatch(message);
      expect(ran.err.split("\n")).toHaveLength(2);
    }
  });

  it("prints no control characters from outside texts", async () => {
    world.cloud.answer("hostile", { ...FAILED, fail_reason: "bad\u001b[2J\u009b1A\u202e reason" });
    await jobwatch(["add", "hostile"]);
    for (const command of ["show", "wait"]) {
      const { out } = await jobwatch([command, "hostile"]);
      expect(out).toContain("reason");
      expect(out.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
    }
  });

  it("tests a channel and lists the team's", async () => {
    expect(await jobwatch(["test-channel", "general"])).toMatchObject({ exit: 0, out: "delivered\n" });
    expect((await jobwatch(["channels"])).out).toMatch(/^general +open +last test: delivered, 2026-11-23 12:01:\d\d UTC$/m);
  });

  it("is served by the API, so that a pipeline needs only the address", async () => {
    const script = `curl -sS ${url}/jobwatch.mjs | "${process.execPath}" --input-type=module - show good`;
    const env = { PATH: process.env.PATH, JOBWATCH_URL: url, JOBWATCH_KEY: KEY };
    const { stdout } = await promisify(execFile)("sh", ["-c", script], { env });
    expect(stdout).toMatch(/^good\n +state +success/);
  });
});
