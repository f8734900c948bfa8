import { add } from "./add.ts";
import type { OptionName, Options } from "./arguments.ts";
import { pause, redeliver, refresh, resume, silence, stop } from "./changes.ts";
import { channels, testChannel } from "./channels.ts";
import { JOB_FLAGS } from "./job-options.ts";
import { list } from "./list.ts";
import { login, logout } from "./login.ts";
import { open } from "./open.ts";
import { show } from "./show.ts";
import { wait } from "./wait.ts";
import { unwatch, watch, watches } from "./watches.ts";

export interface Command {
  /** Returns the exit code. */
  run(args: string[], options: Options): Promise<number>;
  group: (typeof GROUPS)[number];
  /** The arguments in the help. */
  args?: string;
  summary: string;
  options?: OptionName[];
  /** The help of options that mean something else here. */
  meanings?: Partial<Record<OptionName, string>>;
  examples: string[];
  /** Further lines of its help. */
  notes?: string;
}

export const GROUPS = ["Watch projects", "Track jobs", "Change jobs", "Channels", "Set up"] as const;

const NAMED: OptionName[] = ["project", "source"];
const CHOSEN = Object.keys(JOB_FLAGS) as OptionName[];

export const COMMANDS: Record<string, Command> = {
  watch: {
    run: watch,
    group: "Watch projects",
    summary: "notify your channels of every operation in a project",
    options: [...NAMED, "operations", "name", "tag", "channel", "notify-on"],
    meanings: {
      project: "the project to watch (default: that of the service)",
      source: "sfs-turbo-share (default) or cbr-log",
    },
    examples: ["jobwatch watch", "jobwatch watch --operations create,extend --name 'data-*' --channel storage-ops"],
  },
  watches: {
    run: watches,
    group: "Watch projects",
    summary: "list your team's watches, and what is wrong with them",
    examples: ["jobwatch watches"],
  },
  unwatch: {
    run: unwatch,
    group: "Watch projects",
    args: "<watchId>",
    summary: "end a watch; jobs that it found are still tracked",
    examples: ["jobwatch unwatch a0c58af5-0a43-42b0-9635-72ab0d99cdf6"],
  },
  add: {
    run: add,
    group: "Track jobs",
    args: "<jobId>...",
    summary: "register jobs; - reads the cloud's JSON answer or ids from standard input",
    options: [...NAMED, "operation", "share", "feature", ...CHOSEN, "no-verify", "wait", "timeout"],
    examples: [
      "jobwatch add 4028 --title 'bind LDAP' --label ticket=OPS-1",
      "sh extend-share.sh | jobwatch add - --source sfs-turbo-share --operation extend --wait --timeout 2h",
    ],
    notes: "With --wait, the exit code is that of jobwatch wait.",
  },
  list: {
    run: list,
    group: "Track jobs",
    summary: "list your team's newest jobs",
    options: ["state", "type", "title", "label", "channel", ...NAMED, "limit", "watch"],
    examples: [
      "jobwatch list --state failed --title data-",
      "jobwatch list --state open --watch",
      "jobwatch list --json | jq -r '.jobs[].jobId'",
    ],
    meanings: {
      title: "only jobs whose title, name or id contains this text",
      label: "only jobs with this label: name, or name=value; each must match",
      channel: "only jobs that notify this channel; each must match",
      project: "only jobs of this project",
      source: "only jobs of this source, such as sfs-turbo-share",
    },
  },
  show: {
    run: show,
    group: "Track jobs",
    args: "<jobId>",
    summary: "show a job: its state, what to do, its page, steps, history and notifications",
    options: NAMED,
    examples: ["jobwatch show 4028"],
  },
  wait: {
    run: wait,
    group: "Track jobs",
    args: "<jobId>",
    summary: "wait until a job has ended",
    options: [...NAMED, "timeout"],
    examples: ["jobwatch wait 4028 --timeout 2h"],
    notes:
      "Exit codes: 0 success; 1 failed; 2 lost, stopped or time is up. While the service is unavailable, wait tries again for 5 minutes.\nCtrl-C ends the wait. The job is still tracked.",
  },
  open: {
    run: open,
    group: "Track jobs",
    args: "[<jobId>]",
    summary: "open the page of a job, or the list of jobs, in the browser",
    options: NAMED,
    examples: ["jobwatch open 4028"],
  },
  silence: {
    run: silence,
    group: "Change jobs",
    args: "<jobId>",
    summary: "deliver nothing but failures for a time",
    options: ["for", "until", "reason", "off", ...NAMED],
    examples: ["jobwatch silence 4028 --for 2h --reason 'known to be slow'", "jobwatch silence 4028 --off"],
  },
  pause: {
    run: pause,
    group: "Change jobs",
    args: "<jobId>",
    summary: "do not poll a job for a time",
    options: ["for", "until", "reason", ...NAMED],
    examples: ["jobwatch pause 4028 --for 8h --reason 'maintenance of the cloud'"],
  },
  resume: {
    run: resume,
    group: "Change jobs",
    args: "<jobId>",
    summary: "poll a paused job again",
    options: NAMED,
    examples: ["jobwatch resume 4028"],
  },
  refresh: {
    run: refresh,
    group: "Change jobs",
    args: "<jobId>",
    summary: "check a job in the cloud now",
    options: NAMED,
    examples: ["jobwatch refresh 4028"],
  },
  redeliver: {
    run: redeliver,
    group: "Change jobs",
    args: "[<jobId>]",
    summary: "deliver the expired notifications of a job again, or of all jobs since a time",
    options: ["since", "channel", ...NAMED],
    meanings: { channel: "only on this channel" },
    examples: ["jobwatch redeliver 4028 --channel storage-ops", "jobwatch redeliver --since 2026-11-20T00:00Z"],
  },
  stop: {
    run: stop,
    group: "Change jobs",
    args: "<jobId>",
    summary: "stop tracking a job; the operation in the cloud continues",
    options: NAMED,
    examples: ["jobwatch stop 4028"],
  },
  channels: {
    run: channels,
    group: "Channels",
    summary: "list your channels and their state",
    examples: ["jobwatch channels"],
  },
  "test-channel": {
    run: testChannel,
    group: "Channels",
    args: "<name>",
    summary: "send a test message; its delivery resumes a suspended channel",
    examples: ["jobwatch test-channel storage-ops"],
  },
  login: {
    run: login,
    group: "Set up",
    summary: "save the address of the service and your key as a profile",
    options: ["url"],
    examples: ["jobwatch login --url https://jobwatch.example.com", "jobwatch login --profile prod < key.txt"],
    notes: "The key is read from a hidden prompt, or from standard input. Only you can read the file.",
  },
  logout: {
    run: logout,
    group: "Set up",
    summary: "remove a profile",
    examples: ["jobwatch logout --profile prod"],
  },
};
