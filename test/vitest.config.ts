import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    include: ["test/**/*.test.ts"],
    // Generous: it ends what hangs, and must not end what is slow on a busy machine.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Files of one worker share what they import, which halves their cost; test/tidy.ts takes away what a file left of its own.
    isolate: false,
    setupFiles: ["test/tidy.ts"],
    // Two more than there are cores: some files wait for other processes most of the time.
    maxWorkers: availableParallelism() + 2,
  },
});
