/** The part of the style sheet for lists of jobs, their filters and their search. */
export const JOB_LIST_STYLE = `
.search { flex: 0 1 19rem; margin-left: -.4rem }
.head > div { flex: 1 }
.search input { border-color: var(--line) }
.filters { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem; margin: 1.1rem 0 0 }
.filters .tag { margin: 0; color: var(--soft); text-decoration: none; background: var(--paper); min-height: 1.5rem }
.filters .tag b { color: var(--ink); font-weight: 550 }
.chips { flex-wrap: wrap; gap: .35rem }
.chips a, .menu summary {
  display: inline-block; border: 1px solid var(--line); border-radius: 99px; background: var(--paper); color: var(--soft);
  padding: .1rem .75rem; font-size: .87rem; line-height: 1.6rem; text-decoration: none;
}
.chips a:hover, .menu summary:hover { border-color: var(--soft); color: var(--ink); text-decoration: none }
.chips a[aria-current] { background: var(--ink); border-color: var(--ink); color: var(--paper) }
.chips b { font-weight: 600; color: var(--ink); margin-left: .15rem }
.chips b:not([class=""]) { color: inherit }
.chips .failed, .chips .lost { color: var(--bad) !important }
.chips .late { color: var(--warn) !important }
.chips [aria-current] b { color: inherit !important }
.menu { position: relative; align-self: end }
.menu summary { border-radius: 7px; line-height: 2.05rem; padding: .1rem .9rem }
.menu summary::marker { content: "" }
.menu summary::after { content: " ▾" }
.menu div {
  position: absolute; z-index: 1; margin-top: .3rem; width: max-content; background: var(--paper);
  border: 1px solid var(--line); border-radius: 10px; padding: .35rem 0; box-shadow: 0 6px 20px #0003;
}
.menu div a { display: block; padding: .25rem 1rem; color: var(--ink); text-decoration: none; font-size: .9rem }
.menu div a:hover, .menu [aria-current] { background: var(--ground) }
.jobs { list-style: none; padding: 0 }
.jobs li {
  display: grid; grid-template-columns: 8rem minmax(0, 1fr) 10.5rem 7.6rem; gap: 0 .8rem; padding: .5rem 1rem;
  border-top: 1px solid var(--line); line-height: 1.45;
}
.jobs li:first-child { border-top: 0 }
.jobs li:hover { background: light-dark(#fafbfc, #1a1f26) }
.jobs li > b { font-size: .9rem; font-weight: 550; white-space: nowrap; display: flex; gap: .5rem; align-items: center; height: 1.4rem }
.jobs p { margin: 0; color: var(--soft); font-size: .83rem }
.jobs .what a { color: var(--ink); font-weight: 550; text-decoration: none; display: block }
.jobs .what a:hover { text-decoration: underline }
.jobs .what > *, .jobs .when p, .took p, .why { overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.jobs .why { grid-column: 2 / -1 }
.jobs .why.late { color: var(--warn) }
.took, .when { font-size: .87rem; color: var(--soft); min-width: 0; padding-top: .1rem }
.when { text-align: right }
progress {
  appearance: none; display: inline-block; width: 4rem; height: .3rem; margin-left: .6rem; vertical-align: middle; border: 0;
  border-radius: 9px; overflow: hidden; background: var(--line); color: var(--accent);
}
progress::-webkit-progress-bar { background: var(--line) }
progress::-webkit-progress-value { background: currentColor }
progress::-moz-progress-bar { background: currentColor }
li:has(> .late) progress { color: var(--warn) }
.more { margin: .6rem 0 0 }
#lists > .card { margin-top: 1.4rem }
.empty.small { padding: 1rem }
@media (max-width: 44rem) {
  .head > div { flex-basis: 100% }
  .search { flex: 1; margin: 0 }
  .chips { order: 0; flex-basis: auto }
  .menu[open] { flex-basis: 100% }
  .menu div { position: static; width: auto }
  .jobs li { grid-template-columns: 1fr auto; padding: .6rem .9rem }
  .jobs .what, .jobs .why { grid-column: 1 / -1 }
  .jobs .what { grid-row: 2 }
  .jobs .why { grid-row: 3 }
  .jobs .what a { white-space: normal; overflow-wrap: anywhere }
  .took { grid-row: 4; display: flex; flex-wrap: wrap; align-items: center; gap: 0 .7rem; font-size: .83rem; padding: 0 }
  .took progress { margin: 0; width: 2.6rem }
  .when { display: contents }
  .when time { grid-area: 1 / 2; font-size: .83rem; padding-top: .1rem; text-align: right }
  .jobs .when p { grid-area: 4 / 2; max-width: 40vw }
}
`;
