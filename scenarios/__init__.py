"""What-if scenarios: edits of a batch, compared by their plans (docs/whatif.md)."""

from scenarios.scenario import Edited as Edited
from scenarios.scenario import Scenario as Scenario
from scenarios.scenario import apply as apply
from scenarios.scenario import load_scenario as load_scenario
from scenarios.scenario import read_scenario as read_scenario
from scenarios.scenario import ready as ready
from scenarios.scenario import to_toml as to_toml
