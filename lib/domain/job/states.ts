export const OPEN_STATES = ["registered", "waiting", "running"] as const;
export const ENDED_STATES = ["success", "failed", "lost", "stopped"] as const;
export const JOB_STATES = [...OPEN_STATES, ...ENDED_STATES] as const;
/** The cloud's states. The others are this service's own. */
export const CLOUD_STATES = ["waiting", "running", "success", "failed"] as const;

export type JobState = (typeof JOB_STATES)[number];
export type CloudState = (typeof CLOUD_STATES)[number];
