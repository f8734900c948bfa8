import { startCloud } from "../../infra/local/cloud.ts";
import { startEventSink } from "../../infra/local/event-sink.ts";
import type { PageLink } from "../../infra/local/page.ts";
import { startSlackSink } from "../../infra/local/slack-sink.ts";
import { messageOf } from "../../infra/scripts/preview/page.ts";
import { READ_AT } from "../../infra/scripts/preview/samples.ts";

const SHOWN = ["success", "share-success", "late", "failure", "roll-up"];
const EVENTS = [
  { id: "01K5F0", title: "Extend data-01 to 20 TB", n: 2, state: "running" },
  { id: "01K5F1", title: "Cache for the nightly build", n: 3, state: "failed" },
  { id: "01K5F2", title: "Home directories", n: 4, state: "success" },
];

interface LocalPages {
  urls: Record<"slack" | "events" | "cloud", string>;
  close(): Promise<void>;
}

/** Starts the pages of the local stack with samples, as beside `npm start`. */
export async function startLocalPages(jobsUrl: string): Promise<LocalPages> {
  const links: PageLink[] = [{ name: "Jobs", url: jobsUrl }];
  const options = { port: 0, links, now: () => READ_AT };
  const slack = await startSlackSink(options);
  const events = await startEventSink({ ...options, secret: "whsec_AAAA" });
  const cloud = await startCloud({ ...options, projectIds: ["0".repeat(32)], stock: ["data-01", "home", "scratch"] });
  links.push({ name: "Slack", url: slack.url }, { name: "Events", url: events.url }, { name: "Cloud", url: cloud.url });
  for (const { channel, payload } of SHOWN.map(messageOf))
    await fetch(`${slack.url}/services/T0/B0/${channel}`, { method: "POST", body: JSON.stringify(payload) });
  for (const event of EVENTS) await putEvent(events.url, event);
  await fetch(`${cloud.url}/simulate/console`, { method: "POST", body: '{"operation":"extend","seconds":600}' });
  const close = async () => {
    for (const double of [slack, events, cloud]) await double.close();
  };
  return { urls: { slack: slack.url, events: events.url, cloud: cloud.url }, close };
}

async function putEvent(url: string, { id, title, n, state }: (typeof EVENTS)[number]): Promise<void> {
  const data = { job: { title }, transition: { n, kind: "status", state } };
  const detail = JSON.stringify({ type: "job.state-changed", id, data });
  const body = JSON.stringify({ Entries: [{ EventBusName: "jobwatch", Detail: detail }] });
  await fetch(url, { method: "POST", headers: { "x-amz-target": "AWSEvents.PutEvents" }, body });
}
