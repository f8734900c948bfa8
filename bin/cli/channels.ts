import type { Channels, TestOutcome } from "./answers.ts";
import { type Options, onlyArgument, rejectArguments } from "./arguments.ts";
import { callApi } from "./client.ts";
import { EXIT } from "./errors.ts";
import { alignColumns, print, printError } from "./output.ts";

export async function channels(args: string[], options: Options): Promise<number> {
  rejectArguments(args);
  const { body } = await callApi<Channels>("GET", "/channels");
  if (options.json) print(JSON.stringify(body));
  else if (body.channels.length === 0) print("This key has no channels.");
  else for (const line of alignColumns(body.channels.map(channelCells))) print(line);
  return 0;
}

function channelCells(channel: Channels["channels"][number]): string[] {
  const { name, state } = channel;
  switch (state) {
    case "open":
      return [name, state];
    case "backing-off":
      return [name, state, channel.nextSendAt];
    case "suspended":
      return [name, state, `${channel.suspendedSince} ${channel.reason}`];
  }
}

export async function testChannel(args: string[], options: Options): Promise<number> {
  const path = `/channels/${encodeURIComponent(onlyArgument(args, "name"))}/test`;
  const { body } = await callApi<TestOutcome>("POST", path);
  const isDelivered = body.outcome === "delivered";
  if (options.json) print(JSON.stringify(body));
  else if (isDelivered) print("delivered");
  else printError(`not delivered: ${[body.outcome, body.reason].filter(Boolean).join(", ")}`);
  return isDelivered ? 0 : EXIT.failed;
}
