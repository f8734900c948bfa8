import type { ContextBlock, MrkdwnElement, SectionBlock } from "@slack/types";

export type Block = SectionBlock | ContextBlock;

export type Color = "good" | "warning" | "danger" | "#808080";

/** The content of a message. `text` is a complete summary: it is what a phone notification shows. */
export interface Content {
  text: string;
  /** With a colour, Slack shows the blocks in an attachment, which it may collapse. Without one they are always visible. */
  color?: Color;
  blocks: Block[];
  /** The same content as the blocks, for a plain-text message. */
  lines: string[];
  /** Ids for the footer, unshortened so that they can be copied. */
  ids: string[];
}

/** Slack rejects a message at about 13,200 characters of blocks with `msg_blocks_too_long`. */
export const MOST_BLOCK_CHARACTERS = 12_000;

/** Slack accepts at most 3,000 characters in a section. */
const MOST_SECTION_CHARACTERS = 2_800;

export function section(text: string): SectionBlock {
  return { type: "section", text: mrkdwnObject(text), expand: true };
}

/** Packs the lines into as few sections as possible. */
export function packed(lines: string[]): SectionBlock[] {
  const texts: string[] = [];
  for (const line of lines) {
    const longer = `${texts.at(-1) ?? ""}\n${line}`;
    if (texts.length > 0 && longer.length <= MOST_SECTION_CHARACTERS) texts[texts.length - 1] = longer;
    else texts.push(line);
  }
  return texts.map(section);
}

export function fieldsSection(fields: Field[]): SectionBlock {
  return { type: "section", fields: fields.map(({ label, value }) => mrkdwnObject(`*${label}*\n${value}`)) };
}

/** `value` is already mrkdwn. */
export interface Field {
  label: string;
  value: string;
}

export function context(texts: string[]): ContextBlock {
  return { type: "context", elements: texts.map((text) => ({ type: "plain_text", text, emoji: false })) };
}

export function sizeOf(blocks: Block[]): number {
  return JSON.stringify(blocks).length;
}

function mrkdwnObject(text: string): MrkdwnElement {
  return { type: "mrkdwn", text, verbatim: true };
}
