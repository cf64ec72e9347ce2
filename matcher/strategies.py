"""The ways to solve that can be asked for."""

from typing import Literal

Strategy = Literal["auto", "routes", "search", "quick", "order"]

STRATEGIES: dict[Strategy, tuple[str, str]] = {
    "auto": ("最小费用流精确的部分用流，其余按路线求解", "min-cost flow where that is exact, else routes"),
    "routes": ("全部按路线求解并证明", "routes for all, with their proof"),
    "search": ("先得到一个安排，再用大邻域改进，不另求证明", "a first plan, then large neighbourhoods, no proof"),
    "quick": ("只求第一个安排", "the first plan only"),
    "order": (
        "按需求先后次序安排并用模拟退火改进，只证明小批次",
        "an order of requests, annealed; a proof of small days only",
    ),
}
"""What each does, in Chinese and English."""
