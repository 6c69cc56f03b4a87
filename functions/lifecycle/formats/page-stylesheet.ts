/** Looks of the page. Text on every ground has a contrast of at least 4.5 to 1, light and dark (WCAG 2.2, 1.4.3). */
export const stylesheet = `
:root {
  --ground: #f4f3ef; --paper: #fffefb; --ink: #1d2230; --soft: #565d6e; --line: #dedbd2; --code: #efede6;
  --good: #1b6b45; --bad: #a3123a; --warning: #7d5a00; --unknown: #5a4a86; --calm: #41618a;
  --good-wash: #e4f3ea; --bad-wash: #fbe9ed; --warning-wash: #faf1d6; --unknown-wash: #efebf8; --calm-wash: #e9eff7;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #13161d; --paper: #1c2029; --ink: #e9eaee; --soft: #a5abb9; --line: #323845; --code: #282d39;
    --good: #84d6ab; --bad: #ff90a8; --warning: #ecc765; --unknown: #c3b3f2; --calm: #a3c1ea;
    --good-wash: #17302a; --bad-wash: #3a1a25; --warning-wash: #332b17; --unknown-wash: #292340; --calm-wash: #1f2a3a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.55 "Inter", "Segoe UI", system-ui, -apple-system, "Liberation Sans", sans-serif; }
code { font: .875em/1.4 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; background: var(--code); padding: .1em .35em; border-radius: 4px; overflow-wrap: anywhere; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.inner, main, footer { max-width: 64rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); }
.good { --tone: var(--good); --wash: var(--good-wash); }
.bad { --tone: var(--bad); --wash: var(--bad-wash); }
.warning { --tone: var(--warning); --wash: var(--warning-wash); }
.unknown { --tone: var(--unknown); --wash: var(--unknown-wash); }
.calm { --tone: var(--calm); --wash: var(--calm-wash); }

.masthead { background: linear-gradient(180deg, var(--wash), var(--ground)); border-top: 6px solid var(--tone); padding: 2.5rem 0 .5rem; }
.eyebrow { margin: 0 0 .6rem; color: var(--tone); font-weight: 650; letter-spacing: .02em; }
h1 { margin: 0; font-size: clamp(1.9rem, 5.2vw, 3.1rem); line-height: 1.08; letter-spacing: -.025em; font-weight: 750; text-wrap: balance; }
.lead { margin: .8rem 0 0; font-size: 1.15rem; max-width: 46rem; overflow-wrap: anywhere; }
.when { margin: .35rem 0 0; color: var(--soft); }

section { margin-top: 3rem; }
h2 { display: flex; flex-wrap: wrap; gap: .5rem .8rem; align-items: baseline; margin: 0 0 1rem; font-size: 1.5rem; letter-spacing: -.015em; line-height: 1.2; }
.note { margin: .8rem 0; color: var(--soft); overflow-wrap: anywhere; }
.list { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem; }
.list li { display: grid; grid-template-columns: 8.5rem 1fr; gap: .3rem 1rem; align-items: baseline; background: var(--paper); border: 1px solid var(--line); border-left: 5px solid var(--tone); border-radius: 10px; padding: .7rem 1.1rem; overflow-wrap: anywhere; }
.list.codes li { grid-template-columns: 12.5rem 1fr; }
.badge { justify-self: start; padding: .08rem .65rem; border-radius: 1rem; font-size: .84rem; font-weight: 650; background: var(--wash); color: var(--tone); white-space: nowrap; }
.facts { margin: 0; display: grid; gap: .45rem; }
.facts div { display: grid; grid-template-columns: 12rem 1fr; gap: .2rem 1rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; }

table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--paper); border: 1px solid var(--line); border-radius: 14px; overflow: hidden; font-size: .95rem; }
caption { text-align: left; padding: 0 .9rem .5rem; color: var(--soft); }
table + table, table + .facts, .facts + .list, .facts + table, .list + table, .list + .list { margin-top: 1rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .9rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { border-top: 0; white-space: nowrap; color: var(--soft); font-size: .85rem; font-weight: 600; background: var(--code); }
tbody th { font-weight: 600; white-space: nowrap; }
tbody tr:first-child > * { border-top: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
footer { margin-top: 3.5rem; padding-top: 1.2rem; padding-bottom: 3rem; color: var(--soft); font-size: .9rem; border-top: 1px solid var(--line); }
footer p { margin: 0; overflow-wrap: anywhere; }

@media screen and (max-width: 42rem) {
  .masthead { padding-top: 1.75rem; }
  section { margin-top: 2.25rem; }
  .list.codes li, .list li, .facts div { grid-template-columns: 1fr; }
  .stacked, .stacked tbody, .stacked tr, .stacked th, .stacked td, .stacked caption { display: block; }
  .stacked thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .stacked tr { padding: .6rem .9rem; border-top: 1px solid var(--line); }
  .stacked tbody tr:first-child { border-top: 0; }
  .stacked tbody th, .stacked td { border: 0; padding: .1rem 0; text-align: left; white-space: normal; }
  .stacked td[data-label]::before { content: attr(data-label) ": "; color: var(--soft); }
  .stacked caption { padding: .7rem .9rem; background: var(--code); }
  .stacked caption.hidden { padding: 0; }
}
@media print {
  @page { margin: 14mm; }
  html { font-size: 9pt; }
  body { background: none; }
  .masthead { background: none; padding-top: 1rem; }
  section { margin-top: 1.6rem; }
  th, td { padding: .25rem .6rem; }
  .list { gap: .35rem; }
  .list li { padding: .4rem .8rem; }
  h2, caption, thead { break-after: avoid; }
  tr, .list li { break-inside: avoid; }
  .badge { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
