const LONGEST_BODY = 2 ** 19;
/** More than any job's answer needs. What is longer is read one after the other, since many looks are made at once. */
const LARGE_BODY = 2 ** 16;

let largeOnes: Promise<unknown> = Promise.resolve();

/** The whole body as text; undefined where it is longer than 512 KiB, and then the connection is ended at once. */
export async function readBody({ body }: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let leave: (() => void) | undefined;
  try {
    // Leaving the loop cancels the stream, which ends the connection.
    for await (const chunk of body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > LONGEST_BODY) return undefined;
      if (bytes > LARGE_BODY) leave ??= await nextTurn();
      chunks.push(chunk);
    }
    return new TextDecoder().decode(Buffer.concat(chunks));
  } finally {
    leave?.();
  }
}

async function nextTurn(): Promise<() => void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const before = largeOnes;
  largeOnes = promise;
  await before;
  return resolve;
}
