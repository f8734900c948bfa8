import type { Reading } from "../cloud/answer.ts";

/** SFS Turbo's own word that it does not know what was asked for. */
export const refusal: Reading["refusal"] = (status, code) => {
  if (!code.startsWith("SFS.TURBO.")) return undefined;
  if (status === 400) return code === "SFS.TURBO.0005" ? undefined : "missing";
  return status === 404 || (status === 403 && code === "SFS.TURBO.9000") ? "missing" : undefined;
};
