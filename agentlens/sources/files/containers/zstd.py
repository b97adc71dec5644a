"""Where does zstd come from: the standard library, or its backport?"""

import sys

__all__ = ["BadZipFile", "ZipFile", "ZstdError", "ZstdFile"]

if sys.version_info >= (3, 14):
    from zipfile import BadZipFile, ZipFile

    from compression.zstd import ZstdError, ZstdFile
else:
    from backports.zstd import ZstdError, ZstdFile
    from backports.zstd.zipfile import BadZipFile, ZipFile
