import type { Channels, TestOutcome } from "./answers.ts";
import { type Options, onlyArgument, rejectArguments } from "./arguments.ts";
import { callApi } from "./client.ts";
import { EXIT } from "./errors.ts";
import { fullTime } from "./job-text.ts";
import { type Piece, print, printError } from "./output.ts";
import { printTable } from "./table.ts";

export async function channels(args: string[], options: Options): Promise<number> {
  rejectArguments(args);
  const { body } = await callApi<Channels>("GET", "/channels");
  if (options.json) print(JSON.stringify(body));
  else if (body.channels.length === 0) print("This key has no channels.");
  else printTable(["CHANNEL", "STATE", "LAST TEST", "SINCE OR UNTIL", "REASON"], body.channels.map(channelCells));
  return 0;
}

function channelCells(channel: Channels["channels"][number]): Piece[] {
  const { name, state, lastTest } = channel;
  const test = lastTest ? `last test: ${lastTest.outcome}, ${fullTime(lastTest.at)}` : "";
  switch (state) {
    case "open":
      return [name, { text: state, tone: "good" }, test];
    case "backing-off":
      return [name, { text: state, tone: "warning" }, test, `next message ${fullTime(channel.nextSendAt)}`];
    case "suspended":
      return [name, { text: state, tone: "bad" }, test, `since ${fullTime(channel.suspendedSince)}`, channel.reason];
  }
}

export async function testChannel(args: string[], options: Options): Promise<number> {
  const path = `/channels/${encodeURIComponent(onlyArgument(args, "name"))}/test`;
  const { body } = await callApi<TestOutcome>("POST", path);
  const isDelivered = body.outcome === "delivered";
  if (options.json) print(JSON.stringify(body));
  else if (isDelivered) print({ text: "delivered", tone: "good" });
  else printError(`not delivered: ${[body.outcome, body.reason].filter(Boolean).join(", ")}`);
  return isDelivered ? 0 : EXIT.failed;
}
