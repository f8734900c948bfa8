/** What may be logged of an error: never the error itself, which can hold a request with its token or a webhook's URL. */
export function errorFields(error: unknown): { error: string; reason: string } {
  return error instanceof Error ? { error: error.name, reason: error.message } : { error: typeof error, reason: "" };
}
