/** Style of the report: light and dark by the reader's system, plain on paper. Colours of methods are those of Okabe and Ito. */
export const reportStyle = `
:root { --paper: #ffffff; --ink: #1c2128; --quiet: #59636e; --rule: #d8dee4; --band: #f6f8fa; --hard: #59636e; --soft: #0072b2; --v1: #b35900; --v2: #007a5a; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181d; --ink: #e6eaef; --quiet: #9aa5b1; --rule: #343b45; --band: #1c2128; --hard: #9aa5b1; --soft: #56b4e9; --v1: #f0a04b; --v2: #35c79a; } }
* { box-sizing: border-box; }
body { margin: 2.5rem auto; max-width: 68rem; padding: 0 1.25rem; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, sans-serif; }
h1 { font-size: 1.7rem; margin: 0; } h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; border-bottom: 1px solid var(--rule); padding-bottom: .3rem; } h3 { font-size: 1rem; margin: 1.5rem 0 .4rem; }
.quiet { color: var(--quiet); font-size: .9em; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .87rem; width: 100%; }
th, td { padding: .38rem .6rem; text-align: right; border-bottom: 1px solid var(--rule); vertical-align: top; }
th, td { white-space: nowrap; } tbody td[colspan] { white-space: normal; }
thead th { color: var(--quiet); font-weight: 600; vertical-align: bottom; }
th:first-child { text-align: left; white-space: nowrap; }
tbody td[colspan] { text-align: left; } .baseline { color: var(--quiet); }
figure { margin: 1.5rem 0; } figcaption { color: var(--quiet); font-size: .87rem; margin-top: .3rem; }
svg { display: block; width: 100%; max-width: 46rem; height: auto; font: 12px system-ui, sans-serif; }
.grid { stroke: var(--rule); } .tick { fill: var(--quiet); font-size: 11px; } .name, .value { fill: var(--ink); } .value { font-variant-numeric: tabular-nums; }
.majority { stroke: var(--quiet); stroke-dasharray: 4 4; stroke-width: 1.5; }
.bar { stroke: var(--method); stroke-width: 2; } .mark, .dot { fill: var(--method); }
.curve { fill: none; stroke: var(--method); stroke-width: 2; stroke-linejoin: round; } .dev { stroke-width: 1.2; stroke-dasharray: 3 3; }
.hard { --method: var(--hard); } .soft { --method: var(--soft); } .v1 { --method: var(--v1); } .v2 { --method: var(--v2); }
.key { display: inline-block; width: .7em; height: .7em; margin-right: .45em; background: var(--method); } .entry { margin-left: .8em; white-space: nowrap; }
pre { background: var(--band); border: 1px solid var(--rule); border-radius: 6px; padding: .8rem 1rem; overflow-x: auto; font-size: .82rem; line-height: 1.45; white-space: pre-wrap; }
ul { padding-left: 1.2rem; margin: .3rem 0; } summary { cursor: pointer; }
@media print { :root { --paper: #ffffff; --ink: #000000; } body { margin: 0; max-width: none; font-size: 11pt; } section, figure, table { break-inside: avoid; } .wide { overflow: visible; } }
`;
