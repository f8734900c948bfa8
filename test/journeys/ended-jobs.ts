import type { World } from "../world.ts";

/** What teams are told: the hours that the clock leaps over are told to the operators alone. */
export function deliveredToTeams({ sink }: World): string[] {
  return sink.messages.flatMap(({ channel, payload }) =>
    channel === "operators" ? [] : [`${channel}: ${(payload as { text: string }).text}`],
  );
}

/** Registers a job that the cloud shows as ended at the next look. */
export async function registerEnded(
  world: World,
  jobId: string,
  answer: Record<string, string> = { status: "success" },
  more = {},
): Promise<void> {
  world.cloud.answer(jobId, answer);
  await world.register(jobId, more);
}
