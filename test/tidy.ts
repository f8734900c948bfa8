import { beforeAll, vi } from "vitest";

const kept = globalThis as { environmentOfTests?: NodeJS.ProcessEnv };
kept.environmentOfTests ??= { ...process.env };
/** As the first file of this process found it. */
const environment = kept.environmentOfTests;

// Files of one worker follow each other in one process: each begins without the stubs, spies and settings of those before it.
beforeAll(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});
