import { Hono } from "hono";
import { readCommandLine } from "../command-line.ts";

const POLICY = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; img-src data:";

/** Serves the OpenAPI document, its page and the command line. They are loaded on first use, which keeps cold starts fast. */
export function referenceRoutes(): Hono {
  return new Hono()
    .get("/openapi.json", async (c) => c.json((await loadDocument()) as object))

    .get("/jobwatch.mjs", async (c) => {
      return c.body(await readCommandLine(), 200, { "Content-Type": "text/javascript; charset=utf-8" });
    })

    .get("/docs", async (c) => {
      const [{ docsPage, DOCS_PAGE_STYLE }, { hashOf }] = await Promise.all([
        import("../pages/docs-page.ts"),
        import("../pages/layout.ts"),
      ]);
      c.header("Content-Security-Policy", `default-src 'none'; style-src ${hashOf(DOCS_PAGE_STYLE)}; ${POLICY}`);
      c.header("Referrer-Policy", "no-referrer");
      return c.html(docsPage((await loadDocument()) as never));
    });
}

async function loadDocument(): Promise<unknown> {
  return (await import("../../../docs/openapi.json", { with: { type: "json" } })).default;
}
