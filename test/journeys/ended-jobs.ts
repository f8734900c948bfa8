import type { World } from "../world.ts";

/** The messages to teams. Operators are also notified of the hours that the clock skips. */
export function deliveredToTeams({ sink }: World): string[] {
  return sink.messages.flatMap(({ channel, payload }) =>
    channel === "operators" ? [] : [`${channel}: ${(payload as { text: string }).text}`],
  );
}

/** Registers a job that the cloud reports as ended. */
export async function registerEnded(
  world: World,
  jobId: string,
  answer: Record<string, string> = { status: "success" },
  more = {},
): Promise<void> {
  world.cloud.answer(jobId, answer);
  await world.register(jobId, more);
}
