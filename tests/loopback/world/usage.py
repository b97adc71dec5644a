"""What does a generation use and cost, and what does the API say where it does not know?"""

from random import Random
from typing import Any

from tests.loopback.rows import Row
from tests.loopback.world.texts import Model, price_text

__all__ = ["generation_fields", "no_generation"]

Prompt = tuple[str, str, int | None]
_DIGITS = 12


def generation_fields(random: Random, model: Model, prompt: Prompt, index: int) -> Row:
    """Return what the API says of model, prompt, tokens and cost of a generation."""
    usage, cost = _usage(random, index), dict[str, Any]()
    if model.input_price is not None and model.output_price is not None:
        cost = {
            "input": round(usage["input"] * model.input_price, _DIGITS),
            "output": round(usage["output"] * model.output_price, _DIGITS),
        }
        cost["total"] = round(sum(cost.values()), _DIGITS)
    unpriced = None if index % 8 == 7 else 0  # servers say either for a model that they do not know
    return {
        "model": model.name,
        "internalModelId": model.id,
        "modelId": model.id or None,
        "modelParameters": {"temperature": 0.4, "max_tokens": 700},
        "inputPrice": price_text(model.input_price),
        "outputPrice": price_text(model.output_price),
        "totalPrice": None,
        "usageDetails": usage,
        "inputUsage": usage["total"] - usage["output"],
        "outputUsage": usage["output"],
        "totalUsage": usage["total"],
        "costDetails": cost,
        "inputCost": cost.get("input"),
        "outputCost": cost.get("output"),
        "totalCost": cost.get("total", unpriced),
        "usagePricingTierId": f"{model.id}_tier" if cost else None,
        "usagePricingTierName": "Standard" if cost else None,
        "promptId": prompt[0],
        "promptName": prompt[1],
        "promptVersion": prompt[2],
    }


def no_generation() -> Row:
    """Return what the API says of model, prompt, tokens and cost of any other span."""
    return {
        "model": "",
        "internalModelId": "",
        "modelId": None,
        "modelParameters": {},
        "inputPrice": None,
        "outputPrice": None,
        "totalPrice": None,
        "usageDetails": {},
        "inputUsage": 0,
        "outputUsage": 0,
        "totalUsage": 0,
        "costDetails": {},
        "inputCost": None,
        "outputCost": None,
        "totalCost": 0,
        "usagePricingTierId": None,
        "usagePricingTierName": None,
        "promptId": "",
        "promptName": "",
        "promptVersion": None,
    }


def _usage(random: Random, index: int) -> dict[str, int]:
    usage = {"input": random.randrange(80, 4_000), "output": random.randrange(5, 900)}
    if index % 7 == 5:
        usage["input_cache_read"] = random.randrange(1, usage["input"])
    return usage | {"total": sum(usage.values())}
