// Draws a chart from the table behind it: <figure class="chart" data-chart="table-id"><div class="plot"></div></figure>. The first column is an instant
// (a <time>), each further one a series named by its heading. Without script the table is all there is, and it says the same.
(() => {
  'use strict';

  const drawn = new Map();

  // In UTC, as everywhere.
  const utc = (seconds) => new Date(seconds * 1000).toISOString();

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }

  function read(table) {
    const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells]);
    rows.sort((a, b) => Date.parse(a[0].querySelector('time').dateTime) - Date.parse(b[0].querySelector('time').dateTime));
    const data = [rows.map((cells) => Date.parse(cells[0].querySelector('time').dateTime) / 1000)];
    names.forEach((_, i) => data.push(rows.map((cells) => Number(cells[i + 1].textContent))));
    return { names, data };
  }

  function draw(figure) {
    const table = document.getElementById(figure.dataset.chart);
    const plot = figure.querySelector('.plot');
    if (!table || !plot) return;
    drawn.get(figure)?.destroy();
    const { names, data } = read(table);
    const colours = [colour('--good'), colour('--bad'), colour('--accent')];
    const axis = { stroke: colour('--quiet'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line') } };
    plot.replaceChildren();
    drawn.set(figure, new uPlot({
      width: plot.clientWidth,
      height: 220,
      cursor: { drag: { x: false, y: false } },
      scales: { y: { range: (_, __, max) => [0, Math.max(5, max * 1.1)] } },
      axes: [{ ...axis, values: (_, ticks) => ticks.map((tick) => utc(tick).slice(11, 16)) }, axis],
      series: [{ label: 'UTC', value: (_, at) => (at == null ? '–' : utc(at).slice(0, 16).replace('T', ' ')) }, ...names.map((label, i) => ({ label, stroke: colours[i], width: 2, dash: i === 1 ? [6, 4] : undefined, points: { show: false } }))],
    }, data, plot));
  }

  const all = () => document.querySelectorAll('figure[data-chart]').forEach(draw);
  addEventListener('resize', all);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', all);
  document.addEventListener('htmx:afterSettle', all);
  all();
})();
