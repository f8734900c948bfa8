interface Mrkdwn {
  type: "mrkdwn";
  text: string;
  verbatim: true;
}

interface PlainText {
  type: "plain_text";
  text: string;
  emoji: false;
}

export type Block =
  | { type: "section"; text: Mrkdwn; expand: true }
  | { type: "section"; fields: Mrkdwn[] }
  | { type: "context"; elements: (PlainText | Mrkdwn)[] };

export type Color = "good" | "warning" | "danger" | "#808080";

/** What a message says. `text` tells all that matters, and is what a phone shows. */
export interface Content {
  text: string;
  /** Blocks with a colour stand in an attachment, which Slack may fold; those without stand open. */
  color?: Color;
  blocks: Block[];
  /** The same as the blocks, for a message of plain text. */
  lines: string[];
  /** For the last line of the message, as they came: somebody may want to copy them. */
  ids: string[];
}

/** Slack refuses a message with `msg_blocks_too_long` at about 13,200 characters. */
export const MOST_BLOCK_CHARACTERS = 12_000;

/** Slack takes 3,000 characters in one section. */
const MOST_SECTION_CHARACTERS = 2_800;

export function section(text: string): Block {
  return { type: "section", text: mrkdwnObject(text), expand: true };
}

/** As few sections as hold all lines. */
export function packed(lines: string[]): Block[] {
  const texts: string[] = [];
  for (const line of lines) {
    const longer = `${texts.at(-1) ?? ""}\n${line}`;
    if (texts.length > 0 && longer.length <= MOST_SECTION_CHARACTERS) texts[texts.length - 1] = longer;
    else texts.push(line);
  }
  return texts.map(section);
}

export function fieldsSection(fields: Field[]): Block {
  return { type: "section", fields: fields.map(({ label, value }) => mrkdwnObject(`*${label}*\n${value}`)) };
}

/** Values of fields are mrkdwn already. */
export interface Field {
  label: string;
  value: string;
}

export function context(texts: string[]): Block {
  return { type: "context", elements: texts.map((text) => ({ type: "plain_text", text, emoji: false })) };
}

export function sizeOf(blocks: Block[]): number {
  return JSON.stringify(blocks).length;
}

function mrkdwnObject(text: string): Mrkdwn {
  return { type: "mrkdwn", text, verbatim: true };
}
