import { CHOSEN_SOURCE_STYLE } from "./chosen-source.ts";

/** Rules of the pages that register a job, watch a project or sign in, and of error pages. */
export const FORM_STYLE = `
.narrow { max-width: 26rem; margin: 6vh auto }
.narrow h1 { margin-bottom: .5rem }
.narrow form { margin: 1.3rem 0 1.1rem }
.narrow input { margin: .4rem 0 1rem }
.narrow button { width: 100% }
.narrow .hint { border-top: 1px solid var(--line); margin: 0 -1.25rem; padding: .9rem 1.25rem 0; font-size: .9rem }
.ways { display: flex; flex-wrap: wrap; align-items: center; gap: .8rem 1.3rem; margin-top: 1.4rem }
main > .form { margin-top: 1.5rem }
.wrong::first-letter { text-transform: uppercase }
.more { border: 1px solid var(--line); border-radius: 10px; background: var(--paper); margin-bottom: 1.3rem }
.more > summary { padding: .75rem 1.1rem; color: var(--ink); font-weight: 550 }
.more > summary small { display: inline; font-weight: 400; margin: 0 0 0 .4rem }
.more > div { border-top: 1px solid var(--line); padding: 1.1rem 1.1rem 0 }
.more > div > * { margin: 0 0 1.15rem }
${CHOSEN_SOURCE_STYLE}
`;
