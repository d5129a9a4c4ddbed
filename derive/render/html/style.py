"""The style of HTML pages: few rules, for a desk, a phone, the dark and paper."""

STYLE = """
:root { color-scheme: light dark; --ink: #1b1b1b; --paper: #fff; --faint: #5c6570; --line: #d5dae0;
  --accent: #0b57a4; --good: #136c2e; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6e6; --paper: #16181b; --faint: #a5adb8; --line: #3a4048; --accent: #86b9f5;
    --good: #7ccf8f; --bad: #ff9d92; }
  .line-0 { stroke: #86b9f5; } .fill-0 { fill: #86b9f5; }
  .line-1 { stroke: #f5a56b; } .fill-1 { fill: #f5a56b; }
  .line-2 { stroke: #5fcfae; } .fill-2 { fill: #5fcfae; }
  .line-3 { stroke: #e79ccb; } .fill-3 { fill: #e79ccb; }
  .line-4 { stroke: #c3cf5a; } .fill-4 { fill: #c3cf5a; }
  .line-5 { stroke: #7cc8de; } .fill-5 { fill: #7cc8de; }
  .line-6 { stroke: #d9b265; } .fill-6 { fill: #d9b265; }
  .line-7 { stroke: #b5b5b5; } .fill-7 { fill: #b5b5b5; } }
.faint { fill: var(--faint); }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 48rem; background: var(--paper);
  color: var(--ink); font: 1rem/1.6 Charter, "Bitstream Charter", "Source Serif 4", Georgia, serif;
  overflow-wrap: break-word; }
h1, h2, h3, h4 { line-height: 1.25; break-after: avoid; text-wrap: balance; }
h1 { font-size: 1.6rem; margin: 0 0 .2em; }
h2 { font-size: 1.3rem; margin: 2.2em 0 .6em; }
h3 { font-size: 1.08rem; margin: 1.8em 0 .5em; }
.under { color: var(--faint); margin: 0; }
a { color: var(--accent); }
code { font-size: .9em; white-space: pre-wrap; }
math { font-family: "Latin Modern Math", "STIX Two Math", "Cambria Math", "Libertinus Math",
  "TeX Gyre Termes Math", "DejaVu Math TeX Gyre", math; }
.display, .derivation { margin: 1em 0 1em 1.5rem; overflow-x: auto; overflow-y: hidden;
  padding: .1em 0; }
.derivation { display: grid; grid-template-columns: max-content minmax(0, 1fr) fit-content(14rem);
  gap: .7em .4em; align-items: baseline; }
.line { display: contents; }
.left { grid-column: 1; text-align: right; }
.left.wide { grid-column: 1 / -1; text-align: left; }
.right { grid-column: 2; padding-left: 2.4em; text-indent: -2.4em; }
.right.wide { grid-column: 2 / -1; overflow-x: auto; overflow-y: hidden; }
.right.wide math { font-size: .92em; }
.right.wide + .reason { grid-column: 2 / -1; }
.right math { text-indent: 0; }
.reason { grid-column: 3; color: var(--faint); font-size: .88em; text-align: right; }
.nobreak { white-space: nowrap; }
.mark { font-weight: bold; }
.proved { color: var(--good); }
.refuted, .unread { color: var(--bad); }
mtd.l { text-align: left; }
mtd.r { text-align: right; }
mtable.cases mtd { padding: .25em .5em .25em 0; }
@counter-style bracketed-a { system: extends lower-alpha; prefix: "("; suffix: ") "; }
@counter-style bracketed-i { system: extends lower-roman; prefix: "("; suffix: ") "; }
ol.a { list-style: bracketed-a; }
ol.i { list-style: bracketed-i; }
li { margin: .4em 0; }
li:has(.derivation) + li { margin-top: 1.2em; }
li > :first-child, aside > :first-child { margin-top: 0; }
li > :last-child, aside > :last-child { margin-bottom: 0; }
table { border-collapse: collapse; margin: 1em 0; }
th, td { padding: .3em .8em .3em 0; text-align: left; border-bottom: 1px solid var(--line);
  vertical-align: baseline; }
aside { margin: 1.2em 0; padding: .1em 0 .1em 1em; border-left: 3px solid var(--line); }
aside.source, aside.points { border: 0; padding: 0; color: var(--faint); font-size: .9em; }
aside.refuted { border-color: var(--bad); color: inherit; }
aside.proved { border-color: var(--good); color: inherit; }
figure { margin: 1.5em 0; }
figure svg { max-width: 100%; height: auto; }
figcaption { color: var(--faint); font-size: .9em; }
@media (max-width: 40em) {
  .display, .derivation { margin-left: 0; }
  ol, ul { padding-left: 1.6em; }
  .right math { font-size: .92em; }
  .derivation { display: block; }
  .line { display: block; margin: .6em 0; }
  .left, .right { display: block; text-align: left; margin-bottom: .3em; overflow-x: auto;
    overflow-y: hidden; padding-top: .1em; padding-bottom: .1em; }
  .right { padding-left: 3em; }
  .reason { display: block; text-align: left; padding-left: 3.4em; } }
@media print {
  :root { --ink: #000; --paper: #fff; --faint: #444; --line: #bbb; --accent: #000; }
  body { max-width: none; padding: 0; font-size: 10pt; line-height: 1.4; }
  h2 { margin: 1.3em 0 .4em; }
  p { margin: .6em 0; }
  li:has(.derivation) + li { margin-top: .8em; }
  .display, .derivation { margin: .6em 0 .6em 1.5rem; row-gap: .45em; }
  .left, .right, .reason, .display, figure, aside { break-inside: avoid; }
  .break { break-after: page; }
  @page { margin: 1.8cm; } }
"""
