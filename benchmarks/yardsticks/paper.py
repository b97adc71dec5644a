"""What is the picture drawn on, and in which colours? Each stands out on its paper."""

from dataclasses import dataclass

__all__ = ["DARK", "LIGHT", "Paper"]


@dataclass(frozen=True)
class Paper:
    """What is drawn on: its name, colours of paper, words, lines behind, and of the ways."""

    name: str
    paper: str
    ink: str
    faint: str
    colours: tuple[str, ...]


LIGHT = Paper(
    "light", "#FFFFFF", "#1F2937", "#D1D5DB",
    ("#0072B2", "#B84700", "#007A59", "#A8487F", "#1C7CB8", "#8A5F00", "#1F2937"),
)  # fmt: skip
DARK = Paper(
    "dark", "#131416", "#E5E7EB", "#3F444D",
    ("#56B4E9", "#F28E5C", "#3CC29A", "#E3A6C8", "#9AD1F5", "#F0C04A", "#E5E7EB"),
)  # fmt: skip
