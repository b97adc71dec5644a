"""Which sentences does a report say itself, and which Results are their evidence?"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from agentlens import html
from agentlens.errors import BadInputError
from agentlens.page.rendering import rendering, sendable
from agentlens.report.parts.told import Told
from agentlens.result import Result

__all__ = ["POINTS", "Named", "Point", "Points", "pointed", "read_points", "written"]

POINTS = "application/vnd.agentlens.points.v1+json"
"""The type under which sentences travel from a notebook to its page."""

_LONGEST = 2000


@dataclass(frozen=True)
class Named:
    """A Result by its name alone, as a sentence from a notebook knows its evidence."""

    id: str
    title: str


Evidence = Result | Told | Named


@dataclass(frozen=True, repr=False)
class Point:
    """One sentence and the Results that it rests on; a page links to them.

    Attributes:
        says: the sentence.
        about: the evidence.
        link: where it leads outside of the report, such as to a trace; "" for nowhere.
    """

    says: str
    about: tuple[Evidence, ...] = ()
    link: str = ""

    def __post_init__(self) -> None:
        """Refuse what a page could not say or link to."""
        object.__setattr__(self, "about", _evidence(self.says, self.about))

    def __repr__(self) -> str:
        """Return the sentence and the titles of its evidence."""
        titles = ", ".join(one.title for one in self.about)
        return f"{self.says} [{titles}]" if titles else self.says


@dataclass(frozen=True, repr=False)
class Points:
    """Sentences that stand together, such as what changed since the last report.

    Attributes:
        points: the sentences, as Points or as texts.
        heading: what they are called; "" for nothing.

    Example:
        >>> Points(["Nothing changed."])
        - Nothing changed.
    """

    points: Sequence[Point | str]
    heading: str = ""

    def __post_init__(self) -> None:
        """Keep every sentence as a Point."""
        object.__setattr__(self, "points", pointed(self.points))

    def __iter__(self) -> Iterator[Point]:
        return iter(pointed(self.points))

    def __repr__(self) -> str:
        """Return one line a sentence."""
        head = [self.heading] if self.heading else []
        return "\n".join([*head, *(f"- {point!r}" for point in self)])

    def _ipython_display_(self) -> None:
        """Publish the sentences as a list, and as data where a page is being made."""
        from IPython.display import display  # noqa: PLC0415 - only a notebook has it

        show: Callable[..., object] = display
        data = {POINTS: written(self)} if rendering() else {}
        show({**data, "text/html": self._html(), "text/plain": sendable(repr(self))}, raw=True)

    def _html(self) -> str:
        head = f"<p><strong>{html.safe(self.heading)}</strong></p>" if self.heading else ""
        lines = "".join(f"<li>{html.safe(repr(point), most=_LONGEST)}</li>" for point in self)
        return f'<div class="mathjax_ignore">{head}<ul>{lines}</ul></div>'


def pointed(points: Iterable[Point | str]) -> tuple[Point, ...]:
    """Return sentences as Points.

    Args:
        points: texts, or Points, which stay as they are.

    Example:
        >>> pointed(["Look at tools first."])
        (Look at tools first.,)
    """
    if isinstance(points, (str, Point)):
        points = (points,)
    return tuple(one if isinstance(one, Point) else Point(one) for one in points)


def written(points: Points) -> str:
    """Return sentences as JSON that is ASCII; their evidence goes by its name.

    Args:
        points: the sentences.

    Example:
        >>> written(Points(["a"]))
        '{"heading": "", "points": [{"says": "a", "about": [], "link": ""}]}'
    """
    lines = [
        {
            "says": one.says,
            "about": [{"id": it.id, "title": it.title} for it in one.about],
            "link": one.link,
        }
        for one in points
    ]
    return json.dumps({"heading": points.heading, "points": lines})


def read_points(text: str) -> Points:
    """Return the sentences that a notebook holds.

    Args:
        text: JSON, as `written` returns it.

    Example:
        >>> read_points(written(Points(["a"], "Next")))
        Next
        - a
    """
    whole = json.loads(text)
    lines = (
        Point(one["says"], tuple(Named(it["id"], it["title"]) for it in one["about"]), one["link"])
        for one in whole["points"]
    )
    return Points(tuple(lines), whole["heading"])


def _evidence(says: object, about: object) -> tuple[Evidence, ...]:
    """Return the evidence as it is kept, or say what is wrong with the sentence or with it."""
    every = about if isinstance(about, (tuple, list)) else (about,)
    kept = tuple(one for one in every if isinstance(one, Evidence))
    if not isinstance(says, str) or not says.strip() or len(kept) < len(every):
        message = f"Point({says!r}): it needs a sentence, and about= takes Results."
        raise BadInputError(message)
    return kept
