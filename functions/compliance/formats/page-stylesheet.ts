/** Looks of the page. Text on every ground has a contrast of at least 4.5 to 1, light and dark (WCAG 2.2, 1.4.3). */
export const stylesheet = `
:root {
  --ground: #f4f3ef; --paper: #fffefb; --ink: #1d2230; --soft: #565d6e; --line: #dedbd2; --code: #efede6; --link: #23508e;
  --critical: #a3123a; --high: #b3430c; --medium: #7d5a00; --low: #41618a; --good: #1b6b45; --unknown: #5a4a86;
  --critical-wash: #fbe9ed; --high-wash: #fdeee2; --medium-wash: #faf1d6; --low-wash: #e9eff7; --good-wash: #e4f3ea; --unknown-wash: #efebf8;
  --shadow: 0 1px 2px rgb(29 34 48 / .06), 0 6px 20px rgb(29 34 48 / .05);
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #13161d; --paper: #1c2029; --ink: #e9eaee; --soft: #a5abb9; --line: #323845; --code: #282d39; --link: #9cc0f5;
    --critical: #ff90a8; --high: #ffae7c; --medium: #ecc765; --low: #a3c1ea; --good: #84d6ab; --unknown: #c3b3f2;
    --critical-wash: #3a1a25; --high-wash: #38231a; --medium-wash: #332b17; --low-wash: #1f2a3a; --good-wash: #17302a; --unknown-wash: #292340;
    --shadow: none;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.55 "Inter", "Segoe UI", system-ui, -apple-system, "Liberation Sans", sans-serif; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code { font: .875em/1.4 ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace; background: var(--code); padding: .1em .35em; border-radius: 4px; overflow-wrap: anywhere; }
.skip { position: absolute; left: -999rem; padding: .6rem 1rem; background: var(--paper); }
.skip:focus { left: 1rem; top: 1rem; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.inner, main, footer { max-width: 68rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); }

.masthead { --tone: var(--good); --wash: var(--good-wash); background: linear-gradient(180deg, var(--wash), var(--ground)); border-top: 6px solid var(--tone); padding: 2.5rem 0 1.5rem; }
.masthead.bad { --tone: var(--critical); --wash: var(--critical-wash); }
.masthead.warning { --tone: var(--medium); --wash: var(--medium-wash); }
.masthead.unknown { --tone: var(--unknown); --wash: var(--unknown-wash); }
.eyebrow { margin: 0 0 .6rem; color: var(--tone); font-weight: 650; letter-spacing: .02em; }
h1 { margin: 0; font-size: clamp(1.9rem, 5.2vw, 3.1rem); line-height: 1.08; letter-spacing: -.025em; font-weight: 750; text-wrap: balance; }
.lead { margin: .8rem 0 0; font-size: 1.15rem; }
.when { margin: .35rem 0 0; color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(6, 1fr); gap: .75rem; margin: 2rem 0 0; }
.tile { --tone: var(--soft); background: var(--paper); border: 1px solid var(--line); border-radius: 14px; padding: .8rem 1rem .7rem; display: flex; flex-direction: column-reverse; box-shadow: var(--shadow); border-bottom: 3px solid var(--tone); }
.tile dt { color: var(--soft); font-size: .9rem; }
.tile dt::first-letter { text-transform: uppercase; }
.tile dd { margin: 0; font-size: 2rem; line-height: 1.15; font-weight: 700; font-variant-numeric: tabular-nums; color: var(--tone); }
.tile.calm { --tone: var(--good); }
.tile.none { --tone: var(--line); box-shadow: none; background: none; }
.tile.none dd { color: var(--soft); font-weight: 500; }

section { margin-top: 3rem; }
h2 { margin: 0 0 1rem; font-size: 1.5rem; letter-spacing: -.015em; line-height: 1.2; }
h3 { margin: 1.6rem 0 .7rem; font-size: 1.05rem; }
.count { display: inline-block; min-width: 1.7em; padding: 0 .5em; text-align: center; font-size: .85em; line-height: 1.7; border-radius: 1em; background: var(--code); color: var(--soft); font-weight: 600; font-variant-numeric: tabular-nums; }
.empty, .note { margin: 0; color: var(--soft); }
.note { margin: .8rem 0; }

.changes { display: grid; gap: 1rem; grid-template-columns: repeat(2, 1fr); }
.change { min-width: 0; }
.change.appeared { grid-column: 1 / -1; }
.change { background: var(--paper); border: 1px solid var(--line); border-radius: 14px; padding: 1rem 1.25rem; box-shadow: var(--shadow); }
.change h3 { margin: 0 0 .5rem; }
.change ul { list-style: none; margin: 0; padding: 0; }
.change li { padding: .45rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
.change li:first-child { border-top: 0; }
.dot { display: inline-block; width: .65rem; height: .65rem; margin-right: .55rem; border-radius: 50%; background: var(--tone); }
.outcome { color: var(--soft); }
.outcome:not(:empty)::before { content: "– "; }
.rest { color: var(--soft); }

.critical { --tone: var(--critical); --wash: var(--critical-wash); }
.high { --tone: var(--high); --wash: var(--high-wash); }
.medium { --tone: var(--medium); --wash: var(--medium-wash); }
.low { --tone: var(--low); --wash: var(--low-wash); }
.cards { display: grid; gap: .9rem; }
.card { background: var(--paper); border: 1px solid var(--line); border-left: 5px solid var(--tone); border-radius: 10px 14px 14px 10px; padding: .9rem 1.25rem 1rem; box-shadow: var(--shadow); min-width: 0; }
.card header { display: flex; gap: .5rem 1rem; justify-content: space-between; align-items: baseline; flex-wrap: wrap; }
.card p { margin: 0; }
.check { color: var(--soft); font-size: .9rem; }
.check a { color: var(--tone); font-weight: 700; text-decoration: none; }
.check a:hover { text-decoration: underline; }
.card h4 { margin: .35rem 0 .7rem; font-size: 1.08rem; line-height: 1.4; font-weight: 620; overflow-wrap: anywhere; }
.card dl { margin: 0; display: grid; gap: .3rem; }
.card dl div { display: grid; grid-template-columns: 9.5rem 1fr; gap: .25rem 1rem; }
.card dt { color: var(--soft); font-size: .9rem; }
.card dd { margin: 0; min-width: 0; overflow-wrap: anywhere; font-size: .95rem; }
.type { color: var(--soft); font-size: .85rem; }
.status, .result { display: inline-block; padding: .08rem .65rem; border-radius: 1rem; font-size: .84rem; font-weight: 620; white-space: nowrap; background: var(--code); color: var(--ink); }
.status.open, .status.failed, .result.failed { background: var(--critical-wash); color: var(--critical); }
.status.repaired, .result.passed { background: var(--good-wash); color: var(--good); }
.status.awaiting-approval, .status.handed-over, .status.held-back { background: var(--medium-wash); color: var(--medium); }
.status.would-repair { background: var(--low-wash); color: var(--low); }
.result.not-evaluated { background: var(--unknown-wash); color: var(--unknown); }

table { width: 100%; border-collapse: separate; border-spacing: 0; background: var(--paper); border: 1px solid var(--line); border-radius: 14px; overflow: hidden; box-shadow: var(--shadow); font-size: .95rem; }
table + table { margin-top: 1.5rem; }
caption { text-align: left; padding: 0 .9rem .6rem; color: var(--soft); }
th, td { text-align: left; vertical-align: top; padding: .6rem .9rem; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
thead th { border-top: 0; white-space: nowrap; color: var(--soft); font-size: .85rem; font-weight: 600; background: var(--code); }
tbody th { font-weight: 700; white-space: nowrap; }
tbody tr:first-child > * { border-top: 0; }
tbody tr:target > * { background: var(--medium-wash); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.reason { display: block; color: var(--unknown); font-size: .9rem; }
footer { margin-top: 3.5rem; padding-top: 1.2rem; padding-bottom: 3rem; color: var(--soft); font-size: .9rem; border-top: 1px solid var(--line); }
footer p { margin: 0 0 .4rem; }

@media (max-width: 46rem) {
  .tiles { grid-template-columns: repeat(3, 1fr); gap: .5rem; }
  .changes { grid-template-columns: 1fr; }
  .changes .change.change { grid-column: auto; }
  .tile { padding: .6rem .7rem .5rem; }
  .tile dd { font-size: 1.6rem; }
  .masthead { padding-top: 1.75rem; }
  section { margin-top: 2.25rem; }
  .card { padding: .8rem 1rem .9rem; }
  .card dl div { grid-template-columns: 1fr; gap: 0; }
  .card dl { gap: .5rem; }
  .stacked, .stacked tbody, .stacked tr, .stacked th, .stacked td, .stacked caption { display: block; }
  .stacked thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .stacked tr { padding: .7rem 1rem; border-top: 1px solid var(--line); }
  .stacked tbody tr:first-child { border-top: 0; }
  .stacked tbody th, .stacked td { border: 0; padding: .1rem 0; text-align: left; }
  .stacked td[data-label]:not([data-label="Tests"])::before { content: attr(data-label) ": "; color: var(--soft); }
  .stacked caption { padding: .7rem 1rem; background: var(--code); }
  .stacked caption.hidden { padding: 0; }
}
@media print {
  body { background: none; }
  .card, .change, table, .tile { box-shadow: none; break-inside: avoid; }
  .skip { display: none; }
}
`;
