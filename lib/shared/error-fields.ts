/** The loggable fields of an error. The error itself can contain a request with its token or a webhook's URL. */
export function errorFields(error: unknown): { error: string; reason: string } {
  return error instanceof Error ? { error: error.name, reason: error.message } : { error: typeof error, reason: "" };
}
