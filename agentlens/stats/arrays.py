"""What are the arrays called that go in and come out?"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["Codes", "Flags", "Floats", "Ints"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Codes = NDArray[np.uint16] | NDArray[np.int64]
"""Places in a short list, in a quarter of the room where they can be kept in it."""
