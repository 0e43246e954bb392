"""Networks at random, for properties."""

from hypothesis import strategies as st

from cakernel import Network
from cakernel.recovery.network.columns import AMOUNTS, CYBER_RULES, SUPPLY_RULES, TABLES

# what an id may be: one line, no blanks at the ends, no # at its beginning
NAMES = (
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=8)
    .map(str.strip)
    .filter(lambda name: name and not name.startswith("#"))
)
PROBABILITIES = st.one_of(st.none(), st.floats(0, 0.4))
SOME = st.floats(0, 1e15)


@st.composite
def networks(draw, least_links=0):
    """Draw a network: any graph, with whatever columns."""
    ids = draw(st.lists(NAMES, min_size=2 if least_links else 1, max_size=8, unique=True))
    providers = draw(st.lists(NAMES, max_size=3, unique=True))
    number = len(ids)

    def column(values):
        return draw(st.lists(values, min_size=number, max_size=number))

    firms = {
        "id": ids,
        "provider": column(st.sampled_from([None, *providers])),
        "supply_severe": column(PROBABILITIES),
        "supply_mild": column(PROBABILITIES),
        "x": column(st.sampled_from([None, 0, 1, 2])),
        "resources": column(st.one_of(st.none(), SOME)),
        "supply_rule": column(st.sampled_from([None, *SUPPLY_RULES])),
        "cyber_rule": column(st.sampled_from([None, *CYBER_RULES])),
        "stock": column(st.one_of(st.none(), st.integers(0, 65_535))),
        "holding_cost": column(st.one_of(st.none(), SOME)),
        "spillover": column(PROBABILITIES),
    }
    if draw(st.booleans()):
        own = column(st.booleans())
        firms |= {name: [draw(SOME) if each else None for each in own] for name in AMOUNTS}
    pairs = [(a, b) for a in ids for b in ids if a != b]
    chosen = (
        draw(st.lists(st.sampled_from(pairs), min_size=least_links, max_size=12, unique=True))
        if pairs
        else []
    )
    links = {
        "supplier": [a for a, _ in chosen],
        "customer": [b for _, b in chosen],
        "input": [draw(st.sampled_from([None, "steel", "glass"])) for _ in chosen],
    }
    halves = [(a, b) for a, b in pairs if a < b]
    peers = draw(st.lists(st.sampled_from(halves), max_size=6, unique=True)) if halves else []
    return Network(
        firms=firms,
        links=links if chosen else None,
        peers={"firm": [a for a, _ in peers], "peer": [b for _, b in peers]} if peers else None,
        providers={"id": providers} if providers else None,
        demand=draw(st.sampled_from(["all", "half", "any", "none"])),
    )


def tables_of(network):
    """Return a network's frames by name."""
    return {name: getattr(network, name) for name in TABLES}
