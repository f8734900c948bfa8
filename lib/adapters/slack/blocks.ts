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
  /** The job's id, unshortened so that it can be copied, and remarks on the delivery. */
  footer: string[];
}

/** Slack rejects a message at about 13,200 characters of blocks with `msg_blocks_too_long`. */
export const MOST_BLOCK_CHARACTERS = 12_000;

/** Slack accepts at most 3,000 characters in a section. */
const MOST_SECTION_CHARACTERS = 2_800;

export function section(text: string): SectionBlock {
  return { type: "section", text: mrkdwnObject(text), expand: true };
}

/** Packs the parts into as few sections as possible. */
export function packed(parts: string[], separator = "\n"): SectionBlock[] {
  const texts: string[] = [];
  for (const line of parts) {
    const longer = `${texts.at(-1) ?? ""}${separator}${line}`;
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

/** Appends the texts as small print, to the block of small print that the message ends with, if there is one. */
export function withSmallPrint(blocks: Block[], texts: string[]): Block[] {
  const elements = texts.map((text) => ({ type: "plain_text" as const, text, emoji: false }));
  const last = blocks.at(-1);
  if (elements.length === 0) return blocks;
  if (last?.type !== "context") return [...blocks, { type: "context", elements }];
  return [...blocks.slice(0, -1), { ...last, elements: [...last.elements, ...elements] }];
}

/** A line in small print. */
export function smallLine(text: string): ContextBlock {
  return { type: "context", elements: [mrkdwnObject(text)] };
}

export function sizeOf(blocks: Block[]): number {
  return JSON.stringify(blocks).length;
}

function mrkdwnObject(text: string): MrkdwnElement {
  return { type: "mrkdwn", text, verbatim: true };
}
