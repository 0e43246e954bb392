"""Variants of the model in which claims are tested again."""

from typing import Any, Final

AS_PRINTED: Final = "published"
"""The variant in which the paper's claims are tested on the rules "as printed"."""
VARIANTS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    AS_PRINTED: ("published", {}),
    "table-1": ("published", {}),
    "text": ("text", {}),
    "chains-1": ("published", {"chains": 1}),
    "chains-3": ("published", {"chains": 3}),
    "chains-10": ("published", {"chains": 10}),
    "torus": ("published", {"boundary_ends": "periodic", "boundary_across": "periodic"}),
}
"""What a variant changes of the model of a setting, by convention and by field."""
