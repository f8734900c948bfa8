const LONGEST_BODY = 2 ** 20;

/** The whole body as text; undefined where it is longer than 1 MiB, and then the connection is ended at once. */
export async function readBody({ body }: Response): Promise<string | undefined> {
  if (!body) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  // Leaving the loop cancels the stream, which ends the connection.
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > LONGEST_BODY) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
