"""A small sweep over fields of a network's firms, in Python and as files."""

import cakernel as ck

NET = ck.Network(
    firms={
        "id": ["mine", "mill", "shop", "kiosk"],
        "group": ["makers", "makers", None, None],
        "provider": ["cloud", "cloud", None, "cloud"],
        "supply_mild": [0.1, 0.2, 0.1, 0.1],
        "stock": [0, 2, 0, 1],
    },
    links={"supplier": ["mine", "mill", "mill"], "customer": ["mill", "shop", "kiosk"]},
    peers={"firm": ["shop"], "peer": ["kiosk"]},
    providers={"id": ["cloud"]},
)
POLICIES = ck.policies(
    supply_rules=["SRD-2", "SRD-5"], cyber_rules=["CRD-2", "CRD-5"], principles=["P"]
)
STUDY = ck.Recovery(NET, POLICIES, ck.paper_scenarios()[:1], periods=17)
SWEEP = """
[sweep]
replications = 40
[network]
folder = "net"
[model]
periods = 17
[design]
kind = "random"
points = 60
[axes]
firms.mill.stock = { low = 0, high = 3 }
group.makers.supply_mild = { low = 0.1, high = 0.3 }
firms.shop.supply_severe = { low = 0.0, high = 1.0 }
"""


def write_sweep(folder, text):
    """Write a network's folder and a sweep file beside it; return the file."""
    NET.write(folder / "net", overwrite=True)
    file = folder / "sweep.toml"
    file.write_text(text)
    return file
