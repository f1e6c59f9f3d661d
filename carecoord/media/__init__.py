"""Files that people bring: what they are by what is in them, made harmless, and kept outside the web root.

`read_media` judges, `store` keeps. Nothing here knows whose file it is.
"""

from carecoord.media.kinds import TOO_LARGE, Kind, Media, kind_of, read_media
from carecoord.uploads import MOST_BYTES

__all__ = ["MOST_BYTES", "TOO_LARGE", "Kind", "Media", "kind_of", "read_media"]
