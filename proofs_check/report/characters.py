"""Characters that neither HTML nor XML can hold, shown as the sign for an unknown one."""

from __future__ import annotations

import re

FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def holdable(text: str) -> str:
    r"""Return text that a page can hold: control characters and half characters become one sign.

    Examples
    --------
    >>> holdable("a\x00b")
    'a\ufffdb'
    """
    return FORBIDDEN.sub("\ufffd", text)
