"""YAML that jazzgram ships or has just written."""

from __future__ import annotations

from typing import Any

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def read_own_yaml(text: str) -> Any:
    """Read YAML of jazzgram's own, with libyaml where PyYAML has it, ten times as fast.

    Nobody else's: libyaml has no bound for the depth of what is nested.
    """
    return yaml.load(text, _Loader)


def own_yaml(values: Any) -> str:
    r"""Write values as YAML, in their order, with libyaml where PyYAML has it, five times as fast.

    libyaml escapes more characters than PyYAML, emoji among them: a text with a backslash is PyYAML's.

    Examples
    --------
    >>> own_yaml({"title": "So – ♭ 🎷", "bars": [1, 2]})
    'title: So – ♭ 🎷\nbars:\n- 1\n- 2\n'
    """
    text: str = yaml.dump(values, None, _Dumper, sort_keys=False, allow_unicode=True, width=110)
    if "\\" in text:
        text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=110)
    return text
