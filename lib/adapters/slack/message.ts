import { isForDigest } from "../../domain/job/notifications.ts";
import type { MessageMarks, Telling } from "../../ports.ts";
import { type Block, type Color, type Content, context, MOST_BLOCK_CHARACTERS, section, sizeOf } from "./blocks.ts";
import { type DigestSetting, digestMessage, MOST_OPEN_CHARACTERS } from "./digest.ts";
import { jobMessage } from "./job-message.ts";
import { operatorMessage } from "./operator-message.ts";
import { type RollUpSetting, rollUp } from "./roll-up.ts";
import { mrkdwn, plainText } from "./text.ts";

/** What is posted. Webhooks ignore `parse`, so nothing but our own escaping keeps links and mentions out. */
export interface Payload {
  text: string;
  blocks?: Block[];
  attachments?: { color: Color; fallback: string; blocks: Block[] }[];
  unfurl_links: false;
  unfurl_media: false;
  link_names: false;
}

/** What the channel adds to a message. */
export interface MessageSetting extends RollUpSetting, DigestSetting {}

const MOST_TELLINGS = 200;
const LONGEST_MARKS: MessageMarks = { id: "0".repeat(60), mayRepeat: true, plain: false };
/** "Wed 23 Sep". */
const LONGEST_DAY = { at: Date.UTC(2026, 8, 23) };
/** A user or group a kind, and 200 tellings of which one was not held. */
const LONGEST_SETTING: RollUpSetting = { mention: `<!subteam^${"S".repeat(21)}> `.repeat(3), held: MOST_TELLINGS - 1 };

export function buildMessage(tellings: Telling[], marks: MessageMarks, setting: MessageSetting = {}): Payload {
  const content = contentOf(tellings, marks, setting);
  return { ...layout(content, marks, setting.mention), unfurl_links: false, unfurl_media: false, link_names: false };
}

/** The most tellings, from the first on, whose message keeps Slack's limits. One alone always does. */
export function fit(tellings: Telling[], setting: DigestSetting = {}): number {
  const marks = isForDigest(tellings[0]?.notificationId ?? "") ? { ...LONGEST_MARKS, digest: LONGEST_DAY } : LONGEST_MARKS;
  const most = MOST_BLOCK_CHARACTERS - (marks.digest ? MOST_OPEN_CHARACTERS : 0);
  const build = (count: number) => buildMessage(tellings.slice(0, count), marks, { ...LONGEST_SETTING, ...setting });
  let fits = 1;
  let tooMany = Math.min(tellings.length, MOST_TELLINGS) + 1;
  while (tooMany - fits > 1) {
    const count = Math.floor((fits + tooMany) / 2);
    if (sizeOf(build(count).blocks ?? []) <= most) fits = count;
    else tooMany = count;
  }
  return fits;
}

function contentOf(tellings: Telling[], { plain, minimal, digest }: MessageMarks, setting: MessageSetting): Content {
  const [telling, ...others] = tellings;
  if (minimal) return minimalContent(telling);
  if (digest) return digestMessage(tellings, digest, plain, setting);
  if (telling === undefined) return testContent();
  if (others.length > 0) return rollUp(tellings, plain, setting);
  if (telling.kind !== "job") return operatorMessage(telling);
  const content = jobMessage(telling, plain, setting.links);
  return setting.held ? { ...content, ids: [...content.ids, "held while it was quiet"] } : content;
}

/** In place of a notification whose text Slack refused: fixed words, nothing that a team or the cloud wrote. */
function minimalContent(telling: Telling | undefined): Content {
  const about =
    telling?.kind === "job" ? `a job of team ${telling.job.team} (${telling.transition.state})` : "a notice to the operators";
  const advice = "Slack refused its text. GET /jobs and the pages show it.";
  return { text: `There is news that cannot be shown here: ${about}`, blocks: [section(advice)], lines: [advice], ids: [] };
}

/** A message that tells nothing is the test message of a channel. */
function testContent(): Content {
  const advice = "Whoever registers a job for this channel is told here when it finishes, fails, runs late or is lost.";
  return {
    text: "Test message: sfs-jobwatch can post here",
    blocks: [section(advice)],
    lines: [advice],
    color: "good",
    ids: [],
  };
}

/** A mention calls somebody where it stands in the open: in the text, which an attachment leaves alone, and in a roll-up's first block. */
function layout(content: Content, marks: MessageMarks, mention = ""): Pick<Payload, "text" | "blocks" | "attachments"> {
  const { color, lines, text: fallback } = content;
  const text = `${fallback} ${mention}`.trimEnd();
  const footer = footerOf(content, marks);
  if (marks.plain) return { text: [text, ...lines, footer.map((part) => mrkdwn(part, 100)).join(" · ")].join("\n") };
  const blocks = [...content.blocks, context(footer.map((part) => plainText(part, 100)))];
  return color === undefined ? { text, blocks } : { text, attachments: [{ color, fallback, blocks }] };
}

function footerOf({ ids }: Content, { id, mayRepeat }: MessageMarks): string[] {
  return [...ids, `notification ${id}`, ...(mayRepeat ? ["this message may repeat an earlier one"] : [])];
}
