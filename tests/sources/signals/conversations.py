"""Which conversations have outcomes that a person has read off them, one by one?"""

import pandas as pd

from tests.sources.signals.talks import (
    NOW,
    PLAIN,
    Conversation,
    Said,
    guard,
    score,
    talk,
    tool,
    user,
)

__all__ = ["CONVERSATIONS"]

ASK = "Where is my order from last week?"
NEXT = "And when will the refund be paid?"
WENT_ON = {"followed_up": True}
ESCALATED = {"escalated": True}
FLAGGED = {"safety_flagged": True}
NO_WORDS = {"user_corrected": None, "followed_up": None}
UNHEARD = {**NO_WORDS, "repeated_prompts": None}
LEFT = {"completed": False, "abandoned": True}
RUNNING = {**dict.fromkeys(PLAIN), "repeated_prompts": 0}

CONVERSATIONS: tuple[Conversation, ...] = (
    talk("one question", Said(ASK)),
    talk("a second question", Said(ASK, truth=WENT_ON), Said(NEXT)),
    talk(
        "a correction",
        Said("Cancel the red one for me", truth={"user_corrected": True}),
        Said("No, I meant the blue one!"),
    ),
    talk(
        "a polite correction",
        Said("Cancel the red one for me", truth={"user_corrected": True}),
        Said("Hm. That’s not what I asked for."),
    ),
    talk("a correction too late", Said(ASK), Said("That is wrong.", after=11)),
    talk("a follow-up at the last moment", Said(ASK, truth=WENT_ON), Said(NEXT, after=29)),
    talk("a follow-up too late", Said(ASK), Said(NEXT, after=31)),
    talk("the same again", Said(ASK), Said(ASK, truth={"repeated_prompts": 1})),
    talk(
        "the same in other clothes",
        Said(ASK),
        Said("  where is MY order... from last week", truth={"repeated_prompts": 1}),
    ),
    talk(
        "almost the same",
        Said("Please tell me where my order from last week is right now"),
        Said(
            "Please tell me where my order from last week is right now, ok",
            truth={"repeated_prompts": 1},
        ),
    ),
    talk(
        "alike but not the same",
        Said("Where is my order from last week?", truth=WENT_ON),
        Said("Where is my parcel from this month?"),
    ),
    talk("the same much later", Said(ASK), Said(ASK, after=31)),
    talk(
        "there and back",
        Said(ASK, truth=WENT_ON),
        Said(NEXT),
        Said(ASK, truth={"repeated_prompts": 1}),
    ),
    talk(
        "the same three times",
        Said(ASK),
        Said(ASK, truth={"repeated_prompts": 1}),
        Said(ASK, truth={"repeated_prompts": 1}),
    ),
    talk(
        "yes and yes",
        Said("Can you change the address?", truth=WENT_ON),
        Said("Yes", truth=WENT_ON),
        Said("yes!"),
    ),
    talk("no thanks", Said(ASK, truth=WENT_ON), Said("No thanks, that is all")),
    talk("no to a question", Said("Is there anything I can do?", truth=WENT_ON), Said("No.")),
    talk(
        "a correction that is a repeat",
        Said("That is wrong, check the invoice"),
        Said("That is wrong, check the invoice!", truth={"repeated_prompts": 1}),
    ),
    talk(
        "each trace with the history",
        Said(user(ASK), truth=WENT_ON),
        Said(user(ASK, NEXT), truth={"user_corrected": True}),
        Said(user(ASK, NEXT, "No, the other one please")),
    ),
    talk(
        "history and a repeat",
        Said(user(ASK)),
        Said(user(ASK, ASK), truth={"repeated_prompts": 1}),
    ),
    talk(
        "several turns in one trace",
        Said(
            user(ASK, "You misunderstood me", "What about the refund?"),
            truth={"user_corrected": True, "followed_up": True},
        ),
    ),
    talk(
        "repeats in one trace",
        Said(user(ASK, ASK, ASK), truth={"repeated_prompts": 2}),
    ),
    talk(
        "in Spanish",
        Said("¿Dónde está mi pedido?", truth=NO_WORDS),
        Said("No, quiero el otro, gracias", truth=NO_WORDS),
    ),
    talk(
        "the same again in Spanish",
        Said("¿Dónde está mi pedido?", truth=NO_WORDS),
        Said("¿Dónde está mi pedido?", truth={**NO_WORDS, "repeated_prompts": 1}),
    ),
    talk("in Japanese", Said("注文はどこですか", truth=NO_WORDS)),
    talk(
        "in English, as the application says",
        Said("CX-17", metadata={"locale": "en-GB"}, truth={"user_corrected": True}),
        Said("Wrong"),
    ),
    talk("too short to tell, among English ones", Said("CX-19")),
    talk("without a session", Said(ASK, truth=UNHEARD), session=False),
    talk("two turns without words", Said(None, truth=UNHEARD), Said(None, truth=UNHEARD)),
    talk("one turn without words", Said(ASK, truth=UNHEARD), Said(None, truth=UNHEARD)),
    talk("just asked", Said(ASK, truth=NO_WORDS), ago=5),
    talk(
        "two questions in one trace, just asked",
        Said(user(ASK, NEXT), truth={"user_corrected": None, "followed_up": True}),
        ago=5,
    ),
    talk("asked a while ago", Said(ASK, truth={"followed_up": None}), ago=20),
    talk(
        "a reviewer says corrected",
        Said(ASK, scores=(score("corrected", 1.0),), truth={"user_corrected": True}),
    ),
    talk(
        "the application says not corrected",
        Said(ASK, metadata={"user-corrected": "false"}),
        Said("No, I meant the blue one"),
    ),
    talk(
        "a better answer by a reviewer",
        Said(ASK, scores=(score("correction", label="Yes", kind="correction"),)),
    ),
    talk("tagged as corrected", Said(ASK, tags="web,Corrected", truth={"user_corrected": True})),
    talk("answered null", Said(ASK, answer="null", truth=LEFT)),
    talk("answered an empty list", Said(ASK, answer=" [ ] ", truth=LEFT)),
    talk("answered blanks", Said(ASK, answer=" \n", truth=LEFT)),
    talk("answered empty quotes", Said(ASK, answer='""', truth=LEFT)),
    talk("answered nullable", Said(ASK, answer="nullable")),
    talk(
        "failed",
        Said(ASK, answer=None, status="error", truth={"completed": False}),
    ),
    talk("half seen", Said(ASK, answer=None, status="incomplete", truth=LEFT)),
    talk("still running", Said(ASK, answer=None, status="open", truth=RUNNING), ago=3),
    talk(
        "running for long",
        Said(ASK, answer=None, status="open", truth=RUNNING),
        ago=45,
    ),
    talk(
        "not finished, says the application",
        Said(ASK, metadata={"task_completed": "no"}, truth=LEFT),
    ),
    talk(
        "finished without words, says a score",
        Said(ASK, answer=None, scores=(score("finished", 1.0),)),
    ),
    talk(
        "no answer, then a second try",
        Said(ASK, answer=None, truth={"completed": False, "followed_up": True}),
        Said(NEXT),
    ),
    talk(
        "cancelled by the client",
        Said(ASK, answer=None, status="error", error_type="cancelled", truth=LEFT),
    ),
    talk(
        "no answer a moment ago",
        Said(
            ASK,
            answer=None,
            truth={"completed": False, "abandoned": None, "followed_up": None},
        ),
        ago=20,
    ),
    talk("left, says a tag", Said(ASK, tags="disconnected", truth={"abandoned": True})),
    talk("handed over by a tool", Said(ASK, steps=(tool("transfer_to_human"),), truth=ESCALATED)),
    talk("escalated by a tool", Said(ASK, steps=(tool("Escalate-Case"),), truth=ESCALATED)),
    talk("a ticket is no handover", Said(ASK, steps=(tool("create_ticket"),))),
    talk("a model is no tool", Said(ASK, steps=(tool("handoff writer", "llm"),))),
    talk(
        "a transfer by its attributes",
        Said(
            ASK,
            steps=(
                tool(
                    "transfer",
                    "agent",
                    metadata='{"attributes.gen_ai.transfer.target.name":"human-agent"}',
                ),
            ),
            truth=ESCALATED,
        ),
    ),
    talk("handed over, says a key", Said(ASK, metadata={"handoff": "true"}, truth=ESCALATED)),
    talk("handed over, says a tag", Said(ASK, tags="human-takeover", truth=ESCALATED)),
    talk(
        "not handed over after all",
        Said(ASK, steps=(tool("handoff"),), scores=(score("escalated", 0.0),)),
    ),
    talk("thumbs up", Said(ASK, scores=(score("thumbs", 1.0),), truth={"user_rating": 1.0})),
    talk("thumbs down", Said(ASK, scores=(score("thumbs", 0.0),), truth={"user_rating": 0.0})),
    talk(
        "feedback from minus one",
        Said(ASK, scores=(score("user-feedback", -1.0),), truth={"user_rating": 0.0}),
    ),
    talk(
        "feedback in the middle",
        Said(ASK, scores=(score("User Feedback", 0.0),), truth={"user_rating": 0.5}),
    ),
    talk(
        "feedback in a word",
        Said(ASK, metadata={"feedback": "Thumbs_Down"}, truth={"user_rating": 0.0}),
    ),
    talk(
        "a change of mind",
        Said(
            ASK,
            scores=(
                score("thumbs", 0.0, time=NOW - pd.Timedelta("1h")),
                score("thumbs", 1.0, time=NOW - pd.Timedelta("2h")),
            ),
            truth={"user_rating": 0.0},
        ),
    ),
    talk("a judge is no user", Said(ASK, scores=(score("helpful", 1.0, source="judge"),))),
    talk("four stars", Said(ASK, scores=(score("stars", 4.0),), truth={"user_rating": 0.75})),
    talk("rated by a tag", Said(ASK, tags="feedback:positive", truth={"user_rating": 1.0})),
    talk("copied", Said(ASK, scores=(score("copied", 1.0),), truth={"copied": True})),
    talk("taken over", Said(ASK, tags="Accepted", truth={"copied": True})),
    talk("a guardrail failed", Said(ASK, steps=(guard(status="error"),), truth=FLAGGED)),
    talk("a guardrail warned", Said(ASK, steps=(guard(level="WARNING"),), truth=FLAGGED)),
    talk("a guardrail refused", Said(ASK, steps=(guard(passed=False),), truth=FLAGGED)),
    talk(
        "a guardrail said so",
        Said(ASK, steps=(guard(output='{"allowed": false, "why": "x"}'),), truth=FLAGGED),
    ),
    talk("a guardrail passed", Said(ASK, steps=(guard(passed=True, output='{"passed": true}'),))),
    talk("toxic, says a key", Said(ASK, metadata={"toxicity": "yes"}, truth=FLAGGED)),
    talk(
        "safe, says a judge",
        Said(
            ASK,
            steps=(guard(status="error"),),
            scores=(score("safety", 1.0, label="pass", source="judge"),),
        ),
    ),
)
