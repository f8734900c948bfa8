import type { Job } from "../../lib/domain/job/job.ts";
import { NOW, registered, seen } from "../jobs.ts";

const MINUTE = 60_000;
const TYPICAL = { jobs: 22, lowMs: 35 * MINUTE, medianMs: 41 * MINUTE, highMs: 50 * MINUTE, p95Ms: 58 * MINUTE };
const RUNBOOK = "https://wiki.example.com/runbooks/sfs-turbo";

/** A long text with markup, script and direction overrides, which pages must escape. */
export const HOSTILE = `"><script>document.title="owned"</script><img src=x onerror=alert(1)> \u202e}{${"W".repeat(400)}`;

/** One job per display status. */
export function sampleJobs(): Job[] {
  return [
    job("extend-7c1f", { title: "Extend data-01 to 20 TB", state: "running", typical: TYPICAL, beginTime: NOW - 21 * MINUTE }),
    job("create-ba29", {
      title: "Share for the render farm",
      jobType: "hpc_create_share",
      state: "running",
      beginTime: NOW - 92 * MINUTE,
      typical: TYPICAL,
      late: { count: 1, at: NOW - 12 * MINUTE },
      labels: { team: "blue", env: "prod" },
    }),
    job("backend-11d0", { jobType: "create_obs_target", state: "waiting", expectedMinutes: 30 }),
    job("fails-55e2", {
      title: "Cache for the nightly build",
      jobType: "hpc_create_share",
      state: "failed",
      beginTime: NOW - 66 * MINUTE,
      endTime: NOW - 25 * MINUTE,
      typical: TYPICAL,
      errorCode: "SFS.TURBO.0038",
      failReason: "A subtask failed.",
      requestId: "0c3f3d0a1b2c4d5e",
      runbookUrl: RUNBOOK,
      labels: { team: "blue", ticket: "STOR-1182" },
      subJobs: [
        step("create_share", "success", 66, 52),
        {
          ...step("change_security_group", "failed", 52, 25),
          errorCode: "SFS.TURBO.0029",
          failReason: "The subnet has no free IP address left.",
        },
        { jobType: "create_obs_target", state: "waiting" },
      ],
    }),
    job("done-90aa", {
      title: "Home directories",
      state: "success",
      beginTime: NOW - 150 * MINUTE,
      endTime: NOW - 108 * MINUTE,
      typical: TYPICAL,
    }),
    job("lost-3b3b", { jobType: "delete_share", state: "lost", beginTime: NOW - 300 * MINUTE }),
    job("stopped-77aa", { title: "Trial of the new region", state: "stopped" }),
  ];
}

export function job(jobId: string, { state = "running", ...more }: Partial<Job>): Job {
  const startedAt = more.beginTime ?? NOW - 4 * MINUTE;
  const made = registered(jobId, seen("waiting", { jobType: "extend_share" }), {
    now: startedAt - 3 * MINUTE,
    channels: ["general"],
  });
  const at = more.endTime ?? Math.min(startedAt + 20_000, NOW);
  const kind = state === "lost" || state === "stopped" ? state : "status";
  const began =
    more.endTime === undefined ? [] : [{ at: startedAt + 9_000, kind: "status" as const, state: "running" as const }];
  const ending = state === "waiting" ? [] : [{ at, kind, state } as const];
  const lateness = more.late ? [{ at: more.late.at, kind: "late" as const, state }] : [];
  const transitions = [
    ...made.transitions,
    ...[...began, ...ending, ...lateness].map((one, index) => ({ ...one, n: made.transitions.length + index + 1 })),
  ];
  const last = transitions.length;
  const delivered = ["failed", "success", "lost"].includes(state) || more.late !== undefined;
  const notifications = delivered
    ? [{ id: `a1b2c3d4e${last}`, n: last, channel: "general", state: "delivered" as const, at: (more.late?.at ?? at) + 2_000 }]
    : [];
  return { ...made, state, ...more, transitions, notifications };
}

function step(jobType: string, state: string, from: number, to: number) {
  return { jobType, state, beginTime: NOW - from * MINUTE, endTime: NOW - to * MINUTE };
}
