import { crash, pointsOf } from "./crash-points.ts";
import { drawPlan } from "./draw-plan.ts";
import { simulateLists } from "./lists/simulate-lists.ts";
import { type Result, simulate } from "./simulate.ts";
import { createUseCases } from "./use-cases.ts";

export interface Rerun {
  seed?: number;
  crash?: string;
  mode: string;
}

/** Runs one schedule again, operation by operation. */
export async function rerun({ seed = 0, crash: points, mode }: Rerun, trace: (line: string) => void): Promise<Result> {
  if (points !== undefined) return await crash(pointsOf(points), trace);
  if (mode === "lists") return await simulateLists(seed, { trace });
  if (mode !== "adapters") return await simulate(drawPlan(seed, mode !== "calm"), createUseCases, { trace });
  const { simulateAdapters } = await import("./adapters.ts");
  return await simulateAdapters(seed, { trace });
}
