import { beforeAll, vi } from "vitest";

const kept = globalThis as { environmentOfTests?: NodeJS.ProcessEnv };
kept.environmentOfTests ??= { ...process.env };
/** The environment before the first file of this process. */
const environment = kept.environmentOfTests;

// The files of one worker run in one process. Each starts without the stubs, spies and settings of the previous ones.
beforeAll(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});
