"""Save a scenario as a file that is known to load back."""

import re
from pathlib import Path

import yaml

from dti.scenarios.page import of_file, of_scenario
from dti.scenarios.scenario_file import NAME, Scenario, read_scenario, scenario_names
from dti.store.faults import DataError
from dti.store.tables import Folder, data_dir
from dti.store.write import write_whole
from dti.words.vietnamese import Lang
from dti.words.word_list import word


def save_scenario(scenario: Scenario, name: str, data: Folder = None, lang: Lang = "vi") -> Path:
    """Write a scenario to the data folder's scenarios, once it is known that it can be applied and loads back the same.

    Raises
    ------
    DataError
        a name that is none or is taken (nothing is written over), or a scenario that cannot be applied
    """
    if not re.fullmatch(NAME, name):
        raise DataError(word("scenario_panel.no_name", lang, name=name))
    path = data_dir(data) / "scenarios" / f"{name}.yml"
    if name in scenario_names(data) or path.exists():
        raise DataError(word("scenario_panel.name_taken", lang, name=name))
    of_scenario(scenario, lang, data)
    content = scenario.model_dump(exclude_none=True, exclude_defaults=True)
    path.parent.mkdir(exist_ok=True)
    write_whole(path, yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000).encode("utf-8"))
    try:
        of_file(path, lang, data)
        if read_scenario(path, lang) != scenario:
            raise DataError(word("scenario_panel.other_back", lang, name=name))
    except DataError:
        path.unlink()
        raise
    return path
