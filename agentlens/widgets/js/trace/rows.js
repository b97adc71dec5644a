// Which rows of a tree are in sight, and which of them are drawn? (knows no page)

export const TRACE_ROW = 24;
export const TRACE_FLAG = { error: 1, skewed: 2, lost: 4, cut: 8, running: 16, backwards: 32, made: 64 };
const TRACE_ALL = 200;
const TRACE_SPARE = 12;

// From the columns of the steps: per row its level from 1, its place among its siblings, their number,
// and its first child, -1 for none. A row's parent always stands above it.
export function traceShape({ n, parent }) {
  const level = new Array(n);
  const nth = new Array(n);
  const first = new Array(n).fill(-1);
  const counts = new Map();
  for (let row = 0; row < n; row += 1) {
    const above = parent[row];
    level[row] = above < 0 ? 1 : level[above] + 1;
    const before = counts.get(above) ?? 0;
    counts.set(above, before + 1);
    nth[row] = before + 1;
    if (above >= 0 && before === 0) first[above] = row;
  }
  return { n, parent, level, nth, first, siblings: (row) => counts.get(parent[row]) };
}

// The rows of which every row above is open, from top to bottom.
export function traceInSight({ n, parent }, open) {
  const seen = new Array(n);
  const rows = [];
  for (let row = 0; row < n; row += 1) {
    const above = parent[row];
    seen[row] = above < 0 || (seen[above] && open.has(above));
    if (seen[row]) rows.push(row);
  }
  return rows;
}

// From which to which row in sight is drawn, when so many pixels of them are scrolled away.
export function traceWindow(many, scrolled, height) {
  if (many <= TRACE_ALL) return [0, many];
  const from = Math.floor(scrolled / TRACE_ROW) - TRACE_SPARE;
  const to = Math.ceil((scrolled + height) / TRACE_ROW) + TRACE_SPARE;
  return [Math.max(0, Math.min(from, many - 1)), Math.min(many, to)];
}

// All rows above a row.
export function traceAbove({ parent }, row) {
  const found = [];
  for (let at = parent[row]; at >= 0; at = parent[at]) found.push(at);
  return found;
}

// The next of some rows after one of them, from the top again after the last; null if there is none.
export function traceNext(rows, after) {
  return rows.find((row) => row > after) ?? rows[0] ?? null;
}

// Where a bar stands on the axis, in percent: from and how long; what has no length runs to the end.
export function traceBar({ axis, begin, length }, row) {
  if (!axis) return [0, 100];
  const from = Math.min(100, (100 * begin[row]) / axis);
  const long = length[row] === null ? 100 - from : (100 * length[row]) / axis;
  return [from, Math.min(100 - from, long)];
}
