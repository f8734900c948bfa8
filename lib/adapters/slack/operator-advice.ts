import type { Unreachable } from "../../domain/job/job.ts";
import { rightsOf } from "../../domain/job/sources.ts";

/** What a cause means and what the operator should do. */
export interface Advice {
  means: string;
  do: string;
}

const WAIT = "No action needed: polling resumes as soon as the cloud answers.";

export const unreachableCauses = (service: string): Record<Unreachable["cause"], Advice> => ({
  credentials: {
    means: "the cloud rejects our credentials",
    do: "Check the configured credentials: OS_USERNAME and OS_PASSWORD, OS_ACCESS_KEY and OS_SECRET_KEY, or OS_TOKEN.",
  },
  "not-permitted": {
    means: "a permission is missing",
    do: `Grant the cloud user of sfs-jobwatch ${permissionOf(service)}. Also check the project id.`,
  },
  configuration: {
    means: "the cloud rejects the request, or another server answers at its address",
    do: `Check OS_REGION_NAME, ${endpointOf(service)}, and the project id. Also check whether a proxy answers instead of the cloud.`,
  },
  throttled: { means: "the cloud limits the request rate", do: "Lower POLLS_PER_SECOND if this happens again." },
  unavailable: { means: "the cloud does not answer", do: WAIT },
  "invalid-response": {
    means: "the responses do not describe these jobs",
    do: `Check ${endpointOf(service)}, and whether a proxy answers instead of the cloud.`,
  },
});

function permissionOf(service: string): string {
  const { poll, list } = rightsOf(service);
  if (poll.length === 0) return `read access to ${service}`;
  return `the rights ${[...poll, ...list.map((right) => `${right} (to watch projects)`)].join(", ")}`;
}

function endpointOf(service: string): string {
  return service === "sfs-turbo" ? "SFS_TURBO_ENDPOINT" : `"${service}" in SERVICE_ENDPOINTS`;
}

export const UNKNOWN_CAUSE: Advice = { means: "the cloud does not return them", do: WAIT };

const NEW_WEBHOOK = "Create a new incoming webhook in Slack and put its URL in SLACK_WEBHOOKS.";
const OR_NEW_WEBHOOK = `or ${NEW_WEBHOOK.replace("Create", "create")}`;

export const NOT_CONFIGURED = "no webhook is configured for this channel";

const SUSPENDED = new Map<string, Advice>([
  ["no_service", { means: "the webhook was removed or disabled", do: NEW_WEBHOOK }],
  ["no_service_id", { means: "the webhook's URL is incomplete", do: NEW_WEBHOOK }],
  ["no_active_hooks", { means: "the webhook was disabled", do: NEW_WEBHOOK }],
  ["invalid_token", { means: "the webhook is no longer valid, perhaps because its creator left", do: NEW_WEBHOOK }],
  ["user_not_found", { means: "the user it posts to no longer exists", do: NEW_WEBHOOK }],
  ["channel_not_found", { means: "its Slack channel was deleted or made private", do: NEW_WEBHOOK }],
  ["channel_is_archived", { means: "its Slack channel is archived", do: `Unarchive it, ${OR_NEW_WEBHOOK}` }],
  ["no_team", { means: "its Slack workspace does not exist", do: NEW_WEBHOOK }],
  ["team_disabled", { means: "its Slack workspace is disabled", do: NEW_WEBHOOK }],
  [
    "action_prohibited",
    { means: "a workspace policy does not allow the webhook to post", do: "Ask a workspace admin to allow it." },
  ],
  [
    "posting_to_general_channel_denied",
    { means: "only some members may post in the general channel", do: `Ask a workspace admin to allow it, ${OR_NEW_WEBHOOK}` },
  ],
  [
    NOT_CONFIGURED,
    {
      means: "it is not configured, but jobs still use it",
      do: "Add the channel to SLACK_WEBHOOKS or WEBHOOKS, or change the channel of the jobs.",
    },
  ],
]);

/** A channel is also suspended if Slack rejects even plain text; the reason is then the rejection's. */
const REJECTION =
  /^(invalid_(payload|blocks|attachments)|msg_|no_text|missing_text|too_many_|status 4(00|13)|the message could)/;
const REJECTED: Advice = {
  means: "Slack rejects the message even as plain text",
  do: "This is a bug in sfs-jobwatch: please report it with the poller's log.",
};
/** The reasons of webhooks and of the event bus begin with their sender. */
const OTHERS: [reason: RegExp, advice: Advice][] = [
  [
    /^the receiver /,
    { means: "its webhook rejects events", do: "Fix the receiver, or its URL and secrets in WEBHOOKS (docs/events.md)." },
  ],
  [
    /^(the|no) event bus /,
    {
      means: "the event bus rejects events",
      do: "Check EVENT_BUS_NAME and the permission events:PutEvents in infra/roles.yml.",
    },
  ],
];
const OTHERWISE: Advice = {
  means: "the URL is wrong, or a proxy answers instead of Slack",
  do: "Check its URL in SLACK_WEBHOOKS.",
};

/** Explains why a channel was suspended. */
export function suspendedAdvice(reason: string): Advice {
  const other = OTHERS.find(([pattern]) => pattern.test(reason))?.[1];
  return SUSPENDED.get(reason) ?? other ?? (REJECTION.test(reason) ? REJECTED : OTHERWISE);
}
