import { randomBytes, timingSafeEqual } from "node:crypto";
import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";

/**
 * A link that signs a browser in with one click, printed by the local stack. It has a token of its own instead of the key, since a
 * browser's history keeps links. The token is valid as long as the stack runs, and the functions never see it.
 */
export interface SignInLink {
  token: string;
  key: string;
}

const PATH = "/local/sign-in/";

export function createSignInLink(key: string): SignInLink {
  return { token: randomBytes(24).toString("base64url"), key };
}

export function signInUrl(api: string, { token }: SignInLink): string {
  return `${api}${PATH}${token}`;
}

/** Answers the link. Returns false for any other request. A token of an earlier start leads to the sign-in page. */
export function answerSignInLink(
  socketPath: string,
  { token, key }: SignInLink,
  { method, url = "", headers }: IncomingMessage,
  response: ServerResponse,
): boolean {
  if (method !== "GET" || !url.startsWith(PATH)) return false;
  if (!isSame(url.slice(PATH.length), token)) {
    redirect(response, "/sign-in");
    return true;
  }
  const form = {
    host: headers.host ?? "",
    "sec-fetch-site": "same-origin",
    "content-type": "application/x-www-form-urlencoded",
  };
  const outgoing = httpRequest({ socketPath, method: "POST", path: "/sign-in", headers: form, agent: false }, (answer) => {
    answer.resume();
    const { "set-cookie": cookie } = answer.headers;
    redirect(response, cookie === undefined ? "/sign-in" : "/", cookie);
  });
  outgoing.on("error", () => redirect(response, "/sign-in"));
  outgoing.end(new URLSearchParams({ key }).toString());
  return true;
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function redirect(response: ServerResponse, location: string, cookie: string[] = []): void {
  response.writeHead(303, {
    location,
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    ...(cookie.length > 0 && { "set-cookie": cookie }),
  });
  response.end();
}
