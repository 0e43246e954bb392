"""What columns, values and rules are called, and what is said of them."""

from cakernel.models import terms_of
from cakernel.recovery.model import Model
from cakernel.recovery.rules import BUILT_IN
from cakernel.recovery.terms import CYBER, SUPPLY, effort, settings_in_words
from cakernel.terms import Terms, explained


def test_every_rule_and_field_has_words():
    assert list(SUPPLY) == list(BUILT_IN["supply"])
    assert set(CYBER) == set(BUILT_IN["cyber"])
    terms = terms_of("recovery")
    assert set(Model.model_fields) <= set(terms.columns)
    for known in (SUPPLY, CYBER):
        sentences = [sentence for _, sentence in known.values()]
        assert len(set(sentences)) == len(sentences)


def test_rules_of_both_sides_with_one_code_are_explained_once():
    row = {"supply_rule": "none", "cyber_rule": "none", "principle": "P"}
    lines = explained(terms_of("recovery").named([row], list(row)))
    assert [code for code, _ in lines] == ["none", "P"]
    assert lines[0][1] == "no recovery: never rebuild operations; never rebuild intangibles"


def test_a_rule_is_named_where_its_column_is_known():
    terms = terms_of()
    assert terms.value("supply_rule", "SRD-4") == "SRD-4 rigorous benchmarking"
    assert terms.value("supply_rule", "mine") == "mine"
    assert terms.value("contract", "fixed-moq") == "fixed MOQ"
    assert terms.column("vulnerability_2").endswith("(v), chain 2")
    assert terms.column("se_resources") == "standard error of mean resources R at the end"
    assert terms.column("some_thing") == "some thing"


def test_settings_are_told_as_they_are():
    told = settings_in_words(Model(firms=8, supply_mild=0.25, recovery="when-hit"))
    assert "chains 5, firms in each 8, days 180; " in told
    assert "supply risk of each firm: 4.7% severe, 25% mild a day; " in told
    assert "only in a period in which a firm is hit" in told
    assert "_" not in told


def test_conditions_in_words():
    terms = Terms(columns={"risk": "risk a day"}, shares=frozenset(["risk"]))
    assert terms.where("risk > 0.125") == "risk a day above 12.5%"
    assert terms.where("plan is not fast") == "plan is not fast"
    assert terms.where("always") == "always"


def test_simple_policies_ask_for_less():
    """Counted by hand from Table 1 of Chen and Chang (2021)."""

    def asked(supply, cyber):
        return effort({"supply_rule": supply, "cyber_rule": cyber, "principle": "P"})

    assert asked("SRD-1", "CRD-1") == (0, 2)
    assert asked("SRD-2", "CRD-2") == (0, 4)
    assert asked("SRD-6", "CRD-6") == (5, 4)
    assert asked("SRD-8", "CRD-5") == (6, 5)
    assert asked("SRD-5", "CRD-0") == (4, 4)
    assert asked("my own", "CRD-0") is None
