import { createServer } from "node:http";
import { createApi } from "../../functions/api/app.ts";
import { listen } from "../../infra/local/listen.ts";
import { addKey, startWorld, type World } from "../world.ts";

export const SIGNING_SECRET = "a-secret-of-tests-that-signs-sessions-and-links";
export const KEYS = { storage: "sfsjw_key-of-storage", reader: "sfsjw_key-of-a-reader", operator: "sfsjw_key-of-an-operator" };

export interface Site {
  world: World;
  url: string;
  close(): Promise<void>;
}

/** Serves the pages over real HTTP, with one key of each kind. */
export async function startSite(settings: Record<string, string> = {}): Promise<Site> {
  const world = await startWorld({ SIGNING_SECRET, ...settings });
  await addKey(world.table, KEYS.storage, "storage");
  await addKey(world.table, KEYS.reader, "storage", { readOnly: true });
  await addKey(world.table, KEYS.operator, "storage", { operator: true });
  const api = createApi(world.services);
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [name, String(value)]);
    const { method = "GET", url = "/" } = incoming;
    const body = chunks.length > 0 ? { body: Buffer.concat(chunks) } : {};
    const answer = await api.fetch(new Request(`http://${incoming.headers.host}${url}`, { method, headers, ...body }));
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  const listening = await listen(server, 0, "pages");
  const close = async () => {
    await listening.close();
    await world.close();
  };
  return { world, url: listening.url, close };
}
