"""Results of plan indicators that a scenario assumes."""

import difflib

import pandas as pd

from dti.plan.progress import PROVINCE
from dti.scenarios.faults import Fault, ScenarioError
from dti.scenarios.scenario_file import Scenario
from dti.store.tables import Folder, load_all

#: Whose plan it is.
HOME = "lai-chau"


def assumed_observations(scenario: Scenario, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the observations with the scenario's assumed results of the province in use.

    Raises
    ------
    ScenarioError
        an unknown indicator, a share outside 0 to 100, a count or ratio below 0, a year without a plan, or another
        province than the plan's
    """
    faults = _faults(scenario, tables)
    if faults:
        raise ScenarioError(faults)
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


def _faults(scenario: Scenario, tables: dict[str, pd.DataFrame]) -> list[Fault]:
    units = tables["indicators"].set_index("indicator_id")["unit"]
    faults = []
    if scenario.indicators and scenario.province != HOME:
        faults.append(Fault("indicators", "other_provinces_plan", {"home": HOME, "name": scenario.province}))
    years = sorted(tables["observations"].query("kind == 'target'")["year"].unique())
    if scenario.indicators and scenario.plan_year not in years:
        faults.append(Fault("plan_year", "no_plan_year", {"year": scenario.plan_year, "known": years}))
    for name, value in scenario.indicators.items():
        if name not in units:
            close = difflib.get_close_matches(name, list(units.index), 5, 0.0)
            faults.append(Fault(f"indicators.{name}", "no_indicator", {"close": close}))
        elif value < 0 or (units[name] == "percent" and value > 100):
            faults.append(Fault(f"indicators.{name}", "bad_result", {"value": f"{value:g}"}))
    return faults


def who_must(plan: pd.DataFrame, tables: dict[str, pd.DataFrame], year: int) -> pd.DataFrame:
    """Return who must bring about the assumed results: one row per agency and indicator that it leads or carries out.

    Parameters
    ----------
    plan : progress of the indicators whose results are assumed, as reports show it

    Returns
    -------
    agency_id, role, indicator_id, name, unit, base_actual (reached), year_actual (assumed), year_target (asked for by
    the plan); ordered by agency and indicator.
    """
    duties = tables["responsibilities"]
    if "year" in duties:
        duties = duties[duties["year"].isna() | duties["year"].eq(year)]
    duties = duties[duties["role"].isin(["lead", "implement"])][["agency_id", "role", "indicator_id"]].drop_duplicates()
    columns = ["indicator_id", "name", "unit", "base_actual", "year_actual", "year_target"]
    return duties.merge(plan[columns], on="indicator_id").sort_values(["agency_id", "role", "name"], ignore_index=True)


def load_plan(data: Folder = None) -> dict[str, pd.DataFrame]:
    """Return the tables that a plan scenario needs."""
    return load_all(["agencies", "pillars", "indicators", "observations", "responsibilities", "sources"], data)
