// What a person can do about a failed job, by the cloud's code: data alone. Codes and their meanings are those of the API
// reference; a code that is not here gets no hint, since a wrong one costs more than none.
const FAILURE_HINTS: ReadonlyMap<string, string> = new Map([
  [
    "SFS.TURBO.0001",
    "The cloud did not accept a parameter. Check name, size, type, network and security group of the request.",
  ],
  [
    "SFS.TURBO.0002",
    "The share or what it refers to does not exist, or the user may not see it. Check both before trying again.",
  ],
  ["SFS.TURBO.0005", "The cloud failed inside. Try once more; if it stays, open a support ticket with the request id below."],
  [
    "SFS.TURBO.0010",
    "A quota of the project is used up. Delete what is no longer needed, or have the quota raised, then try again.",
  ],
  ["SFS.TURBO.0011", "Another operation is running on the share. Wait until it has ended, then start this one again."],
  ["SFS.TURBO.0015", "The user that started the job may not do this. Have an administrator grant the permission."],
  ["SFS.TURBO.0029", "The subnet has no free address. Release addresses, or choose a larger subnet, then try again."],
  ["SFS.TURBO.0030", "This kind of share is sold out there. Try another availability zone or type, or try again later."],
  ["SFS.TURBO.0032", "This kind of share is sold out there. Try another availability zone or type, or try again later."],
  ["SFS.TURBO.0037", "The request met another one on the same share. Try again in a few minutes."],
  [
    "SFS.TURBO.0038",
    "The cloud does not know why. Look at the share; if it is not as it should be, open a support ticket with the request id below.",
  ],
  ["SFS.TURBO.9000", "The share is probably gone. Check whether somebody deleted it."],
]);

/** The hint of the first code that has one: the failed step's before the job's own. */
export function hintFor(...codes: (string | undefined)[]): string | undefined {
  return codes.map((code) => FAILURE_HINTS.get(code ?? "")).find((hint) => hint !== undefined);
}
