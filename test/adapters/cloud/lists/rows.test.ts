import { describe, expect, it } from "vitest";
import type { ListedResource, Listing } from "../../../../lib/domain/discovery/listing.ts";
import type { Unreachable } from "../../../../lib/domain/job/job.ts";
import { answerJson } from "../../../http-server.ts";
import { PROJECT } from "../../../jobs.ts";
import { SAMPLES } from "../sources/samples.ts";
import { idOf, listServer, shareRow, TOKEN } from "./list-server.ts";

// What the rows of a list become.

async function listed(...rows: unknown[]): Promise<Listing | Unreachable> {
  const { list } = await listServer((_, response) => answerJson(response, 200, { shares: rows, count: rows.length }));
  return await list();
}

async function resourceOf(row: object): Promise<ListedResource> {
  const listing = await listed(row);
  const only = listing.kind === "listed" ? listing.resources[0] : undefined;
  return only ?? expect.unreachable(JSON.stringify(listing));
}

describe("a share of the list", () => {
  it("has a name, tags, the time of its creation, and the values that operations change", async () => {
    expect(await resourceOf(shareRow(1))).toEqual({
      id: idOf(1),
      name: "data-1",
      tags: { team: "storage" },
      createdAt: Date.UTC(2018, 10, 19, 4, 2, 3),
      creation: {
        operation: "create",
        seen: expect.objectContaining({ kind: "seen", state: "success", jobType: "create_share" }),
      },
      values: { extend: "500.00", "change-security-group": "50586458-aec9-442c-bb13-e08ddc6f1b7a" },
    });
  });

  it.each([
    { status: "100", state: "running" },
    { status: "200", state: "success" },
    { status: "300", state: "failed" },
    { status: "303", state: "failed" },
    { status: "400", state: undefined },
    { status: "800", state: undefined },
  ])("of status $status has a creation in state $state", async ({ status, state }) => {
    expect((await resourceOf(shareRow(1, { status }))).creation?.seen.state).toBe(state);
  });

  it.each([
    { sub_status: "121", operation: "extend", state: "running" },
    { sub_status: "221", operation: "extend", state: "success" },
    { sub_status: "321", operation: "extend", state: "failed" },
    { sub_status: "132", operation: "change-security-group", state: "running" },
    { sub_status: "232", operation: "change-security-group", state: "success" },
    { sub_status: "332", operation: "change-security-group", state: "failed" },
    { sub_status: "150", operation: "add-backend", state: "running" },
    { sub_status: "250", operation: "add-backend", state: "success" },
    { sub_status: "350", operation: "add-backend", state: "failed" },
    { sub_status: "151", operation: "remove-backend", state: "running" },
    { sub_status: "251", operation: "remove-backend", state: "success" },
    { sub_status: "351", operation: "remove-backend", state: "failed" },
  ])("of sub status $sub_status has the change $operation in state $state", async ({ sub_status, operation, state }) => {
    expect((await resourceOf(shareRow(1, { sub_status }))).change).toMatchObject({ operation, seen: { state } });
  });

  it.each(["300", "400"])("of status %s has a change that failed", async (status) => {
    expect((await resourceOf(shareRow(1, { status, sub_status: "121" }))).change?.seen).toMatchObject({ state: "failed" });
  });

  it.each(["300", "400"])("of status %s has a change that had succeeded before", async (status) => {
    const { change } = await resourceOf(shareRow(1, { status, sub_status: "221" }));
    expect(change).toMatchObject({ operation: "extend", seen: { state: "success", statusText: `${status}/221/500.00` } });
    expect(change?.seen).not.toHaveProperty("errorCode");
  });

  it.each([undefined, null, "", "999", "size", {}, []])("has no change at the sub status %j", async (sub_status) => {
    expect(await resourceOf(shareRow(1, { sub_status }))).not.toHaveProperty("change");
  });

  it.each(["777", "deleting"])("keeps the unknown status %s", async (status) => {
    const { creation } = await resourceOf(shareRow(1, { status }));
    expect(creation?.seen).toMatchObject({ unknownStatus: status });
    expect(creation?.seen).not.toHaveProperty("state");
  });

  it.each([
    { name: "being created", row: shareRow(1, { status: "100", action_progress: { CREATING: "56%" } }) },
    { name: "extended", row: shareRow(1, { sub_status: "221", size: "600.00" }) },
    { name: "that failed to extend", row: shareRow(1, { sub_status: "321" }) },
    { name: "of a failed job", row: shareRow(1, { status: "300", sub_status: "132" }) },
    { name: "of an unknown status", row: shareRow(1, { status: "777", sub_status: "150" }) },
    { name: "with numbers", row: shareRow(1, { status: 200, sub_status: 121, size: 500 }) },
  ])("$name is observed as its poll observes it", async ({ row }) => {
    const { list, poll } = await listServer(({ url }, response) =>
      answerJson(response, 200, url.includes("/detail") ? { shares: [row] } : row, { "x-request-id": "req-1" }),
    );
    const listing = await list();
    const { creation, change } = (listing.kind === "listed" && listing.resources[0]) || expect.unreachable();
    expect(creation?.seen).toEqual(await poll(`${idOf(1)}.create.1`));
    if (change) expect(change.seen).toEqual(await poll(`${idOf(1)}.${change.operation}.1`));
  });

  it("may lack everything but its id and status", async () => {
    const odd = { tags: null, name: null, size: null, created_at: 7, action_progress: "56%", security_group_id: {} };
    expect(await resourceOf({ id: idOf(1).toUpperCase(), status: 200, ...odd })).toEqual({
      id: idOf(1),
      creation: { operation: "create", seen: { kind: "seen", state: "success", jobType: "create_share", subJobs: [] } },
      values: {},
    });
  });

  it("has its tags and name cleaned, and no secret that the cloud repeats", async () => {
    const tags = [
      null,
      7,
      { key: "env" },
      { key: "__proto__", value: "x\u202ey" },
      { value: "z" },
      { key: TOKEN, value: TOKEN },
    ];
    const { tags: kept, name } = await resourceOf(shareRow(1, { tags, name: `a\nb ${TOKEN} ${"x".repeat(500)}` }));
    expect(Object.entries(kept ?? {})).toEqual([
      ["env", ""],
      ["__proto__", "xy"],
      ["***", "***"],
    ]);
    expect(name).toMatch(/^a b \*\*\* x+$/);
    expect(name).toHaveLength(128);
  });

  it.each([
    { name: "without an id", row: shareRow(1, { id: undefined }), why: "it has no valid id" },
    { name: "with a number as its id", row: shareRow(1, { id: 7 }), why: "it has no valid id" },
    { name: "with a path as its id", row: shareRow(1, { id: "../x" }), why: "it has no valid id" },
    { name: "without a status", row: shareRow(1, { status: null }), why: "it has no status" },
    { name: "that is no object", row: "share", why: "it is not an object" },
    { name: "that is null", row: null, why: "it is not an object" },
  ])("$name makes the list invalid", async ({ row, why }) => {
    const reason = `an entry of the share list cannot be read: ${why}`;
    expect(await listed(shareRow(2), row)).toEqual({ kind: "unreachable", cause: "invalid-response", reason });
  });
});

describe("an entry of the CBR log", () => {
  const { running, failed, unknown, jobId } = SAMPLES["cbr-log"];
  const entry = (sample: object, more: object = {}) => ({
    ...(sample as { operation_log: object }).operation_log,
    created_at: "2019-05-23T12:02:14.123456",
    extra_info: { resource: { id: "1dab32fa-ebf2-415a-ab0b-eabe6353bc86", name: "data-01", type: "OS::Sfs::Turbo" } },
    ...more,
  });
  const serverOf = (row: object) =>
    listServer(({ url }, response) =>
      answerJson(response, 200, url.includes("?") ? { operation_logs: [row], count: 1 } : { operation_log: row }),
    );

  it("is an operation on a resource, listed since a time in the documented format", async () => {
    const { list, requests } = await serverOf(entry(running));
    expect(await list("cbr-log")).toEqual({
      kind: "listed",
      resources: [
        {
          id: jobId,
          name: "data-01",
          createdAt: Date.UTC(2019, 4, 23, 12, 2, 14, 123),
          creation: { operation: "backup", seen: expect.objectContaining({ state: "running", jobType: "backup" }) },
          target: "1dab32fa-ebf2-415a-ab0b-eabe6353bc86",
        },
      ],
    });
    const url = `/cbr/v3/${PROJECT}/operation-logs?limit=1000&start_time=2026-11-24T09%3A30%3A15Z`;
    expect(requests()[0]?.url).toBe(url);
  });

  it.each([running, failed, unknown])("is observed as its poll observes it", async (sample) => {
    const { list, poll } = await serverOf(entry(sample));
    const listing = await list("cbr-log");
    const seen = listing.kind === "listed" ? listing.resources[0]?.creation?.seen : undefined;
    expect(seen).toEqual(await poll(jobId, "cbr-log"));
  });

  it("has the name of the vault if it has no resource", async () => {
    const { list } = await serverOf(
      entry(running, { operation_type: "vault_delete", vault_name: "vault-1", extra_info: null }),
    );
    const expected = { name: "vault-1", creation: { operation: "vault_delete" } };
    expect(await list("cbr-log")).toMatchObject({ resources: [expected] });
  });

  it.each([{ id: null }, { id: 4 }, { id: "a/b" }, { status: 7 }, { status: "" }])(
    "with %j makes the list invalid",
    async (more) => {
      const { list } = await serverOf(entry(running, more));
      expect(await list("cbr-log")).toMatchObject({ kind: "unreachable", cause: "invalid-response" });
    },
  );
});

it("makes no request for an invalid project, and lists no other source", async () => {
  const { list, requests } = await listServer(() => expect.unreachable());
  for (const projectId of ["", "..", "../x", `${PROJECT}\n`]) {
    expect(await list("sfs-turbo-share", 2_000, projectId)).toMatchObject({ kind: "unreachable", cause: "invalid-response" });
  }
  expect(await list("ecs-job" as never)).toMatchObject({ kind: "unreachable", cause: "configuration" });
  expect(requests()).toHaveLength(0);
});
