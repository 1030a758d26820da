/**
 * Colours of the studies by place, the baseline first: those of Okabe and Ito, darkened for paper and lightened for dark screens. Places
 * beyond them begin anew after the baseline.
 */
const light = ['#59636e', '#0072b2', '#b35900', '#007a5a', '#a8418a', '#5b4bb7', '#7d6500', '#b3261e'];
const dark = ['#9aa5b1', '#56b4e9', '#f0a04b', '#35c79a', '#dd8fc4', '#b3a5ff', '#e0c34a', '#f28b82'];
const mostPlaces = 64;

const colours = (list: readonly string[]): string => list.map((colour, place) => `--c${place}: ${colour};`).join(' ');
const places = Array.from(
  { length: mostPlaces },
  (_, place) => `.s${place} { --study: var(--c${place === 0 ? 0 : ((place - 1) % (light.length - 1)) + 1}); }`,
).join(' ');

/** Style of the report: light and dark by the reader's system, light on paper. */
export const reportStyle = `
:root { --paper: #ffffff; --ink: #1c2128; --quiet: #59636e; --rule: #d8dee4; --band: #f6f8fa; --good: #007a5a; --bad: #b3261e; --shade: #0072b2; --other: #b35900; --ins: #d9f2e6; --del: #fbe1df; ${colours(light)} }
@media screen and (prefers-color-scheme: dark) { :root { --paper: #15181d; --ink: #e6eaef; --quiet: #9aa5b1; --rule: #343b45; --band: #1c2128; --good: #35c79a; --bad: #f28b82; --shade: #56b4e9; --other: #f0a04b; --ins: #17402f; --del: #4d2524; ${colours(dark)} } }
${places}
* { box-sizing: border-box; }
body { margin: 2.5rem auto; max-width: 80rem; padding: 0 1.25rem; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, sans-serif; }
h1 { font-size: 1.7rem; margin: 0; } h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; border-bottom: 1px solid var(--rule); padding-bottom: .3rem; } h3 { font-size: 1.05rem; margin: 2rem 0 .5rem; } h4 { font-size: .95rem; margin: 1rem 0 .2rem; }
.quiet { color: var(--quiet); font-size: .9em; font-weight: 400; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .87rem; }
.summary { width: 100%; }
th, td { padding: .38rem .5rem; text-align: right; border-bottom: 1px solid var(--rule); vertical-align: top; white-space: nowrap; }
tbody td[colspan] { white-space: normal; text-align: left; }
thead th { color: var(--quiet); font-weight: 600; vertical-align: bottom; }
th:first-child, .texts th, .texts td { text-align: left; } .texts td { white-space: normal; }
.baseline, .text-alone { color: var(--quiet); } .text-alone th { font-weight: 400; padding-left: 1.6rem; }
.verdicts { list-style: none; padding: 0; margin: .5rem 0 1rem; }
li.verdict { border-left: 4px solid var(--rule); padding: .1rem .75rem; margin: .3rem 0; }
li.better { border-color: var(--good); } li.worse { border-color: var(--bad); } td .better { color: var(--good); } td .worse { color: var(--bad); }
figure { margin: 1.5rem 0; break-inside: avoid; } figcaption { color: var(--quiet); font-size: .87rem; margin-top: .3rem; } figcaption strong { color: var(--ink); }
svg { display: block; width: 100%; max-width: 46rem; height: auto; font: 12px system-ui, sans-serif; }
.grid { stroke: var(--rule); } .tick { fill: var(--quiet); font-size: 11px; } .name, .value { fill: var(--ink); } .value { font-variant-numeric: tabular-nums; }
.majority { stroke: var(--quiet); stroke-dasharray: 4 4; stroke-width: 1.5; }
.bar { stroke: var(--study); stroke-width: 2; } .mark, .dot { fill: var(--study); } .mark.hollow { fill: var(--paper); stroke: var(--study); stroke-width: 2; }
.curve { fill: none; stroke: var(--study); stroke-width: 2; stroke-linejoin: round; } .dev { stroke-width: 1.2; stroke-dasharray: 3 3; } .thin { stroke-width: 1; }
.bin { fill: var(--study); fill-opacity: .75; stroke: var(--paper); }
.key { display: inline-block; width: .7em; height: .7em; margin-right: .45em; background: var(--study); print-color-adjust: exact; -webkit-print-color-adjust: exact; } .entry { margin-left: .8em; white-space: nowrap; }
.small-multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(11.5rem, 1fr)); gap: .5rem 1.25rem; } .small-multiples figure { margin: .5rem 0; } .square { max-width: 14rem; }
.matrices { display: flex; flex-wrap: wrap; gap: 0 3rem; break-inside: avoid; } .matrices figure { margin: .75rem 0; max-width: 100%; }
.matrix { margin-top: .4rem; font-size: .82rem; } .matrix td { min-width: 3rem; text-align: center; border: 1px solid var(--rule); padding: .3rem .4rem; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.matrix thead th { font-weight: 400; text-align: center; max-width: 7rem; overflow: hidden; text-overflow: ellipsis; } .matrix tbody th { font-weight: 400; }
.matrix .right, .matrix .more { background: color-mix(in srgb, var(--shade) calc(var(--share) * 60%), var(--paper)); } .matrix .wrong, .matrix .fewer { background: color-mix(in srgb, var(--other) calc(var(--share) * 60%), var(--paper)); }
.words { background: var(--band); border: 1px solid var(--rule); border-radius: 6px; padding: .7rem 1rem; margin: .4rem 0; white-space: pre-wrap; }
ins, del { border-radius: 3px; padding: 0 .1em; print-color-adjust: exact; -webkit-print-color-adjust: exact; } ins { background: var(--ins); text-decoration-color: var(--good); } del { background: var(--del); text-decoration-color: var(--bad); }
pre { background: var(--band); border: 1px solid var(--rule); border-radius: 6px; padding: .8rem 1rem; overflow-x: auto; font-size: .82rem; line-height: 1.45; white-space: pre-wrap; overflow-wrap: anywhere; }
.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(19rem, 1fr)); gap: .25rem 1.5rem; } .panels figure { margin: .5rem 0; } .other .curve, .other .dot { opacity: .18; }
.word { white-space: nowrap; }
.hash { overflow-wrap: anywhere; font-size: .85em; font-family: ui-monospace, monospace; } code { font-size: .9em; overflow-wrap: anywhere; }
.commands { table-layout: auto; } .commands td:first-child { min-width: 15rem; }
ul, ol { padding-left: 1.3rem; margin: .3rem 0; } summary { cursor: pointer; }
@media print {
  @page { size: landscape; margin: 12mm; }
  body { margin: 0; padding: 0; max-width: none; font-size: 9.5pt; }
  .wide { overflow: visible; } figcaption, .quiet { font-size: 8pt; } h3 { margin-top: 1.2rem; } th, td { padding: .25rem .35rem; } table { font-size: 8pt; } .summary { font-size: 7.5pt; } td .quiet, th .quiet { font-size: .9em; }
  h2, h3, h4, figcaption { break-after: avoid; } tr, li, article { break-inside: avoid; } .task + .task { break-before: page; }
  .matrices { gap: 0 1.5rem; } .matrices figure { margin: .3rem 0; } .matrix { font-size: 7.5pt; } .matrix td { padding: .15rem .3rem; }
  svg { max-width: 15cm; } .square { max-width: 4.2cm; } .small-multiples { grid-template-columns: repeat(4, 1fr); } .panels { grid-template-columns: repeat(2, 1fr); } .word { white-space: normal; } .raw { display: none; } .commands td:first-child { min-width: 0; }
}
`;
