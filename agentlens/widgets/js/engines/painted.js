// How does the picture of a control chart look at another setting?
// It is the picture that Python drew, with the lines and points that depend on the setting replaced.

const STEP = 0.25;

// A gap is a null, in lists as in what becomes of them as text.
const gaps = (values) => Array.from(values, (one) => (Number.isFinite(one) ? one : null));

const called = (figure, name) => figure.data.find((trace) => trace.name === name);

// The bins beyond their limits, where the line that left them stands.
function beyondTrace(trace, figure, { drawn, p }) {
  const out = [];
  if (drawn) drawn.beyond.forEach((side, t) => side && out.push(t));
  const height = (t) => {
    if (drawn.up) return drawn.beyond[t] > 0 ? drawn.up[t] : drawn.down[t];
    return drawn.ewma ? drawn.ewma[t] : p.arrays.value[t];
  };
  const said = p.points ?? called(figure, "bins");
  const { x } = called(figure, "limits");
  return {
    ...trace,
    x: out.map((t) => x[t]),
    y: out.map(height),
    ids: out.map((t) => said.ids[t]),
    hovertext: out.map((t) => said.hovertext[t]),
    customdata: out.map((t) => p.arrays.n[t]),
    marker: {
      ...trace.marker,
      symbol: out.map((t) => (drawn.beyond[t] > 0 ? "triangle-up" : "triangle-down")),
    },
  };
}

// The axis stays where it is, so that limits are seen to move; where they would leave it, it grows
// by a quarter, so that it is not another one in each frame of a drag.
function grown(layout, lines) {
  const range = layout?.yaxis?.range;
  const known = lines.flatMap((line) => Array.from(line).filter(Number.isFinite));
  if (!range || !known.length) return layout;
  const low = known.reduce((a, b) => Math.min(a, b));
  const high = known.reduce((a, b) => Math.max(a, b));
  const step = STEP * (range[1] - range[0]);
  const from = range[0] - step * Math.max(0, Math.ceil((range[0] - low) / step));
  const to = range[1] + step * Math.max(0, Math.ceil((high - range[1]) / step));
  return { ...layout, yaxis: { ...layout.yaxis, range: [from, to] } };
}

export function controlPainted(figure, outcome) {
  const { drawn, p } = outcome;
  if (outcome.here && outcome.waiting) return figure;
  const nothing = p.arrays.tested.map(() => NaN);
  const line = (name) => (drawn ? drawn[name] : nothing);
  const lines = {
    limits: "upper",
    "lower limit": "lower",
    EWMA: "ewma",
    "CUSUM upwards": "up",
    "CUSUM downwards": "down",
  };
  const data = figure.data.map((trace) => {
    if (trace.name === "beyond limits") return beyondTrace(trace, figure, outcome);
    const name = lines[trace.name];
    return name ? { ...trace, y: gaps(line(name)) } : trace;
  });
  const shown = Object.entries(lines).filter(([name]) => drawn && called(figure, name));
  return { ...figure, data, layout: grown(figure.layout, shown.map(([, name]) => drawn[name])) };
}
