import { otherEndpoints } from "../../../../infra/local/environment.ts";
import { readConfig } from "../../../../lib/config/config.ts";
import type { Listing } from "../../../../lib/domain/discovery/listing.ts";
import type { Unreachable } from "../../../../lib/domain/job/job.ts";
import type { WatchableSource } from "../../../../lib/domain/job/sources.ts";
import { createServices } from "../../../../lib/services.ts";
import { answerJson, type Handler, type Received, serverForTest } from "../../../http-server.ts";
import { PROJECT } from "../../../jobs.ts";
import { answerToken } from "../scripted-cloud.ts";

const SINCE = Date.UTC(2026, 10, 24, 9, 30, 15, 678);
export const TOKEN = "canary-token";
const DAY = 24 * 3_600_000;

interface ListServer {
  list(source?: WatchableSource, timeoutMs?: number, projectId?: string): Promise<Listing | Unreachable>;
  poll(jobId: string, source?: WatchableSource): Promise<unknown>;
  /** All GET requests. */
  requests(): Received[];
  /** How often `onRequest` was called. */
  announced(): number;
}

/** Starts a cloud that answers each GET with `handler`, and the services that list it. */
export async function listServer(handler: Handler, credentials: object = { OS_TOKEN: TOKEN }): Promise<ListServer> {
  let tokens = 0;
  const server = await serverForTest((request, response) =>
    request.method === "POST" ? answerToken(response, `token-${++tokens}`, Date.now() + DAY) : handler(request, response),
  );
  const { cloud, lists } = createServices(
    readConfig({
      STAGE: "local",
      TABLE_NAME: "none",
      OS_PROJECT_ID: PROJECT,
      OS_AUTH_URL: `${server.url}/v3`,
      ...credentials,
      SFS_TURBO_ENDPOINT: server.url,
      SERVICE_ENDPOINTS: JSON.stringify(otherEndpoints(server.url)),
      SLACK_WEBHOOK_URL: "https://hooks.slack.com/services/T1/B1/x",
    }),
  );
  let announced = 0;
  const onRequest = () => void announced++;
  return {
    list: (source = "sfs-turbo-share", timeoutMs = 10_000, projectId = PROJECT) =>
      lists.list({ source, projectId, since: SINCE, onRequest }, timeoutMs),
    poll: (jobId, source = "sfs-turbo-share") => cloud.poll({ source, projectId: PROJECT, jobId }, 10_000),
    requests: () => server.requests.filter(({ method }) => method === "GET"),
    announced: () => announced,
  };
}

/** Answers with the rows that a request asks for. `rowsAt` returns all rows at the n-th request. */
export function pagesOf(field: string, rowsAt: (page: number) => object[], count?: (rows: object[]) => unknown): Handler {
  let page = 0;
  return ({ url }, response) => {
    const { searchParams } = new URL(url, "http://cloud");
    const offset = Number(searchParams.get("offset") ?? 0);
    const rows = rowsAt(++page).slice(offset, offset + Number(searchParams.get("limit")));
    answerJson(response, 200, { [field]: rows, ...(count && { count: count(rows) }) }, { "x-request-id": `req-${page}` });
  };
}

export function idOf(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`;
}

/** A row as the reference documents it. */
export function shareRow(n: number, more: object = {}): object {
  return {
    id: idOf(n),
    name: `data-${n}`,
    status: "200",
    sub_status: "",
    version: "1.0.0",
    region: "eu-de",
    created_at: "2018-11-19T04:02:03",
    share_type: "STANDARD",
    availability_zone: "eu-de-01",
    az_name: "eu-de-01",
    vpc_id: "b24e39e1-bc0c-475b-ae0c-aef9cf240af3",
    subnet_id: "86fc01ea-8ec8-409d-ba7a-e0ea16d4fd97",
    security_group_id: "50586458-aec9-442c-bb13-e08ddc6f1b7a",
    size: "500.00",
    pay_model: "0",
    avail_capacity: "500.00",
    share_proto: "NFS",
    export_location: "192.168.1.102:/",
    optional_endpoint: "192.168.1.102 192.168.1.232",
    instanceId: "34d65df8-342f-49fb-ac1a-60f686ca437c",
    statusDetail: "d120c389861619e7580a12cab74f6a22",
    instanceType: "efs-ha",
    enterprise_project_id: "0",
    features: { backup: { is_support: true } },
    tags: [{ key: "team", value: "storage" }],
    ...more,
  };
}

export function shareRows(length: number): object[] {
  return Array.from({ length }, (_, n) => shareRow(n));
}
