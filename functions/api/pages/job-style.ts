/** What only the page of one job needs. The Content-Security-Policy contains its hash. */
export const JOB_STYLE = `
.times {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(9.2rem, 1fr)); gap: .9rem 1.2rem; margin: 1.2rem 0 0;
  padding: .9rem 1.25rem; background: var(--paper); border: 1px solid var(--line); border-radius: 10px;
}
.times dt { font-size: .82rem }
.times dd { font-weight: 600; margin: 0 }
.times small { display: block; font-weight: 400; font-size: .82rem; color: var(--soft) }
.acts { display: flex; flex-wrap: wrap; align-items: flex-start; gap: .6rem; margin-top: 1.2rem }
.acts .actions { display: contents }
.menu > summary { list-style: none }
.menu > summary::-webkit-details-marker { display: none }
.menu > summary::after { content: " ▾"; color: var(--soft) }
.menu[open] { flex-basis: 100% }
.panel {
  background: var(--paper); border: 1px solid var(--line); border-radius: 10px; margin-top: .6rem; padding: 1rem 1.25rem;
  max-width: 34rem;
}
.panel p { margin: 0 0 .8rem }
.panel.form > p:last-child { margin: 0 }
.danger { color: var(--bad); border-color: var(--bad) }
.copy { display: none }
.js .copy {
  display: inline-block; min-height: 1.5rem; padding: 0 .5rem; margin-left: .45rem; font-size: .78rem; font-weight: 400;
  color: var(--soft); border-color: var(--line);
}
.js .copy:hover { color: var(--ink); border-color: var(--ink) }
.chart { --left: 18.4rem; position: relative }
.chart ol { list-style: none; margin: 0; padding: 0; position: relative }
.chart li {
  display: grid; grid-template-columns: 1rem calc(var(--left) - 2.4rem) 1fr; gap: 0 .7rem; align-items: center;
  padding: .45rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere;
}
.chart li:first-child { border-top: 0; padding-top: 0 }
.chart b { font-weight: 550; display: block }
.chart small { color: var(--soft); font-size: .84rem }
.chart svg { display: block; width: 100%; overflow: visible }
.chart .icon { width: 1rem }
.chart .grid { position: absolute; left: var(--left); width: calc(100% - var(--left)); height: calc(100% - 18px) }
.chart .labels { margin-left: var(--left); width: calc(100% - var(--left)) }
.chart text { font-size: 12px; fill: var(--soft) }
.axis { stroke: var(--line) }
.typical { fill: light-dark(#dbe1fc, #323c6b) }
.now { stroke: var(--soft); stroke-dasharray: 2 3 }
.bar { fill: currentColor }
.bar.waiting, .bar.registered, .bar.stopped { opacity: .45 }
.dot { fill: var(--paper); stroke: currentColor; stroke-width: 2 }
.deliveries > * + * { border-top: 1px solid var(--line); margin-top: .7rem; padding-top: .7rem }
.deliveries h3 { font-size: .95rem; font-weight: 600; margin: 0; overflow-wrap: anywhere }
.deliveries .list { padding: 0 }
.deliveries .list li:last-child { padding-bottom: 0 }
.deliveries .failed { color: var(--bad) }
.columns .list time { min-width: 4.2rem }
@media (max-width: 44rem) {
  .times { grid-template-columns: 1fr 1fr; padding: .8rem 1rem }
  .chart { --left: 0px }
  .chart li { grid-template-columns: 1rem 1fr }
  .chart li > div + svg { grid-column: 1 / -1 }
  .chart .grid { display: none }
}
`;
