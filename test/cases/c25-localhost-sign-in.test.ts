import { afterAll, beforeAll, expect, it } from "vitest";
import { npmStart, type Stack } from "./stack.ts";

// The banner names 127.0.0.1; people type localhost.
let stack: Stack;
beforeAll(async () => {
  stack = await npmStart();
  await stack.isUp();
});
afterAll(() => stack.close());

/** Headers that a browser adds to a same-origin request. */
const BROWSER = {
  ...{ accept: "text/html", connection: "close" },
  ...{ "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
};

it.each(["127.0.0.1", "localhost"])("signs in at %s and shows the jobs", async (host) => {
  const origin = `http://${host}:${stack.ports.PORT}`;
  const form = await (await fetch(`${origin}/sign-in`, { headers: BROWSER })).text();
  const fields = [...form.matchAll(/<input[^>]*name="([^"]+)"[^>]*?(?:value="([^"]*)")?[^>]*>/g)];
  const values = Object.fromEntries(fields.map(([, name = "", value = ""]) => [name, value]));
  expect(values).toHaveProperty("key");
  const answer = await fetch(`${origin}/sign-in`, {
    method: "POST",
    redirect: "manual",
    headers: { ...BROWSER, origin, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ ...values, key: await stack.key() }),
  });
  expect(answer.status).toBe(303);
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
  const page = await fetch(`${origin}/`, { headers: { ...BROWSER, cookie } });
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("demo: succeeds");
});
