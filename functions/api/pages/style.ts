/** The style sheet of all pages. The Content-Security-Policy contains its hash. */
export const STYLE = `
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
  --badwash: light-dark(#fdf1f0, #2a1a1b);
  --warnwash: light-dark(#fdf6e9, #292217);
  --focus: light-dark(#3a50c4, #b4c1ff);
}
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  font-variant-numeric: tabular-nums;
  display: flex; flex-direction: column; min-height: 100vh; min-height: 100dvh;
}
.wide { width: 100%; max-width: 62rem; margin: 0 auto; padding: 0 1.25rem }
.sprite { position: absolute }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: 1px }
a:hover { text-decoration-thickness: 2px }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 4px }
.skip { position: absolute; left: -99rem }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .4rem .8rem; z-index: 1 }
.top { background: var(--paper); border-bottom: 1px solid var(--line) }
.top > div { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem 1.5rem; min-height: 3.5rem }
.brand { font-weight: 650; letter-spacing: -.01em; color: var(--ink); text-decoration: none }
nav { display: flex; gap: 1.2rem }
nav a { color: var(--soft); text-decoration: none; padding: .95rem 0 .8rem; border-bottom: 2px solid transparent }
nav a:hover { color: var(--ink) }
nav a[aria-current] { color: var(--ink); border-color: var(--accent) }
.account { display: flex; align-items: center; gap: .9rem; margin-left: auto; color: var(--soft) }
.account b { color: var(--ink); font-weight: 550 }
main { flex: 1; padding-top: 2rem !important; padding-bottom: 2rem !important }
footer {
  display: flex; flex-wrap: wrap; justify-content: space-between; gap: .2rem 1.5rem;
  color: var(--soft); font-size: .85rem; padding-bottom: 1.5rem !important;
}
footer a { color: var(--soft) }
h1 {
  font-size: 1.6rem; line-height: 1.25; letter-spacing: -.02em; font-weight: 650; margin: 0; overflow-wrap: anywhere;
}
h2 { font-size: 1.02rem; font-weight: 620; margin: 2.2rem 0 .7rem; letter-spacing: -.005em }
h2 small { font-weight: 400; color: var(--soft); font-size: .9rem; margin-left: .4rem }
p { margin: .4rem 0 }
.soft { color: var(--soft) }
code { font: .87em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere }
.icon { width: 1rem; height: 1rem; flex: none }
.registered, .waiting, .stopped { color: var(--soft) }
.running { color: var(--accent) }
.success { color: var(--good) }
.failed, .lost { color: var(--bad) }
.late { color: var(--warn) }
.card, .jobs { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; margin: 0 }
.card { padding: 1.1rem 1.25rem }
.empty { text-align: center; padding: 2.4rem 1.5rem }
.empty b { display: block; font-size: 1.05rem; font-weight: 600 }
.head { display: flex; flex-wrap: wrap; align-items: end; justify-content: space-between; gap: 1rem }
.counts { margin: .25rem 0 0; color: var(--soft) }
label { font-weight: 550; font-size: .9rem; display: block }
input:not([type=hidden]), select {
  font: inherit; color: inherit; background: var(--paper); border: 1px solid light-dark(#8b95a5, #667385);
  border-radius: 7px; padding: .42rem .6rem; width: 100%; min-height: 2.4rem;
}
button, .button {
  font: inherit; font-weight: 550; color: var(--ink); background: var(--paper);
  border: 1px solid light-dark(#8b95a5, #667385); border-radius: 7px; padding: .42rem .9rem; min-height: 2.4rem;
  cursor: pointer; text-decoration: none; display: inline-block;
}
button:hover, .button:hover { border-color: var(--ink) }
.main { background: light-dark(#3a50c4, #93a5ff); border-color: transparent; color: light-dark(#fff, #10131a) }
.quiet { border: 0; background: none; padding: .3rem 0; color: var(--accent); font-weight: 400; min-height: 1.5rem }
.quiet:hover { text-decoration: underline }
.actions { display: flex; margin-top: 1.2rem; flex-wrap: wrap; gap: .6rem }
.actions:not(:has(button)) { display: none }
.state { display: flex; align-items: center; gap: .5rem; font-weight: 600; margin: .9rem 0 .5rem }
.state .icon { width: 1.25rem; height: 1.25rem }
.back { font-size: .9rem; color: var(--soft); text-decoration: none }
.callout {
  margin-top: 1.2rem; border-left: 3px solid var(--bad); background: var(--badwash); border-radius: 4px 10px 10px 4px;
  padding: .8rem 1.1rem; overflow-wrap: anywhere;
}
.callout.late, .note { border-left-color: var(--warn); background: var(--warnwash); color: inherit }
.callout p { margin: .2rem 0 }
.callout b { font-weight: 600 }
.note {
  border-left: 3px solid var(--warn); border-radius: 4px 10px 10px 4px; padding: .7rem 1.1rem; margin: .9rem 0 1.4rem;
}
.note.ok { border-color: var(--good); background: light-dark(#eff8f2, #16231b) }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1.5rem }
.list { list-style: none; margin: 0; padding: .35rem 1.1rem }
.list li {
  display: grid; grid-template-columns: auto 1fr; gap: 0 .9rem; padding: .5rem 0; border-top: 1px solid var(--line);
  overflow-wrap: anywhere;
}
.list li:first-child { border: 0 }
.list time, .list .k { color: var(--soft); min-width: 3rem }
.list small { color: var(--soft); font-size: .87rem; display: block }
dl { display: grid; grid-template-columns: minmax(7rem, auto) 1fr; gap: .45rem 1.2rem; margin: 0 }
dt { color: var(--soft) }
dd { margin: 0; overflow-wrap: anywhere }
.tag {
  display: inline-block; background: var(--ground); border: 1px solid var(--line); border-radius: 99px;
  padding: 0 .6rem; font-size: .85rem; margin: 0 .3rem .3rem 0;
}
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: .8rem 0 0; font-size: .85rem; color: var(--soft) }
.key i {
  display: inline-block; width: 1.4rem; height: .6rem; border-radius: 2px; margin-right: .4rem;
  background: currentColor;
}
.key .swatch { background: light-dark(#dbe1fc, #323c6b) }
.key .icon { vertical-align: -.15em; margin-right: .4rem }
.form { max-width: 34rem }
.form > p, .form > div { margin: 0 0 1.15rem }
.form small { display: block; color: var(--soft); margin: .15rem 0 .35rem; font-size: .86rem }
.wrong { color: var(--bad); font-size: .9rem; font-weight: 500; display: block; margin-top: .3rem }
[aria-invalid] { border-color: var(--bad) !important }
fieldset { border: 0; padding: 0; margin: 0 0 1.15rem }
legend { font-weight: 550; font-size: .9rem; padding: 0; margin-bottom: .3rem }
.form .check {
  display: inline-flex; align-items: center; gap: .45rem; font-weight: 400; margin-right: 1.2rem; min-height: 1.9rem;
}
.check input { width: auto; min-height: 0; accent-color: var(--accent) }
@media (max-width: 44rem) {
  .columns { grid-template-columns: 1fr }
  .wide { padding: 0 .9rem }
  .top > div { gap: 0 1.2rem; padding-top: .6rem }
  .account { flex-basis: auto }
  nav { order: 3; flex-basis: 100% }
  nav a { padding: .5rem 0 .55rem }
  .card { padding: 1rem }
  dl { grid-template-columns: 1fr; gap: 0 }
  dd { margin-bottom: .6rem }
  h1 { font-size: 1.35rem }
}
summary { cursor: pointer; color: var(--accent); min-height: 1.5rem }
summary:hover { text-decoration: underline }
@media (forced-colors: active) {
  .icon { forced-color-adjust: auto }
}
`;
