"""Sliders for a scenario in JupyterLab: move an index, see rank, chart and sentence change, save the state as a file.

In a report, where nobody can move a slider, the panel shows a line of text instead.
"""

import html
import re
from pathlib import Path

import ipywidgets as widgets
import yaml

from dti.scenarios import charts as charts_what_if
from dti.scenarios import sentences as say
from dti.scenarios import tables as what_if_tables
from dti.scenarios.goal_seek import seek
from dti.scenarios.motion import possible_moves
from dti.scenarios.page import WhatIf, of_scenario
from dti.scenarios.scenario_file import Change, Goal, Scenario
from dti.show.outputs import Shown, png
from dti.store.faults import DataError
from dti.store.tables import Folder, data_dir
from dti.store.write import write_whole
from dti.words.markdown import plain
from dti.words.vietnamese import number

STEP = 0.005
#: A screen needs fewer dots than paper, and a slider a quick answer.
SCREEN_DPI = 100


class Panel:
    """The sliders of one scenario.

    Parameters
    ----------
    start : the page whose scenario the sliders begin with

    Examples
    --------
    >>> from dti.scenarios.page import page
    >>> panel = Panel(page("xa-hoi-so"))
    >>> panel.rank.value
    'Hạng 52 (năm cơ sở: 54)'
    """

    def __init__(self, start: WhatIf) -> None:
        self.start, self.current = start, start
        base = start.outcome.base
        self.sliders = {
            index_id: widgets.FloatSlider(
                value=round(value, 4),
                min=0,
                max=1,
                step=STEP,
                readout_format=".3f",
                description=start.index_name(index_id),
                style={"description_width": "16em"},
                layout={"width": "40em"},
                continuous_update=False,
            )
            for index_id, value in start.outcome.values.items()
        }
        self.base = base.values.loc[start.scenario.province]
        # A slider stands on its steps; as long as it is not moved, the exact value counts.
        self.untouched = {index_id: slider.value for index_id, slider in self.sliders.items()}
        self.others = widgets.Dropdown(
            options=[(start.word(f"scenario.moves.{name}"), name) for name in possible_moves(base)],
            value=start.scenario.others,
            description=start.words("Các tỉnh khác", "The others"),
            style={"description_width": "16em"},
            layout={"width": "40em"},
        )
        self.target = widgets.BoundedIntText(
            value=start.scenario.goal.rank if start.scenario.goal else start.outcome.rank,
            min=1,
            max=len(base.total),
            description=start.words("Hạng mong muốn", "Rank sought"),
            style={"description_width": "16em"},
        )
        self._place = None
        self.rank, self.sentence, self.wanted = widgets.Label(), widgets.HTML(), widgets.HTML()
        self.chart = widgets.Image(format="png", width=620)
        self.file = widgets.Text(
            value="kich-ban-moi", description=start.words("Lưu thành", "Save as"), style={"description_width": "16em"}
        )
        self.save = widgets.Button(description=start.words("Lưu kịch bản", "Save scenario"))
        self.saved = widgets.Label()
        for control in (*self.sliders.values(), self.others, self.target):
            control.observe(self._update, names="value")
        self.save.on_click(self._save)
        self._update()

    def scenario(self) -> Scenario:
        """Return what the controls say as a scenario."""
        old = self.start.scenario
        values = {
            index_id: self.start.outcome.values[index_id] if slider.value == self.untouched[index_id] else slider.value
            for index_id, slider in self.sliders.items()
        }
        changes = {
            index_id: Change(set=float(value)) for index_id, value in values.items() if value != self.base[index_id]
        }
        goal = (old.goal or Goal(rank=self.target.value)).model_copy(update={"rank": self.target.value})
        return old.model_copy(update={"changes": changes, "others": self.others.value, "goal": goal})

    def _update(self, _: object = None) -> None:
        scenario = self.scenario()
        # The goal is searched apart, so that a scenario without an answer to it still shows its rank.
        alone = scenario.model_copy(update={"goal": None, "indicators": {}})
        try:
            of = of_scenario(alone, self.start.lang, self.start.data, base=self.start.outcome.base)
        except DataError as error:  # the others cannot move so from this year
            self.rank.value, self.sentence.value = "–", html.escape(str(error))
            return
        self.current = of
        scores, ranks = what_if_tables.results(of), what_if_tables.places(of)
        self.rank.value = of.words(
            f"Hạng {of.outcome.rank} (năm cơ sở: {of.outcome.base_rank})",
            f"Rank {of.outcome.rank} (baseline: {of.outcome.base_rank})",
        )
        self.sentence.value = widgets_text(say.answer(of, scores, ranks))
        self.wanted.value = widgets_text(self._wanted(of, scenario.goal))
        figure = charts_what_if.indices(of, self._place)
        self.chart.value = png(figure, SCREEN_DPI)
        self._place = figure.axes[0].get_position()

    def _wanted(self, of: WhatIf, goal: Goal) -> str:
        try:
            found = seek(of.outcome, goal)
        except DataError as error:
            return str(error)
        if found.held:
            return of.words(f"Hạng {found.rank} đã đạt được.", f"Rank {found.rank} is already held.")
        if not found.reachable:
            return of.words(
                f"Không thể đạt hạng {found.rank}; tốt nhất là {found.best_rank}.",
                f"Rank {found.rank} is out of reach; the best is {found.best_rank}.",
            )
        return of.words(
            f"Để đạt hạng {found.rank} cần thêm {number(found.need, 'vi', 1)} điểm.",
            f"Rank {found.rank} takes {number(found.need, 'en', 1)} more points.",
        )

    def _save(self, _: object) -> None:
        try:
            path = save_scenario(self.scenario(), self.file.value, self.start.data)
        except DataError as error:
            self.saved.value = str(error)
        else:
            self.saved.value = self.start.words(f"Đã lưu: {path.name}", f"Saved: {path.name}")

    def shown(self) -> Shown:
        """Return the panel as an output: sliders in JupyterLab, a line of text in a report."""
        box = widgets.VBox(
            [
                *self.sliders.values(),
                self.others,
                self.target,
                self.rank,
                self.sentence,
                self.wanted,
                self.chart,
                widgets.HBox([self.file, self.save]),
                self.saved,
            ]
        )
        note = self.start.words(
            "Mở sổ tay này trong JupyterLab để kéo từng chỉ số và xem thứ hạng thay đổi.",
            "Open this notebook in JupyterLab to move each index and see the rank change.",
        )
        view = box._repr_mimebundle_()["application/vnd.jupyter.widget-view+json"]
        return Shown({"application/vnd.jupyter.widget-view+json": view, "text/markdown": note, "text/plain": note})


def widgets_text(text: str) -> str:
    """Return Markdown as HTML text for a widget, all of it escaped."""
    return html.escape(plain(text))


def save_scenario(scenario: Scenario, name: str, data: Folder = None) -> Path:
    """Write a scenario to the data folder's scenarios; a name that is taken is not written over.

    Raises
    ------
    DataError
        a name that is no id, or is taken
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,60}", name):
        raise DataError(f"'{name}' is not a name for a scenario; expected: small letters without accents, digits, '-'.")
    path = data_dir(data) / "scenarios" / f"{name}.yml"
    if path.exists():
        raise DataError(f"{path.name} is there already; expected: another name.")
    content = scenario.model_dump(exclude_none=True, exclude_defaults=True)
    write_whole(path, yaml.safe_dump(content, allow_unicode=True, sort_keys=False).encode("utf-8"))
    return path
