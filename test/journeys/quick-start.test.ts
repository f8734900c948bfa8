import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type SlackSink, startSlackSink } from "../../infra/local/slack-sink.ts";
import { npmStart, ROOT, type Stack, userEnvironment } from "../cases/stack.ts";

// Follows docs/quick-start.md by its text. A cloud that runs in a process of its own stands for the real one.

let page: string;
let folder: string;
let slack: SlackSink;
let stack: Stack;
let endCloud: () => void;

beforeAll(async () => {
  page = await readFile(join(ROOT, "docs/quick-start.md"), "utf8");
  folder = await mkdtemp(join(tmpdir(), "jobwatch-quick-start-"));
  slack = await startSlackSink({ port: 0 });
  const settings = `${await startCloudAlone()}\nSLACK_WEBHOOK_URL=${slack.url}/services/T0/B0/storage\n`;
  await writeFile(join(folder, ".env"), filledIn(await readFile(join(ROOT, ".env.example"), "utf8"), settings));
  stack = await npmStart({ environment: { ENV_FILE: join(folder, ".env"), LOCAL_FOLDER: join(folder, ".local") } });
  await stack.isUp(/running on this machine[\s\S]*sfsjw_/);
}, 120_000);

afterAll(async () => {
  await stack?.close();
  endCloud?.();
  await slack.close();
  await rm(folder, { recursive: true, force: true });
});

async function startCloudAlone(): Promise<string> {
  const env = { ...process.env, CLOUD_PORT: "0" };
  const cloud = spawn(process.execPath, ["infra/local/cloud-only.ts"], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  endCloud = () => void cloud.kill("SIGKILL");
  let printed = "";
  cloud.stdout.on("data", (chunk) => (printed += chunk));
  while (!printed.includes("OS_USER_DOMAIN_NAME")) await once(cloud.stdout, "data");
  return printed.trim();
}

/** Fills in the template: each setting replaces the line of its name, or is added. */
function filledIn(template: string, settings: string): string {
  const lines = settings.trim().split("\n");
  const nameOf = (line: string) => line.split("=")[0];
  const kept = template
    .split("\n")
    .filter((line) => line.startsWith("#") || !lines.some((own) => nameOf(own) === nameOf(line)));
  return [...kept, ...lines, ""].join("\n");
}

/** Returns the commands of a section, with the addresses of this test. */
function commandsOf(section: string): string {
  const [, after = ""] = page.split(new RegExp(`^## \\d\\. ${section}$`, "m"));
  const [part = ""] = after.split(/^## /m);
  const blocks = [...part.matchAll(/^```(?:sh needs .*)\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
  return blocks
    .join("\n")
    .replaceAll("./.env", join(folder, ".env"))
    .replaceAll(".local/", `${join(folder, ".local")}/`)
    .replaceAll("http://127.0.0.1:3000", stack.url);
}

async function shell(script: string, input = ""): Promise<{ exit: number; out: string; err: string }> {
  const env = { ...userEnvironment(), ENV_FILE: join(folder, ".env"), LOCAL_FOLDER: join(folder, ".local") };
  const ports = Object.fromEntries(Object.entries(stack.ports).map(([name, port]) => [name, String(port)]));
  const child = spawn("bash", ["-c", script], { cwd: ROOT, env: { ...env, ...ports } });
  child.stdin.end(input);
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { exit, out, err };
}

test("npm start prints who signed in, registers no demo jobs, and sends nothing", async () => {
  expect(stack.output()).toMatch(/Signed in to eu-de as jobwatch /);
  const health = await fetch(`${stack.url}/health`);
  expect([200, 503]).toContain(health.status);
  expect(slack.messages).toEqual([]);
});

test("the doctor finds nothing wrong, and sends a test message", async () => {
  const { out, err } = await shell("npm run --silent doctor -- --send");
  expect(commandsOf("Start")).toContain("npm run doctor -- --send");
  expect(out + err).not.toContain("failed");
  expect(slack.messages).toHaveLength(1);
});

test("an extension that nobody registers is reported in Slack", async () => {
  const watching = commandsOf("Watch the project");
  const watched = await shell(watching);
  expect(watched).toMatchObject({ exit: 0, err: "", out: expect.stringMatching(/^watching \S+ {2}sfs-turbo-share/) });
  const until = Date.now() + 150_000;
  for (; !/ listed .* ago/.test((await shell(watching)).out) && Date.now() < until; await sleep(2_000));

  const [signIn = "", extend = ""] = commandsOf("Extend a share").split("\nSHARE=");
  const listed = await shell(signIn, "jobwatch\ndemo\n");
  const { id = "" } = JSON.parse(/\{"shares".*\}/.exec(listed.out)?.[0] ?? '{"shares":[{}]}').shares[0];
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  const extended = await shell(`${signIn}\nSHARE=${extend.replace(/^\S+/, id)}`, "jobwatch\ndemo\n");
  expect(extended).toMatchObject({ exit: 0, err: "" });

  for (; slack.messages.length < 2 && Date.now() < until + 150_000; await sleep(1_000));
  const { out } = await shell(`${watching}\n${commandsOf("Read the message").split("\n")[0]}`);
  expect(out).toContain(`success  ${id}.extend.1`);
  const rendered = slack.messages[1]?.rendered ?? "";
  const title = 'Extending share "data-01" from 500 GB to 600 GB finished';
  for (const line of [title, "Finished ✅"]) {
    expect(rendered).toContain(line);
    expect(page).toContain(`\n${line}`);
  }
  for (const part of ["Job page", `${id}.extend.1`]) expect(rendered).toContain(part);
}, 320_000);
