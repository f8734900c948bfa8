import { expect, it } from "vitest";
import { readHeartbeat } from "../../lib/config/heartbeat.ts";
import { createSettingReader } from "../../lib/config/setting-reader.ts";

function read(HEARTBEAT_URL: string, local = false) {
  const reader = createSettingReader({ HEARTBEAT_URL });
  return { url: readHeartbeat(reader, local), problems: reader.problems.join("; ") };
}

it("accepts an https URL or none", () => {
  expect(read("https://watch.example:8443/ping/canary?x=1")).toEqual({
    url: "https://watch.example:8443/ping/canary?x=1",
    problems: "",
  });
  expect(read("")).toEqual({ url: undefined, problems: "" });
});

it.each([
  { name: "plain http", url: "http://watch.example/canary" },
  { name: "a user", url: "https://user:canary@watch.example/" },
  { name: "a fragment", url: "https://watch.example/#canary" },
  { name: "a data URL", url: "data:text/plain,canary" },
  { name: "a text that is not a URL", url: "canary" },
  { name: "501 characters", url: `https://watch.example/${"canary".padEnd(479, "x")}` },
  { name: "loopback outside the local stage", url: "http://127.0.0.1:9/canary" },
])("rejects $name, and does not show it", ({ url }) => {
  const { problems } = read(url);
  expect(problems).toContain("HEARTBEAT_URL must be an https URL");
  expect(problems).not.toContain("canary");
});

it("accepts plain http on loopback in the local stage", () => {
  expect(read("http://127.0.0.1:9/x", true).url).toBe("http://127.0.0.1:9/x");
  expect(read("http://127.0.0.2:9/x", true).url).toBeUndefined();
});
