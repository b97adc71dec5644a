"""Does a message correct the answer before it, and in which language is it written?

A language is a value: its code, its commonest words, by which it is told from others, and the
phrases that open a correction. Languages without phrases are there to be told apart; what is
written in them is neither a correction nor none. Add one with `(*LANGUAGES, Language(…))`.
"""

import re
from dataclasses import dataclass, field

__all__ = ["LANGUAGES", "Language", "folded"]

_APOSTROPHES = re.compile("['’`\u02bc\u00b4]")
_OTHER = re.compile(r"[\W_]+")
_PLAIN = {
    code: None if chr(code) in "'`" else " " for code in range(128) if not chr(code).isalnum()
}
"""What becomes of ASCII characters that are neither letter nor digit."""


@dataclass(frozen=True)
class Language:
    """How a language is known, and how its speakers correct.

    Attributes:
        code: as in "en".
        common: its commonest words, folded, which other languages hardly use.
        corrections: patterns over folded text, each looked for at the beginning of a message.
        within: patterns that correct wherever they stand.
        small_talk: folded messages that people say over and over without asking again.
    """

    code: str
    common: frozenset[str]
    corrections: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    small_talk: frozenset[str] = frozenset()
    _pattern: "re.Pattern[str]" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compile the phrases once."""
        opening = "|".join(self.corrections) or "(?!)"
        inside = "|".join(self.within) or "(?!)"
        pattern = re.compile(rf"(?:{opening})(?:\s|$)|(?:.*\s)??(?:{inside})(?:\s|$)")
        object.__setattr__(self, "_pattern", pattern)

    def corrects(self, text: str) -> bool:
        """Return whether a folded message corrects.

        >>> LANGUAGES[0].corrects("no i meant the other one"), LANGUAGES[0].corrects("no thanks")
        (True, False)
        """
        return self._pattern.match(text) is not None


def folded(text: str) -> str:
    """Return a text without case, punctuation and spare space, as texts are compared.

    >>> folded("That’s   NOT right!!")
    'thats not right'
    """
    low = text.casefold()
    if low.isascii():
        return " ".join(low.translate(_PLAIN).split())
    return _OTHER.sub(" ", _APOSTROPHES.sub("", low)).strip()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NO_CORRECTION = (
    "thanks|thank|thx|problem|problems|worries|need|more|further|other|questions|rush|im (?:good|fine)"
    "|i (?:dont|do not|didnt|havent|have not|cant|am good|think)"
    "|thats (?:all|it|fine|ok|okay|good|great|everything)"
)

_ENGLISH = Language(
    "en",
    _words(
        "the is are was were my your you what where when why how which who does did dont didnt"
        " cant wont isnt thats its im ive can could would should please want need have has had"
        " this that these there not with for from about any and but they them his her our of to"
        " thanks thank hello hi yes get give show tell find make know wrong meant asked order"
    ),
    corrections=(
        rf"(?:no|nope|nah)(?! (?:{_NO_CORRECTION})\b)(?! *$)",
        r"(?:sorry )?i (?:said|meant|wanted|told you|was asking|asked (?:for|about|you|if|how|what))",
        r"wrong",
        r"incorrect",
        r"actually (?:no|i (?:meant|wanted|said|asked)|its|it is|thats not|that is not)",
        r"not (?:what|that|this|the one|correct|right|true|quite|helpful)",
        r"(?:but )?that(?:s| is| was) (?:still )?(?:not|wrong|incorrect|false|a mistake)",
        r"this is (?:still )?(?:not (?:right|correct|what)|wrong|incorrect)",
        r"(?:it|that|this) (?:still )?(?:didnt|doesnt|did not|does not|isnt|wasnt|is still not)",
        r"still (?:wrong|not|doesnt|does not|isnt|incorrect|the same)",
        r"try again",
        r"please (?:fix|correct) (?:it|that|this|your)",
        r"read (?:it|my|the) (?:\w+ )?again",
    ),
    within=(
        r"not what i (?:asked|meant|said|wanted|need|needed|was asking)",
        r"you (?:are|re|were) (?:wrong|mistaken|incorrect)",
        r"youre (?:wrong|mistaken|incorrect)",
        r"you (?:misunderstood|misread|got (?:it|that|this|me) wrong|made a mistake)",
        r"i (?:didnt|did not) (?:ask|say|mean|want)",
        r"i never (?:asked|said|meant|wanted)",
        r"your answer (?:is|was) (?:wrong|incorrect|not)",
        r"didnt answer my",
    ),
    small_talk=_words("yes no ok okay thanks hi hello sure yep yeah nope please continue next go")
    | frozenset(("thank you", "yes please", "no thanks", "go on", "go ahead", "thats all")),
)

_OTHERS = {
    "es": "el los las una que por para con está donde como cuando cuándo dónde qué mi pedido hola"
    " gracias quiero necesito puedo tiene estoy pero muy también",
    "fr": "le les une des est où je vous mon ma que qui pour avec dans bonjour merci comment"
    " quand pas cest jai puis votre commande suis mais",
    "de": "der das und ist nicht ich sie wo wie wann mein meine bitte danke hallo kann haben mit"
    " für auf eine einen bestellung aber noch",
    "it": "il gli che per con dove sono mio mia ciao grazie vorrei posso ordine è perché quando"
    " non della anche",
    "pt": "os uma que com para onde está meu minha obrigado olá quero preciso posso pedido não"
    " você quando também muito",
    "nl": "het een en van ik niet waar hoe mijn dank hallo kan hebben met voor bestelling wanneer"
    " maar ook graag",
}

LANGUAGES: tuple[Language, ...] = (
    _ENGLISH,
    *(Language(code, _words(text)) for code, text in _OTHERS.items()),
)
"""The languages that are told apart; those with corrections are the ones that are understood."""
