import type { Reporter, TestModule } from "vitest/node";

const SHOWN = 10;

/** Prints the ten slowest test files after a run of many. */
export default class SlowestFiles implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length <= SHOWN) return;
    const durations = modules.map((module) => ({ file: module.relativeModuleId, ms: module.diagnostic().duration }));
    const slowest = durations.sort((one, other) => other.ms - one.ms).slice(0, SHOWN);
    process.stdout.write(`\n The ${SHOWN} slowest test files:\n`);
    for (const { file, ms } of slowest) process.stdout.write(`${(ms / 1_000).toFixed(1).padStart(8)} s  ${file}\n`);
  }
}
