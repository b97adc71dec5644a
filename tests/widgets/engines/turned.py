"""What knobs do tests of engines turn?"""

from agentlens.widgets.tune.knobs import Knob

__all__ = ["turned"]


def turned(name: str, given: tuple[float, ...] | list[float] | list[str], default: object) -> Knob:
    """Return a range of a low, a high and a step (a hundredth of it if left out), or a choice."""
    if isinstance(given, list):
        options = tuple((str(one), one) for one in given)
        return Knob(name=name, kind="choice", options=options, default=default)
    low, high = given[0], given[1]
    step = given[2] if len(given) > 2 else (high - low) / 100
    return Knob(name=name, kind="range", low=low, high=high, step=step, default=default)
