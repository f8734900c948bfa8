import { html } from "hono/html";
import type { DisplayStatus } from "./display-text.ts";

const LINE = 'fill="none" stroke-linecap="round" stroke-linejoin="round"';
const ring = (more = "") => `<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"${more}/>`;
const cut = (path: string) => `<path d="${path}" ${LINE} stroke="var(--paper)" stroke-width="1.8"/>`;

type Shape = DisplayStatus | "unreachable";

/** One shape per status, so that colour is never the only difference. */
const SHAPES: Record<Shape, string> = {
  registered: ring(' stroke-dasharray="2 2.7"'),
  waiting: ring(),
  running: `${ring()}<path d="M8 4.5a3.5 3.5 0 0 1 0 7z" fill="currentColor"/>`,
  late: `<path d="M8 1.5 15 14H1z" fill="currentColor" stroke="currentColor" stroke-linejoin="round"/>
${cut("M8 6v3.4M8 11.7v.1")}`,
  success: `<circle cx="8" cy="8" r="7" fill="currentColor"/>${cut("M4.8 8.2 7 10.4l4.2-4.6")}`,
  failed: `<path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z" fill="currentColor"/>
${cut("M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8")}`,
  lost: `<path d="M8 .8 15.2 8 8 15.2.8 8z" fill="currentColor"/>
${cut("M6.3 6.5c.2-2.2 3.5-2 3.4.1C9.6 7.8 8 7.8 8 9.2M8 11.4v.1")}`,
  unreachable: `${ring()}${cut("M13.5 2.5l-11 11")}
<path d="M13 3 3 13" ${LINE} stroke="currentColor" stroke-width="2"/>`,
  stopped: `<path d="M3.5 3.5h9v9h-9z" ${LINE} stroke="currentColor" stroke-width="2"/>`,
};

/** Legible on light and dark tabs. */
const TAB_COLOURS: Record<DisplayStatus, string> = {
  ...{ registered: "#7b8698", waiting: "#7b8698", stopped: "#7b8698", running: "#5067d8" },
  ...{ success: "#1f8f50", failed: "#d03a31", lost: "#d03a31", late: "#c27a00" },
};
const CLOCK = `${ring()}<path d="M8 4.8V8l2.2 1.6" ${LINE} stroke="currentColor" stroke-width="2"/>`;

/** Returns the icon of the tab: the status of the job that the page shows, else a clock. */
export function faviconOf(status?: DisplayStatus): string {
  const shape = (status ? SHAPES[status] : CLOCK).replaceAll("var(--paper)", "#fff");
  const colour = status ? TAB_COLOURS[status] : TAB_COLOURS.running;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16" color="${colour}">${shape}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** Rendered once per page. Each icon refers to its shape here. */
export const ICONS = `<svg width="0" height="0" aria-hidden="true" class="sprite">${Object.entries(SHAPES)
  .map(([name, shape]) => `<symbol id="icon-${name}" viewBox="0 0 16 16">${shape}</symbol>`)
  .join("")}</svg>`;

export function icon(
  shape: Shape,
  colour: DisplayStatus | "" = shape === "unreachable" ? "late" : shape,
): ReturnType<typeof html> {
  return html`<svg class="icon ${colour}" aria-hidden="true"><use href="#icon-${shape}"/></svg>`;
}
