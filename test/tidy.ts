import { beforeAll, vi } from "vitest";

// Files of one worker follow each other in one process: each begins without the stubs and spies of those before it.
beforeAll(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});
