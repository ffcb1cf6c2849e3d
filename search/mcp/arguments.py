"""The arguments of a call: the parameters of the web API, as JSON values that a model has written.

Models write `"5"` for 5 and one name instead of a list, so what can be
understood is. What cannot be is refused with what to write instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from index.errors import UsageError
from search.web.parameters import Parameter
from search.web.problems import Problem

__all__ = ["input_schema", "read_arguments"]

_SWITCH = ("true", "false")


def input_schema(known: Sequence[Parameter]) -> dict[str, Any]:
    """Return the JSON schema of the arguments of a tool."""
    return {
        "type": "object",
        "properties": {one.name: {**_schema(one), "description": one.about} for one in known},
        "required": [one.name for one in known if one.required],
        "additionalProperties": False,
    }


def _schema(parameter: Parameter) -> dict[str, Any]:
    if parameter.choices == _SWITCH:
        return {"type": "boolean", "default": parameter.default == "true"}
    return parameter.schema()


def read_arguments(given: Mapping[str, Any], known: Sequence[Parameter]) -> dict[str, Any]:
    """Return the values of all parameters by name. Raises UsageError, which says how to mend the call."""
    names = [parameter.name for parameter in known]
    for name in given:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            meant = f"did you mean {near[0]}? " if near else ""
            takes = f"it takes {', '.join(names)}" if names else "it takes none"
            raise UsageError(f"there is no argument {name[:50]!r}; {meant}{takes}")
    return {parameter.name: _read(parameter, given.get(parameter.name)) for parameter in known}


def _read(parameter: Parameter, value: Any) -> Any:
    try:
        return parameter.read(_written(parameter, value))
    except Problem as problem:
        raise UsageError(f"{problem.detail}; {_wanted(parameter)}") from None


def _written(parameter: Parameter, value: Any) -> list[str]:
    """Return a JSON value as the texts that an address would have."""
    if value is None:
        return []
    if isinstance(value, list):
        if parameter.kind != "list" and len(value) != 1:
            raise UsageError(f"{parameter.name} is one value and no list; {_wanted(parameter)}")
        return [text for item in value for text in _written(parameter, item)]
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, str | int | float):
        raise UsageError(f"{parameter.name} cannot be an object; {_wanted(parameter)}")
    text = str(value)
    return [text.strip() if parameter.kind in ("number", "choice") else text]


def _wanted(parameter: Parameter) -> str:
    """Return what a parameter is and how it is written."""
    about = parameter.about.rstrip(".")
    return f"{parameter.name}: {about}, as {parameter.example!r}"
