import { isForDigest } from "../../domain/job/notifications.ts";
import type { OutgoingNotification } from "../../domain/notification.ts";
import type { MessageMeta } from "../../ports.ts";
import { type Block, type Color, type Content, MOST_BLOCK_CHARACTERS, section, sizeOf, withSmallPrint } from "./blocks.ts";
import { type DigestSetting, digestMessage, MOST_OPEN_CHARACTERS } from "./digest.ts";
import { jobMessage } from "./job-message.ts";
import { operatorMessage } from "./operator-message.ts";
import { type RollUpSetting, rollUp } from "./roll-up.ts";
import { mrkdwn, plainText } from "./text.ts";

/** The body that is posted. Webhooks ignore `parse`, so only our own escaping prevents links and mentions. */
export interface Payload {
  text: string;
  blocks?: Block[];
  attachments?: { color: Color; fallback: string; blocks: Block[] }[];
  unfurl_links: false;
  unfurl_media: false;
  link_names: false;
}

/** Channel settings that shape a message. */
export interface MessageSetting extends RollUpSetting, DigestSetting {}

const MOST_NOTIFICATIONS = 200;
const LONGEST_META: MessageMeta = { id: "0".repeat(60), mayRepeat: true, plain: false };
/** "Wed 23 Sep". */
const LONGEST_DAY = { at: Date.UTC(2026, 8, 23) };
/** A mention, and 199 of 200 notifications held. */
const LONGEST_SETTING: RollUpSetting = { mention: `<!subteam^${"S".repeat(21)}>`, held: MOST_NOTIFICATIONS - 1 };

export function buildMessage(notifications: OutgoingNotification[], meta: MessageMeta, setting: MessageSetting = {}): Payload {
  const content = contentOf(notifications, meta, setting);
  return { ...layout(content, meta, setting.mention), unfurl_links: false, unfurl_media: false, link_names: false };
}

/** Returns how many notifications, from the first on, fit into one message within Slack's limits; at least 1. */
export function maxBatchSize(notifications: OutgoingNotification[], setting: MessageSetting = {}): number {
  const meta = isForDigest(notifications[0]?.notificationId ?? "") ? { ...LONGEST_META, digest: LONGEST_DAY } : LONGEST_META;
  const most = MOST_BLOCK_CHARACTERS - (meta.digest ? MOST_OPEN_CHARACTERS : 0);
  const build = (count: number) => buildMessage(notifications.slice(0, count), meta, { ...LONGEST_SETTING, ...setting });
  let batchSize = 1;
  let tooMany = Math.min(notifications.length, MOST_NOTIFICATIONS) + 1;
  while (tooMany - batchSize > 1) {
    const count = Math.floor((batchSize + tooMany) / 2);
    if (sizeOf(build(count).blocks ?? []) <= most) batchSize = count;
    else tooMany = count;
  }
  return batchSize;
}

function contentOf(
  notifications: OutgoingNotification[],
  { plain, minimal, digest }: MessageMeta,
  setting: MessageSetting,
): Content {
  const [notification, ...others] = notifications;
  if (minimal) return minimalContent(notification);
  if (digest) return digestMessage(notifications, digest, plain, setting);
  if (notification === undefined) return testContent();
  if (others.length > 0) return rollUp(notifications, plain, setting);
  if (notification.kind !== "job") return operatorMessage(notification);
  const content = jobMessage(notification, plain, setting.links);
  return setting.held ? { ...content, footer: [...content.footer, "held during quiet hours"] } : content;
}

/** Replaces a notification whose text Slack rejected. Contains only fixed words and the team's name. */
function minimalContent(notification: OutgoingNotification | undefined): Content {
  const about =
    notification?.kind === "job"
      ? `a job of team ${notification.job.team} (${notification.transition.state})`
      : "a notice to the operators";
  const advice = "Slack rejected its text. See GET /jobs or the pages.";
  return { text: `A notification cannot be shown here: ${about}`, blocks: [section(advice)], lines: [advice], footer: [] };
}

/** A message without notifications is the test message of a channel. */
function testContent(): Content {
  const advice = "This channel is notified when one of its jobs finishes, fails, runs late or is lost.";
  return {
    text: "Test message: sfs-jobwatch can post here",
    blocks: [section(advice)],
    lines: [advice],
    color: "good",
    footer: [],
  };
}

/**
 * A mention notifies only outside attachments: in the text, and in the first block of a roll-up. The message's id is the name of a
 * block, which nobody sees; plain text has no such place.
 */
function layout(content: Content, meta: MessageMeta, mention = ""): Pick<Payload, "text" | "blocks" | "attachments"> {
  const { color, lines, text: fallback } = content;
  const text = `${fallback} ${mention}`.trimEnd();
  const footer = [...content.footer, ...(meta.mayRepeat ? ["may repeat an earlier message"] : [])];
  const id = `notification ${meta.id}`;
  if (meta.plain) return { text: [text, ...lines, [...footer, id].map((part) => mrkdwn(part, 100)).join(" · ")].join("\n") };
  const [first, ...rest] = withSmallPrint(
    content.blocks,
    footer.map((part) => plainText(part, 100)),
  );
  const blocks = first ? [{ ...first, block_id: id }, ...rest] : [];
  return color === undefined ? { text, blocks } : { text, attachments: [{ color, fallback, blocks }] };
}
