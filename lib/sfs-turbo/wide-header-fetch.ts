const MAX_HEADER_BYTES = 65_536;

/**
 * A `fetch` for ky that takes answers with large headers: tokens reach 32 KB, and the built-in fetch ends at 16 KiB of
 * headers with no option to raise that. Follows no redirect. Asked for lazily, since importing node:http costs 30 ms.
 */
export async function wideHeaderFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  const body = await request.text();
  const { request: send } = process.getBuiltinModule(request.url.startsWith("https:") ? "node:https" : "node:http");
  return new Promise((resolve, reject) => {
    const headers = Object.fromEntries(request.headers);
    const options = { method: request.method, headers, signal: request.signal, maxHeaderSize: MAX_HEADER_BYTES };
    const sent = send(request.url, options, (incoming) => {
      const answer = { status: incoming.statusCode ?? 0, headers: headersOf(incoming.rawHeaders) };
      try {
        resolve(new Response(ReadableStream.from<Uint8Array>(incoming), answer));
      } catch (error) {
        incoming.destroy();
        reject(error);
      }
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function headersOf(raw: string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < raw.length; index += 2) headers.append(raw[index] ?? "", raw[index + 1] ?? "");
  return headers;
}
