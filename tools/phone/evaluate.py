"""`agentkit eval phone`: the tasks of a split on simulated phones, arm by arm.

Values are drawn from seeds that training does not use; what else is new depends on the split: nothing on `train`, the
templates on `dev`, templates and two apps on `test`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from zlib import crc32

from agentkit.errors import WiringError

if TYPE_CHECKING:
    from agentkit.evaluate.hooks import Tell, Wanted
    from agentkit.models.base import Model

    from .tasks import Template
    from .tasks.arms import Arm
    from .tasks.measure import Outcome
    from .tasks.report import PhoneReport

FIRST_SEED = 10**12
"""Far above every seed that training rows are drawn from."""


def evaluate(wanted: Wanted, model: Model, tell: Tell) -> Iterator[PhoneReport]:
    """Run the tasks of a split; `all` stands for every arm, none for the whole agent alone."""
    from .tasks.arms import Arms

    templates = _templates(wanted)
    arms = Arms(model)
    names = arms.names if "all" in wanted.arms else wanted.arms or ("full",)
    for name in names:
        if name not in arms.names:
            raise WiringError(f"no arm `{name}`; the arms are {', '.join(arms.names)}", hint="or `all` for all of them")
    return (_report(arms[name], templates, wanted, model, tell) for name in names)


def _templates(wanted: Wanted) -> list[Template]:
    from .tasks import TEMPLATES
    from .tasks.task import SPLITS

    if wanted.split not in SPLITS:
        raise WiringError(f"no split `{wanted.split}`; the splits are {', '.join(SPLITS)}")
    found = [template for template in TEMPLATES.values() if template.split == wanted.split]
    every = max(1, len(found) // wanted.limit) if wanted.limit else 1
    return found[::every][: wanted.limit]


def _report(arm: Arm, templates: list[Template], wanted: Wanted, model: Model, tell: Tell) -> PhoneReport:
    from .sim.perturb import CALM, ROUGH
    from .tasks.measure import run_task
    from .tasks.report import PhoneReport

    count = token_count(model)
    drawn = [(t, FIRST_SEED + n) for t in templates for n in range(wanted.seeds)]
    outcomes: list[Outcome] = []
    for done, (template, seed) in enumerate(drawn):
        tell(f"{arm.name} ({arm.about}): {template.name}", done, len(drawn))
        perturb = replace(ROUGH, seed=crc32(f"{template.name} {seed}".encode())) if wanted.rough else CALM
        task = template.task(seed)
        outcomes.append(
            run_task(
                task,
                arm.model,
                arm.make,
                perturb=perturb,
                count=count,
                documents=arm.documents,
                scorer=arm.scorer,
                sure=arm.sure,
            )
        )
    tell(arm.name, len(drawn), len(drawn))
    title = f"phone {wanted.split}" + (", rough" if wanted.rough else "")
    return PhoneReport(arm.name, title, tuple(outcomes))


def token_count(model: Model) -> Callable[[str], int]:
    """How a text is counted: by the model's own tokenizer, or by characters where it shows none."""
    from agentkit.models.llamacpp_model import LlamaCppModel

    from .session import characters

    if isinstance(model, LlamaCppModel):
        return lambda text: len(model.weights.tokenize(text, special=False))
    return characters
