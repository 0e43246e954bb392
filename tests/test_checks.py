"""A copy with some fields changed is what a class makes of all fields, subclasses of users' too."""

from typing import Any

import pytest
from pydantic import PrivateAttr, field_validator, model_validator

import cakernel as ck


class EvenFirms(ck.Model):
    @field_validator("firms")
    @classmethod
    def _even(cls, firms: int) -> int:
        if firms % 2:
            raise ck.InvalidInput(f"firms: got {firms}; must be even")
        return firms


class OneMore(ck.Model):
    @model_validator(mode="before")
    @classmethod
    def _count(cls, fields: dict[str, Any]) -> dict[str, Any]:
        return fields | {"firms": fields["firms"] + 1}


class Wrapped(ck.Model):
    @model_validator(mode="wrap")
    @classmethod
    def _same(cls, fields: dict[str, Any], made: Any) -> Any:
        return made(fields)


class Private(ck.Model):
    _noted: int = PrivateAttr(3)


class NoSquare(ck.Model):
    @model_validator(mode="after")
    def _differ(self) -> "NoSquare":
        if self.chains == self.firms:
            raise ValueError("a square")
        return self


@pytest.mark.parametrize("kind", [ck.Model, EvenFirms, OneMore, Wrapped, Private, NoSquare])
@pytest.mark.parametrize("changes", [{"firms": 3}, {"firms": 4, "periods": 2.0}, {"firms": -1}])
def test_a_copy_is_what_all_fields_make(kind, changes):
    before = kind(chains=3, firms=2)
    fields = before.model_dump() | changes
    try:
        expected = kind(**fields)
    except ck.InvalidInput as error:
        told = str(error)
    else:
        made = before.replace(**changes)
        assert (made, repr(made), hash(made)) == (expected, repr(expected), hash(expected))
        assert made.model_fields_set == expected.model_fields_set
        return
    with pytest.raises(ck.InvalidInput) as refused:
        before.replace(**changes)
    assert str(refused.value) == told
