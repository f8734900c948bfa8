import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";

interface Entry {
  version: string;
  resolved?: string;
  integrity?: string;
  link?: boolean;
  /** Comes inside the archive of another package, whose integrity covers it. */
  inBundle?: boolean;
  hasInstallScript?: boolean;
  name?: string;
}

interface Step {
  run?: string;
  uses?: string;
}

const read = (file: string) => readFile(new URL(`../../${file}`, import.meta.url), "utf8");

async function entriesOf(lockFile: string): Promise<[path: string, entry: Entry][]> {
  const { packages } = JSON.parse(await read(lockFile)) as { packages: Record<string, Entry> };
  return Object.entries(packages).filter(([path, { link }]) => path !== "" && !link);
}

describe.each(["package-lock.json", "test/tools/package-lock.json"])("%s", (lockFile) => {
  it("has a strong hash for every archive, and downloads only from the registry", async () => {
    const entries = await entriesOf(lockFile);
    expect(entries.length).toBeGreaterThan(100);
    const archives = entries.filter(([, { inBundle }]) => !inBundle);
    const weak = archives.filter(
      // Without `resolved` an archive comes from npm's configured registry.
      ([, { resolved, integrity = "" }]) => resolved !== undefined || !/^sha512-[\w+/]{86}==$/.test(integrity),
    );
    expect(weak.map(([path]) => path)).toEqual([]);
  });
});

it("allows or denies every install script, and lists no other package", async () => {
  const { allowScripts } = JSON.parse(await read("package.json")) as { allowScripts: Record<string, boolean> };
  const withScript = (await entriesOf("package-lock.json")).flatMap(([path, { name, hasInstallScript }]) =>
    hasInstallScript ? [name ?? path.replace(/^.*node_modules\//, "")] : [],
  );
  expect([...new Set(withScript)].sort()).toEqual(Object.keys(allowScripts).sort());
  expect(await read(".npmrc")).toMatch(/^strict-allow-scripts=true$/m);
  // The tools run no install scripts.
  expect(await read("test/tools/install.ts")).toContain('"--ignore-scripts"');
});

it("lists the optional packages of every platform, because npm ci fails without them", async () => {
  const { packages } = JSON.parse(await read("package-lock.json")) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`${path}/node_modules/${name}` in packages) && !(`node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});

describe("workflows", () => {
  it("pin every action to a commit", async () => {
    for (const name of ["ci", "deploy"]) {
      const uses = (await stepsOf(name)).flatMap(({ steps }) => steps.flatMap((step) => step.uses ?? []));
      expect(uses.length).toBeGreaterThan(1);
      for (const one of uses) expect(one).toMatch(/@[0-9a-f]{40}$/);
    }
  });

  it("run no install script in a job with write permission or credentials", async () => {
    const jobs = (await stepsOf("deploy")).filter(({ permissions }) => Object.values(permissions).includes("write"));
    expect(jobs.map(({ name }) => name)).toEqual(["deploy", "release"]);
    for (const { steps } of jobs) {
      const installs = steps.flatMap(({ run = "" }) => run.match(/npm (ci|install|i|exec|x)\b.*|npx .*/g) ?? []);
      expect(installs.filter((command) => !command.includes("npm ci --ignore-scripts"))).toEqual([]);
    }
  });

  it("package in a job without permissions, and deploy the package of that job", async () => {
    const jobs = await stepsOf("deploy");
    const packaging = jobs.find(({ steps }) => steps.some(({ run }) => run?.includes("npm run package")));
    expect(packaging?.permissions).toEqual({ contents: "read" });
    const deploying = jobs.find(({ name }) => name === "deploy");
    expect(deploying?.needs).toContain(packaging?.name);
    expect(deploying?.steps.some(({ uses }) => uses?.startsWith("actions/download-artifact@"))).toBe(true);
    expect(deploying?.steps.some(({ run }) => /npm run deploy -- .*--package /.test(run ?? ""))).toBe(true);
    // Everything that runs with the credentials is audited, development dependencies included: osls is one.
    expect(jobs.some(({ steps }) => steps.some(({ run }) => run === "npm audit"))).toBe(true);
  });
});

async function stepsOf(workflow: string) {
  const { permissions, jobs } = parse(await read(`.github/workflows/${workflow}.yml`)) as {
    permissions: Record<string, string>;
    jobs: Record<string, { permissions?: Record<string, string>; needs?: string | string[]; steps: Step[] }>;
  };
  return Object.entries(jobs).map(([name, job]) => ({
    name,
    permissions: job.permissions ?? permissions,
    needs: [job.needs ?? []].flat(),
    steps: job.steps,
  }));
}
