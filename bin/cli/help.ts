import { JOB_FLAGS_HELP } from "./job-options.ts";

export const HELP = `jobwatch: watch the operations of a project, or track single jobs and wait until they end

  jobwatch watch                  notify your channels of every operation in a project  [--project <id>] [--source <name>]
      [--operations <name,name>]  [--name <pattern>]...  [--tag <key=value>]...  [--channel <name>]...  [--notify-on <kind,kind>]
  jobwatch watches                list your team's watches, and what is wrong with them
  jobwatch unwatch <watchId>      end a watch; jobs that it found are still tracked
  jobwatch add <jobId>...         register jobs; - reads the cloud's JSON answer or ids from standard input
      ${JOB_FLAGS_HELP}
      --project <id>  --no-verify (even if the cloud does not know it yet)  --wait [--timeout <duration>]
      --source <name>  --operation <name>  --share <id>  --feature <name>   for operations on shares, tasks and other services
  jobwatch list                   list your team's newest jobs  [--state <state|open|late>] [--type <name>] [--label <name[=value]>]
      [--source <name>] [--limit <n>]
  jobwatch show <jobId>           show a job, its steps and its notifications
  jobwatch wait <jobId>           wait until a job has ended: exit 0 success, 1 failed, 2 lost, stopped or timed out  [--timeout <duration>]
  jobwatch stop <jobId>           stop tracking a job
  jobwatch channels               list your channels and their state
  jobwatch test-channel <name>    send a test message; its delivery resumes a suspended channel

Set JOBWATCH_URL to the address of the service and JOBWATCH_KEY to your team's key. --json prints the service's answer.
--project <id> and --source <name> select among jobs with the same id. A duration is a number with a unit: 90s, 30m or 2h.
Other exit codes: 64 wrong usage, 65 the service rejected the request, 69 the service is unavailable, 77 the key was rejected.`;
