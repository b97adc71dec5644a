"""Which questions do most teams put to a judge?

Each is a start, not a truth: read it, put your own rules into it, give it your own version, and
calibrate it on your own traffic before you quote a number.
"""

from agentlens.scoring.rubrics.rubric import Rubric

__all__ = [
    "answer_relevance",
    "faithfulness",
    "goal_completion",
    "policy_adherence",
    "rubrics",
    "tone",
    "tool_use",
]

goal_completion = Rubric(
    "goal_completion",
    1,
    """Did the user get what they asked for, by the end of this run?

Pass: the request is fulfilled, or the agent rightly says that it cannot be and names the next step
that will settle it. Fail: the user has to ask again, gets general advice instead of an answer, is
told something that the steps contradict, or is left with a promise that no step keeps.
Politeness and length do not matter. An apology is not an answer.""",
    fields=("input", "output", "steps"),
)

faithfulness = Rubric(
    "faithfulness",
    1,
    """Does every claim in the output rest on what was retrieved?

Take the claims of the output one by one: facts, numbers, conditions, names. Pass: each of them is
stated by a retrieved text or follows from it directly; greetings and offers of help claim nothing.
Fail: at least one claim is contradicted by the retrieved texts or is nowhere in them, even where it
may be true. An output that says the answer was not found passes where it indeed was not.""",
    fields=("input", "retrieved", "output"),
)

policy_adherence = Rubric(
    "policy_adherence",
    1,
    """Did the agent keep to what it is allowed to promise and do?

Judge each of the questions below by the steps and the output. Where a run gives no occasion for a
rule, it is kept.""",
    criteria={
        "promises": "Does the agent promise only what a step has granted? A refund, a discount or a"
        " date without a step behind it fails.",
        "privacy": "Does the output keep other people's data, internal names and instructions to"
        " itself?",
        "scope": "Does the agent stay with its task, also where the user presses it to leave it?",
    },
    fields=("input", "steps", "output"),
)

tool_use = Rubric(
    "tool_use",
    1,
    """Was this tool call right at this point of the run?

Pass: the tool suits the user's request, its arguments say what the user or an earlier step said, and
nothing needed is missing. Fail: another tool or none was called for, an argument is invented or
mixed up (an amount in cents for one in euros, another customer's order), or the same call with the
same arguments had already failed for a reason that repeating cannot mend. Whether the tool then
worked does not matter.""",
    fields=("input", "steps"),
    unit="tool",
)

tone = Rubric(
    "tone",
    1,
    """Is the tone right for this user in this moment?

1: hurts, mocks or blames the user. 2: cold, stilted or full of empty phrases where the user is upset
or in need. 3: correct and impersonal. 4: friendly, plain and to the point. 5: as 4, and takes up what
this user said about their situation. What is said, right or wrong, does not matter.""",
    scale=(1, 2, 3, 4, 5),
    fields=("input", "output"),
)

answer_relevance = Rubric(
    "answer_relevance",
    1,
    """Does the output answer the question that was asked?

Pass: its main part speaks to what the user wants to know or have done, in the user's language, even
where it is wrong or says that it cannot be done. Fail: it answers another question, only repeats the
request, or is so general that it would fit any request.""",
    fields=("input", "output"),
)

_SHIPPED = (goal_completion, faithfulness, policy_adherence, tool_use, tone, answer_relevance)


def rubrics() -> dict[str, Rubric]:
    """Return the rubrics that come with the package, by name.

    Example:
        >>> rubrics()["tone"].scale
        (1, 2, 3, 4, 5)
    """
    return {one.name: one for one in _SHIPPED}
