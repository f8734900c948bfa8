import { createApi } from "../../functions/api/app.ts";
import { sign } from "../../lib/adapters/signing/mac.ts";
import type { World } from "../world.ts";
import { KEYS } from "./site.ts";

const HOST = "jobwatch.example.com";

/** Opens a page, or sends one of its forms, as a signed-in operator. The operator's key must be in the table. */
export async function visit(world: World, method: string, path: string, fields?: Record<string, string>): Promise<Response> {
  const api = createApi(world.services);
  const headers = { host: HOST, accept: "text/html", "sec-fetch-site": "same-origin" };
  const send = (to: string, cookie: string, form?: Record<string, string>) =>
    api.request(`https://${HOST}${to}`, {
      method: form ? "POST" : method,
      headers: { ...headers, cookie, ...(form && { "content-type": "application/x-www-form-urlencoded" }) },
      ...(form && { body: new URLSearchParams(form).toString() }),
    });
  const signedIn = await send("/sign-in", "", { key: KEYS.operator });
  const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  const token = sign(world.services.config.signingSecret ?? "", "form", cookie.split("=")[1] ?? "");
  return await send(path, cookie, fields && { token, ...fields });
}
