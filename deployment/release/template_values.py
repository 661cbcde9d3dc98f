"""What a CloudFormation template comes to under given parameters, as far as that is known before it is
deployed.

References to parameters become their values, conditions decide, and what only CloudFormation knows (another
resource's name or ARN) stays as it is written. Intrinsic functions: CloudFormation User Guide, "Intrinsic
function reference".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

Value = Any
_NO_VALUE: Final = object()
_VARIABLE: Final = re.compile(r"\$\{([^!}][^}]*)\}")


def substitute(value: Value, values: Mapping[str, Value]) -> Value:
    """`value` with the parameters in `values` replaced, in Ref and in Fn::Sub; everything else as it is.

    >>> substitute({"Fn::Sub": "${Pipeline}-${Feature}"}, {"Feature": "temp"})
    {'Fn::Sub': '${Pipeline}-temp'}
    >>> substitute({"Fn::Sub": "feature ${Feature}"}, {"Feature": "temp"})
    'feature temp'
    """
    match value:
        case {"Ref": str(name)} if name in values:
            return values[name]
        case {"Fn::Sub": str(text)}:
            return _sub(text, values)
        case dict():
            return {key: substitute(item, values) for key, item in value.items()}
        case list():
            return [substitute(item, values) for item in value]
        case _:
            return value


def _sub(text: str, values: Mapping[str, Value]) -> Value:
    def replaced(found: re.Match[str]) -> str:
        if found.group(1) not in values:
            return found.group(0)
        return str(values[found.group(1)]).replace("${", "${!")  # "${!" is Fn::Sub's way to write "${"

    done = _VARIABLE.sub(replaced, text)
    return {"Fn::Sub": done} if _VARIABLE.search(done) else done.replace("${!", "${")


class Evaluation:
    """A template under given parameters.

    Attributes:
        resources: Each resource whose condition holds, by logical id, with its properties worked out.
    """

    def __init__(
        self, template: Mapping[str, Value], parameters: Mapping[str, str], pseudo: Mapping[str, str]
    ):
        """Works the template out.

        Args:
            template: The template, functions in their long form.
            parameters: The parameters' values; those absent have their default.
            pseudo: The pseudo parameters that are known, such as `AWS::Region`.
        """
        declared = template.get("Parameters", {})
        defaults = {name: str(entry["Default"]) for name, entry in declared.items() if "Default" in entry}
        self._conditions: Mapping[str, Value] = template.get("Conditions", {})
        self._values: dict[str, Value] = {**defaults, **parameters, **pseudo, "AWS::NoValue": _NO_VALUE}
        self.resources: dict[str, Value] = {
            name: self._value({key: item for key, item in resource.items() if key != "Condition"})
            for name, resource in template.get("Resources", {}).items()
            if "Condition" not in resource or self.holds(resource["Condition"])
        }

    def holds(self, condition: str) -> bool:
        """Whether the named condition of the template is true."""
        return self._truth(self._conditions[condition])

    def _truth(self, test: Value) -> bool:
        match test:
            case {"Condition": str(name)}:
                return self.holds(name)
            case {"Fn::Equals": [left, right]}:
                return str(self._value(left)) == str(self._value(right))
            case {"Fn::Not": [inner]}:
                return not self._truth(inner)
            case {"Fn::And": list(tests)}:
                return all(self._truth(inner) for inner in tests)
            case {"Fn::Or": list(tests)}:
                return any(self._truth(inner) for inner in tests)
            case _:
                raise ValueError(f"no condition function of CloudFormation: {test}")

    def _value(self, value: Value) -> Value:
        match value:
            case {"Ref": str(name)} if name in self._values:
                return self._values[name]
            case {"Fn::Sub": str(text)}:
                return _sub(text, self._values)
            case {"Fn::If": [str(name), yes, no]}:
                return self._value(yes if self.holds(name) else no)
            case dict():
                worked = {key: self._value(item) for key, item in value.items()}
                return {key: item for key, item in worked.items() if item is not _NO_VALUE}
            case list():
                return [item for item in map(self._value, value) if item is not _NO_VALUE]
            case _:
                return value
