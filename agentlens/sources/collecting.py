"""How is Python kept from looking for circles among millions of records that hold none?"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["uncollected"]


@contextmanager
def uncollected() -> Iterator[None]:
    """Put off the search for circles while records become columns.

    Parsed JSON holds no circles, so what is let go is freed at once all the same; but every search
    walks through all records that are held, which is a tenth to a fifth of the work of reading. One
    page of an API sets off eight searches by itself.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
