"""Can a model do what a judge wants of it, and for how long will it be there?"""

from datetime import UTC, datetime

from agentlens.errors import BadInputError, UnknownNameError, near
from agentlens.scoring.judges.api.facts import EFFORTS, ModelFacts, facts_of
from agentlens.scoring.judges.api.sender import ApiSender
from agentlens.scoring.judges.judge import Judge
from agentlens.scoring.judges.reply import Sender

__all__ = ["ModelFacts", "checked", "facts", "line_of", "refuse_unsupported", "retirement"]

_LINES = ("haiku", "sonnet", "opus", "fable", "mythos")
_SOON = 60


def checked(judge: Judge, sender: Sender, *, batch: bool = False) -> ModelFacts | None:
    """Return what the judge's address says of its model, if that is fit for what is wanted.

    Args:
        judge: whom to ask.
        sender: of the judge's requests.
        batch: whether a batch is meant.

    Raises:
        BadInputError: the model cannot do what is wanted, or is retired.
        UnknownNameError: the address knows its models, and not this one.
    """
    known = facts(judge, sender)
    if known is not None:
        refuse_unsupported(judge, known, batch=batch)
    return known


def facts(judge: Judge, sender: Sender) -> ModelFacts | None:
    """Return what the judge's address says of its model, None where it does not say.

    Args:
        judge: whom to ask.
        sender: of the judge's requests.

    Raises:
        UnknownNameError: the address knows its models, and not this one.
    """
    if not isinstance(sender, ApiSender):
        return None
    said = sender.model(judge.model)
    if said is None:
        return None
    if not said:
        listed = sender.models()
        if listed and judge.model not in listed:
            raise UnknownNameError("model", judge.model, listed, hint=f"Asked at {judge.host}.")
        return None
    return facts_of(said)


def refuse_unsupported(judge: Judge, known: ModelFacts, *, batch: bool = False) -> None:
    """Refuse a wish that the API would refuse, before it costs anything.

    Args:
        judge: what is wanted.
        known: what the model can do.
        batch: whether a batch is meant.
    """
    name, levels = judge.model, known.efforts
    if known.lifecycle == "retired":
        _refuse(f"{name} is retired; it answers nothing any more. Choose another model.")
    if known.structured_outputs is False:
        _refuse(f"{name} does not hold to a schema, so its verdicts could not be read.")
    if batch and known.batch is False:
        _refuse(f"{name} takes no batches. Use mode='sync'.")
    if judge.effort is not None and levels == ():
        _refuse(f"{name} knows no effort, and {judge.effort!r} was asked. Leave effort out.")
    if judge.effort is not None and levels and judge.effort not in levels:
        _refuse(
            f"{name} knows the efforts {', '.join(levels)}, not {judge.effort!r}."
            f" The nearest is {_nearest(judge.effort, levels)!r}."
        )
    kinds = known.thinking
    if judge.thinking is not None and kinds is not None and judge.thinking not in kinds:
        hint = near(judge.thinking, kinds) if kinds else " Leave thinking out."
        _refuse(f"{name} does not accept thinking {judge.thinking!r}.{hint}")
    if known.max_tokens is not None and judge.max_tokens > known.max_tokens:
        _refuse(
            f"{name} answers with at most {known.max_tokens:,} tokens, not {judge.max_tokens:,}."
        )


def retirement(known: ModelFacts, now: datetime) -> tuple[str, ...]:
    """Return a sentence if the model ends within 60 days, or should have ended.

    Args:
        known: what its address says.
        now: the time, with its zone.

    >>> retirement(ModelFacts(model="m", retires_at="2026-11-30T00:00:00Z"),
    ...            datetime(2026, 11, 21, tzinfo=UTC))
    ('m retires on 2026-11-30, in 9 days: verdicts after that need another judge, calibrated anew.',)
    """
    try:
        ends = datetime.fromisoformat(known.retires_at)
    except ValueError:
        return ()
    days = (ends.astimezone(UTC).date() - now.astimezone(UTC).date()).days
    if days > _SOON:
        return ()
    when = f"in {days} days" if days > 1 else ("tomorrow" if days == 1 else "today")
    begun = f"{known.model} retires on {ends:%Y-%m-%d}, {when}"
    if days < 0:
        begun = f"{known.model} was to retire on {ends:%Y-%m-%d}"
    return (f"{begun}: verdicts after that need another judge, calibrated anew.",)


def line_of(model: str, known: ModelFacts | None = None) -> str:
    """Return the line to which a model belongs, "" if that cannot be told.

    Args:
        model: its id.
        known: what its address says, which goes before the id.

    >>> line_of("claude-haiku-5-5"), line_of("llama")
    ('haiku', '')
    """
    if known is not None and known.line:
        return known.line
    return next((one for one in _LINES if one in model.lower().split("-")), "")


def _nearest(wanted: str, levels: tuple[str, ...]) -> str:
    """Return the level that is fewest steps away, the cheaper of two."""
    place = EFFORTS.index(wanted)
    return min(levels, key=lambda one: (abs(EFFORTS.index(one) - place), EFFORTS.index(one)))


def _refuse(message: str) -> None:
    raise BadInputError(message)
