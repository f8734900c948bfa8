import { execFileSync } from "node:child_process";
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { PROJECT } from "../jobs.ts";
import { EXAMPLES, type ServedWorld, serveWorld } from "./serve-world.ts";

let world: ServedWorld;

beforeAll(async () => {
  world = await serveWorld();
});
afterAll(() => world.close());

const isInstalled = (program: string) => {
  try {
    return execFileSync(program, ["--version"], { stdio: "pipe" }).length > 0;
  } catch {
    return false;
  }
};

// biome-ignore lint/suspicious/noExplicitAny: each tool has its own form
const yaml = async (name: string): Promise<any> => parse(await readFile(join(EXAMPLES, name), "utf8"));

/** The scripts of an example, as its tool runs them. */
const SCRIPTS: Record<string, () => Promise<string[]>> = {
  "github-actions.yml": async () => {
    const { jobs } = await yaml("github-actions.yml");
    return jobs.extend.steps.flatMap(({ run }: { run?: string }) => run ?? []);
  },
  "gitlab-ci.yml": async () => [(await yaml("gitlab-ci.yml"))["extend-share"].script.join("\n")],
  "ansible.yml": async () => {
    const [{ tasks }] = await yaml("ansible.yml");
    return tasks.flatMap((task: Record<string, { cmd?: string }>) => task["ansible.builtin.shell"]?.cmd ?? []);
  },
};

async function runScripts(name: string, share: string, size: string) {
  const more = { SHARE: share, SIZE: size, GITHUB_RUN_ID: "42", CI_PIPELINE_ID: "42" };
  let last = { exit: 0, out: "", err: "" };
  for (const script of (await SCRIPTS[name]?.()) ?? []) {
    last = await world.run("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], more);
    if (last.exit !== 0) return last;
  }
  return last;
}

test.each(Object.keys(SCRIPTS))("%s extends a share and waits for its end", async (name) => {
  const share = await world.share();
  const { exit, out, err } = await runScripts(name, share, "700");
  expect({ exit, err: exit === 0 ? "" : err }).toEqual({ exit: 0, err: "" });
  expect(out).toContain(`${share}.extend.1  "Extend to 700 GB"`);
  expect(out).toMatch(/success/);
  expect(world.sink.messages.at(-1)?.rendered).toContain("Extend to 700 GB");
});

test.each(Object.keys(SCRIPTS))("%s fails if the cloud rejects the extension, and registers nothing", async (name) => {
  const share = await world.share();
  const { exit, err } = await runScripts(name, share, "10");
  expect(exit).not.toBe(0);
  expect(err).toContain("400");
  const { body } = await world.request("GET", `/jobs/${share}.extend.1`);
  expect(body.status).toBe(404);
});

test.runIf(isInstalled("python3"))("register_and_wait.py exits with 0 for a success and with 1 for a failure", async () => {
  const script = join(EXAMPLES, "register_and_wait.py");
  const share = await world.share();
  world.cloud.shares.operate(share, "extend");
  const body = { source: "sfs-turbo-share", shareId: share, operation: "extend" };
  const grown = await world.run("python3", [script, JSON.stringify(body)]);
  expect(grown).toMatchObject({
    exit: 0,
    err: "",
    out: expect.stringMatching(/\.extend\.1 running\n(.*\n)*.*\.extend\.1 success \n$/),
  });
  const failed = await world.run("python3", [script, JSON.stringify({ jobId: world.cloud.startJob("fails") })]);
  expect(failed).toMatchObject({ exit: 1, err: "", out: expect.stringMatching(/ failed The resources .*\n$/) });
  const unknown = await world.run("python3", [script, '{"jobId": "unknown"}']);
  expect(unknown).toMatchObject({ exit: 1, err: expect.stringMatching(/^404: /) });
});

test.runIf(isInstalled("terraform"))(
  "terraform.tf watches the project, extends the share, and changes nothing when it is applied again",
  async () => {
    const share = await world.share();
    await copyFile(join(EXAMPLES, "terraform.tf"), join(world.folder, "main.tf"));
    const variables = { TF_VAR_project_id: PROJECT, TF_VAR_share_id: share, TF_VAR_size: "700", TF_IN_AUTOMATION: "1" };
    const terraform = (...args: string[]) => world.run("terraform", [...args, "-no-color"], variables);
    expect(await terraform("init")).toMatchObject({ exit: 0, err: "" });
    expect(await terraform("validate")).toMatchObject({ exit: 0, err: "" });
    const applied = await terraform("apply", "-auto-approve");
    expect(applied).toMatchObject({ exit: 0, err: "" });
    expect(applied.out).toMatch(/watching \S+ {2}sfs-turbo-share/);
    expect(applied.out).toContain(`${share}.extend.1  "Extend to 700 GB"`);
    expect((await terraform("apply", "-auto-approve")).out).toContain("0 added, 0 changed, 0 destroyed");
  },
);
