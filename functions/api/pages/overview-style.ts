/** The part of the style sheet for /operations and /watches: figures, and lists with a status at the left. */
export const OVERVIEW_STYLE = `
.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1rem; margin: 1.4rem 0 }
.figures .card { padding: .8rem 1.1rem }
.figures b { display: block; font-size: 1.35rem; font-weight: 600; letter-spacing: -.02em; line-height: 1.5 }
.figures small { color: var(--soft); display: block }
.figures .stale b { color: var(--warn) }
.rows { padding: 0 }
.rows > li { grid-template-columns: 7.2rem minmax(0, 1fr) auto; gap: 0 .8rem; padding: .55rem 1rem; align-items: start }
.rows > li > b { font-size: .9rem; font-weight: 550; white-space: nowrap; display: flex; gap: .5rem; align-items: center; height: 1.5rem }
.rows time { color: inherit }
.rows button { min-height: 0; padding: .15rem .8rem; font-size: .9rem }
.durations > li { grid-template-columns: minmax(0, 1fr) 12rem 16rem; align-items: center; min-height: 3.6rem }
.durations svg { display: block; width: 100%; height: 2rem }
.hist { fill: var(--accent) }
#watches { margin: 1.2rem 0 .8rem }
.watches h2 { font-size: 1rem; font-weight: 550; margin: 0 }
.watches h2 .tag { font-weight: 400; margin: 0 0 0 .3rem }
.watches .callout { margin: .5rem 0 .3rem; grid-column: 2 / -1; padding: .6rem 1rem; font-size: .93rem }
.watches > li > p { grid-column: 2 / -1; margin: .2rem 0 0; font-size: .9rem }
.watches .when { text-align: right; color: var(--soft); font-size: .87rem }
.confirm { margin-top: .5rem; max-width: 17rem }
@media (max-width: 44rem) {
  .figures { grid-template-columns: 1fr 1fr; gap: .6rem }
  .rows > li { grid-template-columns: minmax(0, 1fr) auto; padding: .6rem .9rem }
  .rows > li > div:nth-child(2), .watches .callout, .watches > li > p { grid-column: 1 / -1 }
  .rows > li > form { grid-area: 1 / 2 }
  .durations > li { grid-template-columns: minmax(0, 1fr) 8rem }
  .rows > li > div.when { grid-column: 1 / -1; text-align: left; display: flex; gap: 0 1rem; flex-wrap: wrap }
  .durations > li > div:nth-child(2) { grid-column: auto }
  .durations > li > :last-child { grid-column: 1 / -1 }
}
`;
