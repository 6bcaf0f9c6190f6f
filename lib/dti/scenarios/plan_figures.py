"""Results of plan indicators that a scenario assumes."""

import pandas as pd

from dti.plan.progress import PROVINCE
from dti.scenarios.scenario_file import Scenario
from dti.store.faults import DataError
from dti.store.tables import Folder, load_all


def assumed_observations(scenario: Scenario, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the observations with the scenario's assumed results of the province in use.

    Raises
    ------
    DataError
        an unknown indicator, a share outside 0 to 100, a count or ratio below 0
    """
    units = tables["indicators"].set_index("indicator_id")["unit"]
    faults = []
    for name, value in scenario.indicators.items():
        if name not in units:
            faults.append(f"indicators.{name}: not in indicators.csv; expected an indicator_id of that table.")
        elif value < 0 or (units[name] == "percent" and value > 100):
            faults.append(f"indicators.{name}: {value:g}; expected 0 or more, and at most 100 for a percentage.")
    if faults:
        raise DataError("\n".join(faults))
    rows = tables["observations"]
    replaced = (
        rows["indicator_id"].isin(scenario.indicators)
        & (rows["agency_id"] == PROVINCE)
        & (rows["year"] == scenario.plan_year)
        & (rows["period"] == "year")
        & (rows["kind"] == "actual")
    )
    assumed = pd.DataFrame(
        [
            {
                "indicator_id": name,
                "agency_id": PROVINCE,
                "year": scenario.plan_year,
                "period": "year",
                "kind": "actual",
                "value": value,
                "comparator": "=",
                "in_use": True,
                "stated": "implied",
                "evidence": "scenario",
            }
            for name, value in scenario.indicators.items()
        ]
    )
    kept = rows.assign(in_use=rows["in_use"] & ~replaced)
    return pd.concat([kept, assumed], ignore_index=True) if len(assumed) else kept


def load_plan(data: Folder = None) -> dict[str, pd.DataFrame]:
    """Return the tables that a plan scenario needs."""
    return load_all(["agencies", "pillars", "indicators", "observations", "responsibilities", "sources"], data)
