"""What fields of a network are called."""

from cakernel.models import MODELS, load, terms_of
from cakernel.recovery.network.fields import PLACES, fields_of
from cakernel.recovery.terms import NETWORK_COLUMNS, OWNERS, TERMS


def test_every_field_has_words():
    assert list(OWNERS) == list(PLACES)
    for place, (table, *_) in PLACES.items():
        for field in fields_of(table):
            words = TERMS.column(f"{place}.lens.v2.{field}")
            assert words.endswith(f" of {OWNERS[place].format('lens.v2')}")
            name = words.removesuffix(f" of {OWNERS[place].format('lens.v2')}")
            assert "_" not in name


def test_no_column_of_networks_is_one_of_another_model():
    for row in MODELS:
        if row.terms and row.name != "recovery":
            assert set(NETWORK_COLUMNS).isdisjoint(load(row.terms).columns)


def test_conditions_and_values():
    rule = "0.1 < firms.lens maker.supply_mild <= 0.25 and group.a-b.stock > 2"
    words = (
        "mild supply disruptions a day of lens maker above 10%, at most 25%; "
        "stock of group a-b above 2"
    )
    for terms in (TERMS, terms_of()):
        assert terms.where(rule) == words
        assert terms.where("firms.lens.supply_rule is SRD-1") == (
            "supply rule of lens is SRD-1 radical"
        )
        assert terms.pair("firms.x", 0) == "operational state at first of all firms: low"
        assert terms.pair("providers.cloud.cyber_mild", 0.05) == (
            "mild cyber disruptions a day of provider cloud: 5%"
        )
