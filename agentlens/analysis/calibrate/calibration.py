"""What does a calibration know, and which questions does it answer?"""

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Protocol, Self, cast

import pandas as pd

from agentlens.analysis.calibrate.evidence.basis import Basis
from agentlens.analysis.calibrate.evidence.tabled import frame_of
from agentlens.analysis.calibrate.evidence.told import band, caveats, facts, headline, signals
from agentlens.result import Result
from agentlens.tables.log import Log

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from agentlens.analysis.calibrate.bands import Bands
    from agentlens.analysis.calibrate.certify.gate import Gate
    from agentlens.analysis.calibrate.rate.corrected import Assume, CorrectedRate, Target
    from agentlens.analysis.calibrate.rate.difference import CorrectedDifference
    from agentlens.analysis.calibrate.threshold import Split as Chosen
    from agentlens.analysis.calibrate.threshold import Threshold
    from agentlens.measures.metric import Metric

__all__ = ["Calibration", "answered", "expired"]


class Watched(Protocol):
    """What of a watch on the judge is read here."""

    @property
    def who(self) -> str:
        """Who moved."""

    @property
    def headline(self) -> str:
        """The answer in one sentence."""


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Calibration(Result):
    """How a judge errs, by the labels of one window; it answers further questions.

    Attributes:
        basis: what it is bound to and rests on.
    """

    verb: ClassVar[str] = "calibrate"

    basis: Basis

    def figure(self) -> "go.Figure":
        """Return the picture: the judge's rates with the target and the human ceiling."""
        from agentlens.figures.judging.calibration import (  # noqa: PLC0415 - on first use
            calibration_figure,
        )

        ceiling = self.basis.people.ceiling
        known = ceiling is not None and isinstance(ceiling.value, float)
        return calibration_figure(
            self.frame,
            title=self.title,
            target=self.basis.question.target,
            ceiling=float(ceiling.value) if known and ceiling is not None else None,
        )

    @property
    def labelled(self) -> pd.DataFrame:
        """The labelled traces with the judge's verdict, of all splits and stages."""
        return self.basis.labelled.copy()

    @property
    def judged(self) -> pd.DataFrame:
        """The judged traces of the window, with what each stands for."""
        return self.basis.judged.copy()

    @property
    def metric(self) -> "Metric":
        """The corrected rate as a metric, for charts, slices and explanations; it assumes stable errors.

        Raises:
            BadInputError: the judge hardly separates pass from fail, or errs by unknown rates.
        """
        from agentlens.analysis.calibrate.rate.as_metric import as_metric  # noqa: PLC0415 - listed

        return as_metric(self.basis)

    def expire(self, because: "Watched | str") -> Self:
        """Return the same calibration, ended if the judge changed: it then answers no question.

        Args:
            because: what `watch_judge` returned, of which only a change of the judge ends anything;
                or a sentence that says why.
        """
        if not isinstance(because, str) and because.who != "the judge":
            return self
        why = because if isinstance(because, str) else because.headline
        return cast("Self", expired(self, why))

    def corrected_rate(
        self,
        log: Log | None = None,
        assume: "Assume" = "same_population",
        target: "Target" = "process",
        by: "str | Sequence[str] | None" = None,
    ) -> "CorrectedRate":
        """Return the share of traces that people would pass, with an interval that covers.

        Args:
            log: another window; None for the one of the labels.
            assume: "same_population": labels and verdicts are of this window. "stable_errors": the
                judge errs there as it did here, while the traffic may differ.
            target: "process", what made this window; or "window", exactly these traces.
            by: trace columns, for a rate in each slice; needs the log.
        """
        from agentlens.analysis.calibrate.rate.corrected import (  # noqa: PLC0415 - listed only
            corrected_rate,
        )

        return corrected_rate(self.basis, log, assume=assume, target=target, by=by)

    def difference(
        self, a: Log, b: Log, assume: "Assume" = "stable_errors"
    ) -> "CorrectedDifference":
        """Return by how much more of b people would pass than of a.

        Args:
            a: a window, a version, a baseline.
            b: another, without a trace of the first.
            assume: "stable_errors": one calibration serves both, and most of its noise cancels.
                "same_population": each side has labels of its own.
        """
        from agentlens.analysis.calibrate.rate.difference import (  # noqa: PLC0415 - listed only
            corrected_difference,
        )

        return corrected_difference(self.basis, a, b, assume=assume)

    def gate(
        self,
        min_agreement: float | None = 0.85,
        min_sensitivity: float | None = None,
        min_specificity: float | None = None,
        *,
        level: float = 0.95,
        sequential: bool = False,
    ) -> "Gate":
        """Return whether the judge is certified: every lower bound reaches what is asked.

        Args:
            min_agreement: with people.
            min_sensitivity: of what people pass, how much it must pass at least.
            min_specificity: of what people fail, how much it must fail at least.
            level: one less the chance to certify a judge that just misses a target.
            sequential: allow looking after every label; uniform labels only, agreement only.
        """
        from agentlens.analysis.calibrate.certify.gate import gate  # noqa: PLC0415 - listed only

        asked = {
            "agreement": min_agreement,
            "sensitivity": min_sensitivity,
            "specificity": min_specificity,
        }
        return gate(self.basis, asked, level=level, sequential=sequential)

    def threshold(
        self,
        *,
        cost_fp: float = 1.0,
        cost_fn: float = 1.0,
        choose: "Chosen" = "dev",
        report: "Chosen" = "test",
        seed: int = 0,
    ) -> "Threshold":
        """Return from which score on to pass, chosen on dev labels and reported on test ones.

        Args:
            cost_fp: what it costs to pass what people fail.
            cost_fn: what it costs to fail what people pass.
            choose: the split on which it is chosen.
            report: the split on which it is reported.
            seed: of the draws behind its interval.
        """
        from agentlens.analysis.calibrate.threshold import threshold  # noqa: PLC0415 - listed only

        return threshold(
            self,
            cost_fp=cost_fp,
            cost_fn=cost_fn,
            choose=choose,
            report=report,
            seed=seed,
            refusal=self.basis.beyond_use,
        )

    def bands(
        self, auto_pass_error: float = 0.05, page_error: float = 0.10, delta: float = 0.10
    ) -> "Bands":
        """Return the scores above which nobody need look, and below which somebody is called.

        Args:
            auto_pass_error: of the traces passed unseen, how many may fail.
            page_error: of the traces somebody is called for, how many may pass.
            delta: the chance that either promise is broken.
        """
        from agentlens.analysis.calibrate.bands import bands  # noqa: PLC0415 - listed only

        return bands(
            self,
            auto_pass_error=auto_pass_error,
            page_error=page_error,
            delta=delta,
            refusal=self.basis.beyond_use,
        )


def answered(basis: Basis) -> Calibration:
    """Return the answer that a basis gives."""
    who = basis.judge or "the judge"
    split = "" if basis.question.split == "test" else f", {basis.question.split} labels"
    return Calibration(
        title=f"Calibration of {who} on {basis.rubric}{split}",
        band=band(basis),
        headline=headline(basis),
        frame=frame_of(basis),
        caveats=caveats(basis),
        known=MappingProxyType(facts(basis)),
        found=signals(basis),
        basis=basis,
    )


def expired(calibration: Calibration, reason: str) -> Calibration:
    """Return the same calibration, no longer valid: it answers no question but with the reason.

    Args:
        calibration: what held until now.
        reason: a sentence, such as the headline of an alarm of `watch_judge`.
    """
    return answered(replace(calibration.basis, expired=reason))
