import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM || "/usr/bin/chromium";

export const NO_CHROMIUM = `No image was made: there is no Chromium at ${CHROMIUM}. Run apt-get install -y chromium fonts-liberation fonts-noto-color-emoji, or set CHROMIUM to its path.`;

/** Takes an image of each page in light mode. Returns false if no Chromium is installed. */
export async function takeScreenshots(pages: { html: string; file: string }[]): Promise<boolean> {
  if (!existsSync(CHROMIUM)) return false;
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({
      viewport: { width: 820, height: 200 },
      colorScheme: "light",
    });
    for (const { html, file } of pages) {
      await page.setContent(html);
      await page.locator("main").screenshot({ path: file });
    }
  } finally {
    await browser.close();
  }
  return true;
}
