/** The style of the service's own pages, repeated here since the doubles import nothing of it. A test compares the colours. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1b1f27, #e4e8ee);
  --soft: light-dark(#586273, #9aa6b8);
  --paper: light-dark(#fff, #161a20);
  --ground: light-dark(#f6f7f9, #0f1216);
  --line: light-dark(#e1e5eb, #2a313b);
  --accent: light-dark(#3a50c4, #93a5ff);
  --good: light-dark(#1c7a45, #5cc98a);
  --bad: light-dark(#b3261e, #ff8a80);
  --warn: light-dark(#8f5700, #f0b54d);
  --focus: light-dark(#3a50c4, #b4c1ff);
}
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  font-variant-numeric: tabular-nums;
}
.wide { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem }
header { background: var(--paper); border-bottom: 1px solid var(--line) }
header .wide { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem 1.5rem; min-height: 3.5rem }
.brand { font-weight: 650; letter-spacing: -.01em; color: var(--ink) }
.brand small { font-weight: 400; color: var(--soft); margin-left: .5rem }
nav { display: flex; gap: 1.2rem }
nav a { color: var(--soft); text-decoration: none; padding: .95rem 0 .8rem; border-bottom: 2px solid transparent }
nav a:hover { color: var(--ink) }
nav a[aria-current] { color: var(--ink); border-color: var(--accent) }
#state { margin-left: auto; color: var(--soft); font-size: .9rem }
.page { padding-top: 2rem; padding-bottom: 3rem }
h1 { font-size: 1.6rem; line-height: 1.25; letter-spacing: -.02em; font-weight: 650; margin: 0 }
h2 { font-size: 1.02rem; font-weight: 620; margin: 2.2rem 0 .7rem }
p { margin: .4rem 0 }
.soft, small { color: var(--soft) }
small { font-size: .87rem }
.page a { color: var(--accent); text-underline-offset: .2em }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 4px }
.page code, .page pre { font: .84em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere }
.page pre {
  white-space: pre-wrap; background: var(--ground); border: 1px solid var(--line); border-radius: 7px;
  padding: .6rem .8rem; margin: .5rem 0;
}
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; margin: 1.3rem 0 0; padding: 0 }
ul.card { list-style: none }
.card > li { padding: .75rem 1.1rem; border-top: 1px solid var(--line); overflow-wrap: anywhere }
.card > li:first-child { border-top: 0 }
.empty { padding: 2.4rem 1.5rem; text-align: center; color: var(--soft) }
.note { border-left: 3px solid var(--warn); padding: .5rem 1rem; margin: 1.2rem 0 0 }
.row { display: flex; flex-wrap: wrap; gap: .1rem .8rem; align-items: baseline }
.row > time, .row > .end { margin-left: auto; color: var(--soft); font-size: .87rem }
.row b { font-weight: 550 }
.tag { border: 1px solid var(--line); border-radius: 99px; padding: 0 .6rem; font-size: .85rem; color: var(--soft) }
.success, .available { color: var(--good) }
.failed, .lost { color: var(--bad) }
.late { color: var(--warn) }
.running { color: var(--accent) }
summary { cursor: pointer; color: var(--accent); min-height: 1.5rem; width: max-content }
form.card { display: flex; flex-wrap: wrap; gap: .8rem 1rem; align-items: end; padding: 1.1rem 1.25rem }
label { font-weight: 550; font-size: .9rem; max-width: 100% }
select { display: block; margin-top: .2rem; min-width: 11rem; max-width: 100% }
select, button {
  font: inherit; font-weight: 400; color: inherit; background: var(--paper); border: 1px solid light-dark(#8b95a5, #667385);
  border-radius: 7px; padding: .42rem .6rem; min-height: 2.4rem;
}
.check { font-weight: 400; min-height: 2.4rem; display: flex; align-items: center; gap: .45rem }
button {
  font-weight: 550; cursor: pointer; padding: .42rem .9rem;
  background: light-dark(#3a50c4, #93a5ff); border-color: transparent; color: light-dark(#fff, #10131a);
}
.quiet { border: 0; background: none; color: var(--accent); font-weight: 400; padding: 0 .3rem; min-height: 1.5rem }
.quiet:hover { text-decoration: underline }
.row { flex-wrap: nowrap }
.row > span, .row > b { min-width: 0; overflow-wrap: anywhere }
.row > .end, .row > .end button { flex: none; white-space: nowrap }
.events .row { flex-wrap: wrap }
@media (max-width: 44rem) {
  .wide { padding-inline: .9rem }
  header .wide { padding-top: .6rem }
  nav { order: 3; flex-basis: 100% }
  nav a { padding: .5rem 0 .55rem }
  h1 { font-size: 1.35rem }
}
`;
