/** Allows one message per second and name, with a short burst. The function returns the seconds to wait, 0 if it may be sent now. */
export function createMessageRate(now: () => number, burst = 3): (name: string) => number {
  const used = new Map<string, { level: number; at: number }>();
  return (name) => {
    const { level, at } = used.get(name) ?? { level: 0, at: now() };
    const left = Math.max(0, level - (now() - at) / 1000);
    const waitSeconds = Math.ceil(left + 1 - burst);
    used.set(name, { level: waitSeconds > 0 ? left : left + 1, at: now() });
    return Math.max(0, waitSeconds);
  };
}
