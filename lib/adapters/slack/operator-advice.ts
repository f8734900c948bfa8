import type { Unreachable } from "../../domain/job/job.ts";

/** A cause in words, and what an operator does about it. */
export interface Advice {
  means: string;
  do: string;
}

const WAIT = "Wait: every job is polled again as soon as the cloud answers.";

export const unreachableCauses = (service: string): Record<Unreachable["cause"], Advice> => ({
  credentials: {
    means: "the cloud does not accept our credentials",
    do: "Check OS_USERNAME and OS_PASSWORD, OS_ACCESS_KEY and OS_SECRET_KEY, or OS_TOKEN, whichever this service signs in with.",
  },
  "not-permitted": {
    means: "the cloud does not permit it",
    do: `Give the user of this service the right to read them (${permissionOf(service)}), and check the project id.`,
  },
  configuration: {
    means: "the cloud refuses the request, or something else answers at its address",
    do: `Check OS_REGION_NAME, ${endpointOf(service)}, the project id, and whether a proxy answers in the cloud's place.`,
  },
  throttled: { means: "the cloud asks us to slow down", do: "Lower POLLS_PER_SECOND if this happens again." },
  unavailable: { means: "the cloud does not answer", do: WAIT },
  "invalid-response": {
    means: "the cloud's answers are not about these jobs",
    do: `Check ${endpointOf(service)}, and whether a proxy answers in the cloud's place.`,
  },
});

function permissionOf(service: string): string {
  return service === "sfs-turbo"
    ? "sfsturbo:shares:getJob, and read access to shares and tasks where they are tracked"
    : `read access to ${service}`;
}

function endpointOf(service: string): string {
  return service === "sfs-turbo" ? "SFS_TURBO_ENDPOINT" : `"${service}" in SERVICE_ENDPOINTS`;
}

export const UNKNOWN_CAUSE: Advice = { means: "the cloud does not show them", do: WAIT };

const NEW_WEBHOOK = "Create a new incoming webhook in Slack and put its URL into SLACK_WEBHOOKS.";

export const NOT_CONFIGURED = "no webhook is configured for this channel";

const SUSPENDED = new Map<string, Advice>([
  ["no_service", { means: "the webhook was removed or switched off", do: NEW_WEBHOOK }],
  ["no_service_id", { means: "the webhook's URL is not whole", do: NEW_WEBHOOK }],
  ["no_active_hooks", { means: "the webhook was switched off", do: NEW_WEBHOOK }],
  ["invalid_token", { means: "the webhook is no longer valid, perhaps since its creator left", do: NEW_WEBHOOK }],
  ["user_not_found", { means: "the person it posts to is gone", do: NEW_WEBHOOK }],
  ["channel_not_found", { means: "its Slack channel is gone or was made private", do: NEW_WEBHOOK }],
  ["channel_is_archived", { means: "its Slack channel is archived", do: `Unarchive it. Or: ${NEW_WEBHOOK}` }],
  ["no_team", { means: "its Slack workspace does not exist", do: NEW_WEBHOOK }],
  ["team_disabled", { means: "its Slack workspace is shut", do: NEW_WEBHOOK }],
  [
    "action_prohibited",
    { means: "a rule of the workspace forbids the webhook to post", do: "Ask an admin of the workspace to allow it." },
  ],
  [
    "posting_to_general_channel_denied",
    { means: "not everybody may post in the general channel", do: `Ask an admin to allow it. Or: ${NEW_WEBHOOK}` },
  ],
  [
    NOT_CONFIGURED,
    { means: "jobs still name it", do: "Add the channel to SLACK_WEBHOOKS or WEBHOOKS, or name another one in the jobs." },
  ],
]);

/** A channel that refuses even plain text is parked too, with the reason of the refusal. */
const REFUSAL = /^(invalid_(payload|blocks|attachments)|msg_|no_text|missing_text|too_many_|status 4(00|13)|the message could)/;
const REFUSED: Advice = {
  means: "Slack refuses the message even as plain text",
  do: "This is a fault of this service: report it with the log of the poller.",
};
/** What webhooks and the event bus say begins with who says it. */
const OTHERS: [says: RegExp, advice: Advice][] = [
  [
    /^the receiver /,
    { means: "its webhook takes no events", do: "Mend the receiver, or its URL and secrets in WEBHOOKS (docs/events.md)." },
  ],
  [
    /^(the|no) event bus /,
    { means: "the event bus takes no events", do: "Check EVENT_BUS_NAME, and the right events:PutEvents in infra/roles.yml." },
  ],
];
const OTHERWISE: Advice = {
  means: "the URL is wrong or a proxy answers in Slack's place",
  do: "Check its URL in SLACK_WEBHOOKS.",
};

/** What the reason means for which a channel was parked. */
export function suspendedAdvice(reason: string): Advice {
  const other = OTHERS.find(([says]) => says.test(reason))?.[1];
  return SUSPENDED.get(reason) ?? other ?? (REFUSAL.test(reason) ? REFUSED : OTHERWISE);
}
