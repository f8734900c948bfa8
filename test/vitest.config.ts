import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { OPEN_FILES } from "./cases/table.ts";
import SlowestFiles from "./slowest-files.ts";

/** They load a deployed handler, which is created once per process and keeps its table. */
const ALONE = ["test/faults/http.test.ts", "test/house/grants.test.ts"];

/** The slowest files, which mostly wait. Started first, since on a new machine files run by size. */
const FIRST = [
  ...["cases/c20-path-with-space", "cases/c31-sigterm-to-npm", "cases/c21-ignore-scripts"],
  "journeys/quick-start",
  "docs/runnable-blocks",
  "journeys/project-hour",
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
  // test/run.ts sets TEST_ROOT, the link to a folder that Vite cannot read.
  resolve: { preserveSymlinks: process.env.TEST_ROOT !== undefined },
  test: {
    root: process.env.TEST_ROOT ?? fileURLToPath(new URL("..", import.meta.url)),
    // Generous: it must end a hanging test, but not a slow one on a busy machine.
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // Two more than there are cores, since some files mostly wait for other processes.
    maxWorkers: availableParallelism() + 2,
    sequence: { sequencer: LongestFirst },
    reporters: ["default", new SlowestFiles()],
    // The files of one worker share their imports, which halves the time. test/tidy.ts removes what a file leaves.
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
