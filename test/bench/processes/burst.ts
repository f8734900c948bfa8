// Polls many jobs at once as the first thing in a process, and sends the figures to the parent.

export interface Burst {
  cpuMs: number;
  wallMs: number;
  polls: number;
}

const [base = "", polls = 0, atOnce = 0] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

export const cloudUrl = base;

/** `poll` must throw if the answer is not that of a running job. */
export async function burst(poll: (jobId: string) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < polls) await poll(`job-${String(next++).padStart(8, "0")}`);
  };
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: atOnce }, worker));
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(before);
  process.send?.({ cpuMs: (user + system) / 1_000, wallMs, polls: next } satisfies Burst);
}
