"""Decode XML whose first line declares another encoding than its bytes have.

Editors that convert a file leave its first line as it was (UTF-16 declared over UTF-8), scripts put Latin-1 names into
UTF-8, and what the parser does not know at all (``shift_jis``) it refuses. Bytes are UTF-16 where they begin like it,
else UTF-8 where they are, else what is declared; single bytes that are no UTF-8 are Windows-1252.
Source: XML 1.0 (W3C, 2008), appendix F, *Autodetection of Character Encodings*, and 2.2, *Characters*.
"""

from __future__ import annotations

import re

_DECLARATION = re.compile(r"<\?xml\b[^>]{0,200}\?>")
_DECLARED = re.compile(rb"""<\?xml\b[^>]{0,150}?encoding\s*=\s*["']([A-Za-z][\w.-]{0,30})["']""")
_EAST_ASIAN = frozenset({"shift_jis", "shift-jis", "euc-jp", "gb2312", "gbk", "gb18030", "big5", "euc-kr"})
"""What programs write that the parser does not know."""
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SINGLE_BYTES = {0xDC00 + byte: bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in range(0x80, 0x100)}
"""What Python makes of bytes that are no UTF-8, and what they are in Windows-1252, which has Latin-1 in it."""


def as_utf8(content: bytes) -> bytes:
    """Return an XML file in UTF-8, without its declaration and what may not stand in XML or before it.

    Parameters
    ----------
    content : bytes
        Of any encoding; may be damaged.

    Returns
    -------
    bytes

    Examples
    --------
    >>> as_utf8(b'<?xml version="1.0" encoding="UTF-16"?><a>Caf\\xe9 \\xc3\\xa9</a>').decode()
    '<a>Café é</a>'
    """
    text = _NO_XML.sub("", _decoded(content)).lstrip("\ufeff \t\r\n")
    return _DECLARATION.sub("", text, count=1).lstrip().encode()


def _decoded(content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    if content[:2] in (b"<\0", b"\0<"):
        return content.decode("utf-16-le" if content[1] == 0 else "utf-16-be", "replace")
    declared = _DECLARED.search(content[:300])
    name = declared[1].decode().lower() if declared else ""
    try:
        return content.decode()
    except UnicodeDecodeError:
        if name in _EAST_ASIAN:
            return content.decode(name, "replace")
        return content.decode(errors="surrogateescape").translate(_SINGLE_BYTES)
