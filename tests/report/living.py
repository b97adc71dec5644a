"""Live views that come from no notebook: all that a report may know of one."""

from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from agentlens import html
from agentlens.widgets.chart.chart import Chart

KNOB = """
export default {
  render({ model, el }) {
    const { marks } = JSON.parse(model.get("state"));
    const numbers = new Float64Array(model.get("data").buffer.slice(0));
    const label = document.createElement("label");
    const knob = Object.assign(document.createElement("input"), { type: "range", max: "9" });
    const said = Object.assign(document.createElement("output"), { className: "said" });
    const tell = () => {
      const beyond = marks.filter((one) => one > Number(knob.value)).length;
      said.textContent = `${beyond} signals, ${numbers.length} numbers, still ${model.get("still")}`;
    };
    label.append("limit", knob);
    knob.oninput = tell;
    knob.value = "0";
    el.append(label, said);
    tell();
  },
};
"""


@dataclass
class Knob:
    """A view with a knob, whose script is its own."""

    words: str = "Nine marks."
    esm: str = KNOB
    css: str = ".said { color: inherit; }"
    private: bool = False
    more: dict[str, Any] = field(default_factory=dict)

    def alt(self) -> str:
        return self.words

    def bundle(self) -> dict[str, Any]:
        import base64
        import json

        state = {"marks": list(range(1, 10)), "words": self.words, **self.more}
        return {
            "view": "knob",
            "title": self.words[:300],
            "alt": self.words,
            "card": html.card("Knob", headline=self.words),
            "private": self.private,
            "esm": self.esm,
            "css": self.css,
            "state": json.dumps(state),
            "data": base64.b64encode(bytes(24)).decode(),
        }


def live_chart(kind: str = "scatter", name: str = "Rate") -> Chart:
    days = [f"2026-11-{day:02d}" for day in range(1, 13)]
    figure = go.Figure(layout={"title": {"text": name}, "height": 300})
    return Chart(
        figure.add_trace({"type": kind, "x": days, "y": [*range(12)]}), alt=f"{name} rises."
    )
