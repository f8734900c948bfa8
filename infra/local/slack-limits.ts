import { dig } from "./listen.ts";

// The limits of Slack's incoming webhooks, and the error code for each.

const LIMITS = {
  text: 40_000,
  attachments: 100,
  blocks: 50,
  blockCharacters: 13_200,
  headerText: 150,
  sectionText: 3_000,
  fields: 10,
  fieldText: 2_000,
  contextElements: 10,
  actionElements: 25,
  blockId: 255,
} as const;

/** Returns the error code with which Slack rejects a message, or undefined if it accepts it. */
export function slackErrorOf(payload: unknown): string | undefined {
  if (typeof payload !== "object" || payload === null || Array.isArray(payload)) return "invalid_payload";
  const text = dig(payload, "text");
  // Slack accepts blocks without text, but then a phone shows no preview. Treated as an error here.
  if (typeof text !== "string" || text.trim() === "") return "no_text";
  if (text.length > LIMITS.text) return "msg_too_long";
  const blocks = dig(payload, "blocks") ?? [];
  const attachments = dig(payload, "attachments") ?? [];
  if (!areBlocks(blocks)) return "invalid_blocks";
  if (!Array.isArray(attachments)) return "invalid_attachments";
  if (attachments.length > LIMITS.attachments) return "too_many_attachments";
  const attached = attachments.map((attachment: unknown) => dig(attachment, "blocks") ?? []);
  if (!attached.every(areBlocks)) return "invalid_attachments";
  return JSON.stringify([blocks, ...attached]).length > LIMITS.blockCharacters ? "msg_blocks_too_long" : undefined;
}

function areBlocks(blocks: unknown): boolean {
  return Array.isArray(blocks) && blocks.length <= LIMITS.blocks && blocks.every(isBlock);
}

function isBlock(block: unknown): boolean {
  const id = dig(block, "block_id") ?? "";
  if (typeof id !== "string" || id.length > LIMITS.blockId) return false;
  switch (dig(block, "type")) {
    case "divider":
      return true;
    case "header":
      return dig(block, "text", "type") === "plain_text" && isText(dig(block, "text"), LIMITS.headerText);
    case "section":
      return isSection(dig(block, "text"), dig(block, "fields"));
    case "context":
      return isList(dig(block, "elements"), LIMITS.contextElements, isContextElement);
    case "actions":
      return isList(dig(block, "elements"), LIMITS.actionElements, () => true);
    default:
      return false;
  }
}

function isSection(text: unknown, fields: unknown): boolean {
  if (text === undefined && fields === undefined) return false;
  const areFields = fields === undefined || isList(fields, LIMITS.fields, (field) => isText(field, LIMITS.fieldText));
  return areFields && (text === undefined || isText(text, LIMITS.sectionText));
}

function isContextElement(element: unknown): boolean {
  return dig(element, "type") === "image" || isText(element, LIMITS.sectionText);
}

function isList(value: unknown, most: number, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length > 0 && value.length <= most && value.every(isItem);
}

function isText(object: unknown, most: number): boolean {
  const type = dig(object, "type");
  const text = dig(object, "text");
  return (type === "mrkdwn" || type === "plain_text") && typeof text === "string" && text.length > 0 && text.length <= most;
}
