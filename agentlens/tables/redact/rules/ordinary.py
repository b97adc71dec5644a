"""Which words are too ordinary to be hidden because somebody is called so?"""

__all__ = ["is_ordinary", "words_of"]

import re

_WORD = re.compile(r"[^\W\d_]{3,40}")

_LITTLE = """
about above account admin after again agent all also always amount and another any anyone answer
are ask asked available away back based been before being below best between both bot but call
called came can cannot chat check client code come contact correct could customer data date day
days dear default desk did different does doing done down each either email else empty end enough
error even ever every example fact few file find first following for form found free friend from
full general get give given going gone good got great group guest had has have head hello help
her here hers him his home how however http https human info information inside into its job just
keep kind know last later least left less let life like line list little long look lot made
madam mail main make manager many message missing model more most much must name need never new
next none nor not nothing now null number off office often one only open order other our out over
own page part payment people per person phone place please point private problem public query
question read reader ready really reply report request response result right role root said sales
same say search second see seem send service set she should show side since sir some somebody
someone something soon spelled spelt staff start state step still string such sure system take
team tell test text than thank thanks that the their them then there these they thing things this
those though thought three through time title today token tomorrow too tool total true try two
type under unknown until upon use used user users using very via visit voice was way web website
week well went were what when where whether which while who whole whom whose why will with within
without work world would written wrong yes yesterday yet you your yours
"""

_ALSO_NAMES = """
april art august autumn baker bank banks bell berry bill bird black blue bond book bowl box bright
brook brown bush butler card care carter cash chance chase christian church city clay cliff cloud
coach cole cook cooper coral cross crystal daisy dale dawn dean drew early east ernest faith farmer
field finance fish fisher flower ford forest fox frank frost gene ginger glass gold grace grant
gray green grey guy hall hand harmony haven hazel heath heather hill holiday holly hope house
hunter iris ivory ivy jack jade jasmine jay jean joy july june justice king knight lake lane law
lily lord love mark market marsh mason max may melody mercy miles mill miller mint moon moss
nick noble north norm oak olive page paige park parks pat patience peace pearl penny pepper piper
pope porter post potter power price prince queen rain ray red reed rice rich river rob robin rock
rose rowan ruby rush rusty sage sand sandy sky skip small smart snow song south spring star
stone storm strong sue summer sunny swan sweet sword taylor temple terry tiger tom trip
turner underwood van victor violet wade walker wall ward water waters wave weaver west white wild
winter wise wolf wood woods worth young
"""

_ORDINARY = frozenset((_LITTLE + _ALSO_NAMES).split())
"""Words of the language. Some are names as well: hiding every `may` would spoil the text, and where
a field of its own holds such a name, that field is hidden whole."""


def is_ordinary(word: str) -> bool:
    """Whether a word says nothing of who somebody is.

    >>> is_ordinary("Customer"), is_ordinary("Ottoline")
    (True, False)
    """
    return word.lower() in _ORDINARY


def words_of(value: str) -> set[str]:
    """Return the words of a name that are long and rare enough to be looked for, in small letters.

    >>> sorted(words_of("Dr. Ottoline van Smythe-Li"))
    ['ottoline', 'smythe']
    """
    return {one.lower() for one in _WORD.findall(value)} - _ORDINARY
