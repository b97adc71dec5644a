"""How does one run go, from its first claim to its last answer?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from agentlens import text
from agentlens.errors import BadInputError
from agentlens.progress import Progress
from agentlens.scoring.judges.models import checked
from agentlens.scoring.judges.opening import opened
from agentlens.scoring.judging.asked import Asked
from agentlens.scoring.judging.money.costs import Costs, counted
from agentlens.scoring.judging.money.forecast import forecast
from agentlens.scoring.judging.money.wish import Wish, refuse_without_money
from agentlens.scoring.judging.sending.carried import Carried, takes_batches
from agentlens.scoring.judging.sending.collecting import collected
from agentlens.scoring.judging.sending.free import sent_in_groups
from agentlens.scoring.judging.sending.handing import handed_in
from agentlens.scoring.judging.sending.state import Line, Outcome
from agentlens.scoring.judging.sending.sync import sent_one_by_one
from agentlens.scoring.judging.sending.waits import Waits
from agentlens.scoring.store.file import StoreFile
from agentlens.scoring.store.found import judgments
from agentlens.scoring.store.hiding import hiding
from agentlens.scoring.store.memory import remember_end
from agentlens.scoring.store.sent.intents import held_by_batches, intents
from agentlens.scoring.store.sent.runs import Limits, Spent, begun, ended, given_up, spent
from agentlens.scoring.store.sent.settle import Settling

__all__ = ["Done", "awaited", "sent"]

_COUNTED = 16


@dataclass(frozen=True)
class Done:
    """What a run has come to; `priced` is whether prices are known."""

    spent: Spent = field(default_factory=Spent)
    outcome: Outcome = field(default_factory=Outcome)
    notes: tuple[str, ...] = ()
    priced: bool = True


def sent(store: StoreFile, questions: Asked, wish: Wish, waits: Waits, costs: Costs) -> Done:
    """Send what is missing, and return what it came to."""
    sender = opened(questions.judge, timeout=waits.timeout)
    try:
        batch = wish.mode == "batch"
        if batch and not takes_batches(sender):
            message = "A judge that is a function takes no batches; use mode='sync'."
            raise BadInputError(message)
        known = checked(questions.judge, sender, batch=batch)
        if known is not None:
            remember_end(store, questions.judge, known.retires_at, waits.clock())
        waiting = batch and awaited(store, questions)
        free = _free(store, questions, waits)
        if free:
            tokens = counted(questions, free, sender, _COUNTED)
            costs = costs.after(tokens)
            ahead = forecast(questions, free, costs, tokens, store, batch=batch)
            if not waiting:
                refuse_without_money(wish, questions.judge, costs, ahead)
        limits = Limits(
            budget_usd=None if costs.free or not costs.known else wish.budget_usd,
            max_calls=wish.max_calls,
            on_unknown=wish.on_unknown,
            lease=waits.lease,
            clock=waits.clock,
        )
        run = begun(
            store, questions.rubric, questions.judge, limits, mode=wish.mode,
            asked=len(questions.missing),
        )  # fmt: skip
        settling = Settling(
            rubric=questions.rubric, hidden=hiding(), price_as_of=costs.as_of, via=wish.mode
        )
        line = Line(store, run, questions, costs, settling, sender, waits)
        outcome, more = _go(line, wish, money=bool(limits.budget_usd) or not costs.price)
        return Done(spent(store, run), outcome, (*_keys(questions, outcome), *more), costs.known)
    finally:
        sender.close()


def _go(line: Line, wish: Wish, *, money: bool) -> tuple[Outcome, list[str]]:
    """Send one by one or in batches, telling how far it is; return how it went, with notes."""
    store, run = line.store, line.run
    keys = line.questions.missing
    with Progress() as progress:

        def told(done: int) -> None:
            progress.say(lambda: _line(done, len(keys), spent(store, run), line.costs))

        if wish.mode == "sync":
            quick = line.costs.free and wish.max_calls is None
            send = sent_in_groups if quick else sent_one_by_one
            outcome, notes = send(line, keys, wish.workers, told), list[str]()
        else:
            outcome, notes = _carried(line, keys, told, money=money)
    why = outcome.stop
    ended(store, run, f"{why.why}: {line.settling.hidden(why.detail)}" if why else "")
    return outcome, notes


def _carried(
    line: Line, keys: Sequence[str], told: Callable[[int], None], *, money: bool
) -> tuple[Outcome, list[str]]:
    """Collect batches, then hand in what nobody waits for; return how it went, with notes."""
    carried = Carried()
    collected(line, carried, told)
    there = judgments(line.store, keys)
    left = [key for key in keys if key not in there and key not in carried.freed]
    if money:
        handed_in(line, left, carried)
    elif set(left) - held_by_batches(line.store, line.run.now()):
        carried.notes.append("Nothing was handed in, since no budget was given: pass budget_usd=.")
    if carried.freed:
        carried.notes.append(
            f"{text.plural(len(carried.freed), 'question')} came back without an answer; the next"
            " call sends them again."
        )
    pending = frozenset(keys) & held_by_batches(line.store, line.run.now())
    lost = given_up(line.store, line.run, [key for key in left if key not in pending])
    return Outcome(carried.stop, frozenset(lost), frozenset(pending)), carried.notes


def _keys(questions: Asked, outcome: Outcome) -> list[str]:
    """Return a sentence where an address got no key of the user's and wants one."""
    refused = outcome.stop is not None and "authentication" in outcome.stop.detail
    if not refused or questions.judge.base_url is None:
        return []
    sentence = (
        "Your key goes to the address in ANTHROPIC_BASE_URL only, any other gets the key 'local':"
        " for a gateway that wants yours, set ANTHROPIC_BASE_URL to base_url."
    )
    return [sentence]


def awaited(store: StoreFile, questions: Asked) -> bool:
    """Return whether batches of this judge are under way."""
    judge = questions.judge
    return bool(intents(store, judge.host, judge.id(questions.rubric)))


def _free(store: StoreFile, questions: Asked, waits: Waits) -> list[str]:
    """Return the missing keys that travel in no batch."""
    held = held_by_batches(store, waits.clock())
    return [key for key in questions.missing if key not in held]


def _line(done: int, wanted: int, so_far: Spent, costs: Costs) -> str:
    money = f", {text.number(so_far.usd, 'USD')}" if costs.known and not costs.free else ""
    return f"Judging: {done:,} of {wanted:,}{money}"
