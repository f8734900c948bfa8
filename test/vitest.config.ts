import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { OPEN_FILES } from "./cases/table.ts";

/** They load a deployed handler, which is made once a process and keeps to the table that it was made for. */
const ALONE = ["test/faults/http.test.ts", "test/house/grants.test.ts"];

/** They take longest, most of it waiting, and would else come last: on a fresh machine the order is by size. */
const FIRST = [
  "journeys/start",
  "processes/processes",
  ...["cloud-slow", "table-nth-call", "slack-pile", "kill", "table-load", "cloud", "table-index", "cloud-garbage"],
  ...["browser", "keys", "slack", "identity"],
].map((name) => `/${name}.test.ts`);

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const index = FIRST.findIndex((name) => moduleId.endsWith(name));
      return index < 0 ? FIRST.length : index;
    };
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    root: new URL("..", import.meta.url).pathname,
    // Generous: it ends what hangs, and must not end what is slow on a busy machine.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Two more than there are cores: some files wait for other processes most of the time.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
    // Files of one worker share what they import, which halves their cost; test/tidy.ts takes away what a file left of its own.
    projects: [
      {
        extends: true,
        test: {
          name: "together",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, ...ALONE, ...OPEN_FILES],
          isolate: false,
          setupFiles: ["test/tidy.ts"],
        },
      },
      { extends: true, test: { name: "alone", include: ALONE } },
    ],
  },
});
