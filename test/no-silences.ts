import type { Silences } from "../lib/ports.ts";

/** No team silences anything. */
export const NO_SILENCES: Silences = { of: async () => [], changed: () => undefined };
