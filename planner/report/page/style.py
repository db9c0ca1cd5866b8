"""How the page looks: light, calm, readable from a telephone's width up and on paper."""

CSS = """
:root { --ink:#1d2733; --muted:#5b6875; --rule:#e3e8ed; --ground:#f6f8fa; --accent:#1f5a8a; --good:#1d6b45; --bad:#a23b00; }
* { box-sizing:border-box; }
html { scroll-behavior:smooth; -webkit-text-size-adjust:100%; }
body { margin:0; background:#fff; color:var(--ink);
  font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans CJK SC",sans-serif; }
main, header.top, footer { max-width:1240px; margin:0 auto; padding:0 28px; }
header.top { padding-top:36px; }
h1 { font-size:28px; line-height:1.2; margin:0 0 6px; font-weight:650; overflow-wrap:anywhere; }
h2 { font-size:20px; margin:0 0 6px; font-weight:650; }
h3 { font-size:15px; margin:26px 0 8px; font-weight:650; }
p { margin:0 0 12px; max-width:76ch; }
p.lead { color:var(--muted); margin-bottom:4px; max-width:none; }
small, .small { font-size:12.5px; color:var(--muted); }
nav { position:sticky; top:0; z-index:5; background:rgba(255,255,255,.96); border-bottom:1px solid var(--rule); margin-top:22px; }
nav div { max-width:1240px; margin:0 auto; padding:0 28px; display:flex; gap:20px; overflow-x:auto; }
nav a { color:var(--muted); text-decoration:none; padding:11px 0; white-space:nowrap; font-size:14px; }
nav a:hover, nav a:focus { color:var(--accent); }
a { color:var(--accent); }
section { padding:34px 0 8px; border-bottom:1px solid var(--rule); scroll-margin-top:48px; }
section:last-of-type { border-bottom:0; }
.cards { display:grid; grid-template-columns:repeat(auto-fill,minmax(205px,1fr)); gap:14px; margin:18px 0 20px; }
.card { border:1px solid var(--rule); border-radius:10px; padding:14px 16px; background:#fff; }
.card .name { color:var(--muted); font-size:13px; }
.card .value {
  font-size:25px; font-weight:650; line-height:1.25; margin:3px 0; font-variant-numeric:tabular-nums; overflow-wrap:anywhere; }
.card .value small { font-size:14px; font-weight:500; }
.card .note { color:var(--muted); font-size:12.5px; line-height:1.4; }
.card.good { border-left:4px solid var(--good); } .card.bad { border-left:4px solid var(--bad); }
.scroll { overflow-x:auto; margin:8px 0 18px; border:1px solid var(--rule); border-radius:8px; }
.scroll:focus-visible { outline:2px solid var(--accent); }
table { border-collapse:collapse; width:100%; font-size:13.5px; font-variant-numeric:tabular-nums; }
caption { text-align:left; padding:9px 8px; color:var(--muted); font-size:13px; }
th, td { padding:7px 8px; text-align:left; vertical-align:top; border-top:1px solid var(--rule); }
thead th {
  background:var(--ground); color:var(--muted); font-weight:600; font-size:12.5px; border-top:0;
  vertical-align:bottom; white-space:normal; }
caption + thead th { border-top:1px solid var(--rule); }
tbody th { font-weight:550; min-width:110px; overflow-wrap:break-word; background:#fff; }
tbody th, thead th:first-child { position:sticky; left:0; }
tbody tr:first-child th, tbody tr:first-child td { border-top:1px solid var(--rule); }
.n { text-align:right; white-space:nowrap; } .n small { display:inline-block; max-width:200px; white-space:normal; }
.c { text-align:center; white-space:nowrap; } .w { white-space:nowrap; }
tr.total th, tr.total td { font-weight:650; border-top:2px solid var(--rule); }
.kept { color:var(--good); font-weight:600; white-space:nowrap; }
.missed { color:var(--bad); font-weight:600; white-space:nowrap; }
.none { color:var(--muted); white-space:nowrap; }
figure { margin:10px 0 22px; } figure .plot { width:100%; min-height:120px; }
figcaption { color:var(--muted); font-size:12.5px; max-width:90ch; }
details { margin:6px 0 16px; } summary { cursor:pointer; color:var(--accent); padding:4px 0; }
ul { margin:0 0 12px; padding-left:20px; } li { margin:3px 0; max-width:90ch; overflow-wrap:anywhere; }
dl { display:grid; grid-template-columns:minmax(130px,210px) 1fr; gap:7px 20px; margin:10px 0 18px; }
dt { font-weight:600; } dd { margin:0; max-width:84ch; overflow-wrap:anywhere; }
code { font:12.5px ui-monospace,SFMono-Regular,Menlo,monospace; overflow-wrap:anywhere; }
.notice { border:1px solid var(--rule); border-left:4px solid #b8860b; background:var(--ground);
  border-radius:8px; padding:12px 16px; margin:12px 0; }
footer { color:var(--muted); font-size:12.5px; padding-top:22px; padding-bottom:44px; }
@media (max-width:860px) {
  main, header.top, footer, nav div { padding-left:16px; padding-right:16px; }
  h1 { font-size:23px; } dl { grid-template-columns:1fr; gap:2px; } dd { margin-bottom:9px; }
  th, td { padding:6px 9px; }
}
@media print {
  @page { margin:14mm; }
  body { font-size:11px; } nav { display:none; } section { padding:16px 0 4px; }
  figure, .card, tr { break-inside:avoid; } h2, h3 { break-after:avoid; }
  .scroll { overflow:visible; border:0; } table { font-size:9.5px; } th, td { padding:3px 5px; min-width:0; }
  tbody th { min-width:0; } thead th, caption, small, .small, figcaption, .card .note, .card .name { font-size:9px; }
  .card .value { font-size:18px; } .cards { grid-template-columns:repeat(4,1fr); }
  .n, .c { white-space:normal; } .updatemenu-container, .modebar { display:none; }
}
"""
