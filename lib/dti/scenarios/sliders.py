"""Sliders for a scenario in JupyterLab: move an index, see rank, chance and chart change, save the state as a file.

In a report, where nobody can move a slider, the panel shows a line of text instead.
"""

import html
from collections.abc import Iterator
from contextlib import contextmanager

import ipywidgets as widgets
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from dti.scenarios import charts as charts_what_if
from dti.scenarios import sentences as say
from dti.scenarios import tables as what_if_tables
from dti.scenarios.changes import Change, number_said
from dti.scenarios.faults import ScenarioError
from dti.scenarios.goal_seek import seek
from dti.scenarios.motion import possible_moves
from dti.scenarios.page import WhatIf, of_scenario
from dti.scenarios.saving import save_scenario
from dti.scenarios.scenario_file import Goal, OneOrBoth, Scenario, as_faults, name_for
from dti.show.outputs import Shown
from dti.store.faults import DataError
from dti.words.markdown import plain
from dti.words.vietnamese import number

STEP = 0.005
#: Enough for a chance in whole percent, and quick enough for a slider.
DRAWS = 2000
WIDE = {"style": {"description_width": "16em"}, "layout": {"width": "44em"}}


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
        self.start, self.current, self.lang = start, start, start.lang
        self.touched: dict[str, float] = {}
        self._quiet = False
        indices = start.outcome.values.dropna().index
        self.sliders = {name: self._slider(name) for name in indices}
        self.numbers = {name: widgets.Text(continuous_update=False, layout={"width": "7em"}) for name in indices}
        self.others, self.own = (self._moves(key) for key in ("others", "own"))
        self.target = widgets.BoundedIntText(
            min=1, max=len(start.start.base.total), description=self._word("target"), style=WIDE["style"]
        )
        self.keep_goal = widgets.Checkbox(description=self._word("keep_goal"), indent=False)
        self.reset = widgets.Button(description=self._word("reset"))
        self.rank, self.sentence, self.wanted, self.likely = widgets.Label(), *(widgets.HTML() for _ in range(3))
        self.chart, self.saved = widgets.HTML(), widgets.HTML()
        self.title = widgets.Text(description=self._word("title"), **WIDE)
        self.reasoning = widgets.Textarea(description=self._word("reasoning"), **WIDE)
        self.file = widgets.Text(description=self._word("file"), placeholder=self._word("file_hint"), **WIDE)
        self.save = widgets.Button(description=self._word("save"))
        self._begin()
        self._listen()

    def scenario(self) -> Scenario:
        """Return what the controls say as a scenario; title and reasoning are asked for anew, for they are another's.

        Raises
        ------
        ScenarioError
            no title, or no reasoning
        """
        said = {"title": self.title.value.strip(), "reasoning": self.reasoning.value.strip()}
        try:
            own = {key: OneOrBoth.model_validate({self.lang: text or None}) for key, text in said.items()}
        except ValidationError as error:
            place = next(key for key, text in said.items() if not text)
            faults = [type(fault)(self._word(place), fault.kind, fault.slots) for fault in as_faults(error)]
            raise ScenarioError(faults, self.lang) from None
        return self._state(self._goal() if self.keep_goal.value else None).model_copy(update={**own, "link": None})

    def shown(self) -> Shown:
        """Return the panel as an output: sliders in JupyterLab, a line of text in a report."""
        rows = [widgets.HBox([self.sliders[name], self.numbers[name]]) for name in self.sliders]
        box = widgets.VBox(
            [
                *rows, self.others, self.own, widgets.HBox([self.target, self.reset]),
                self.rank, self.sentence, self.wanted, self.likely, self.chart,
                self.title, self.reasoning, self.file, widgets.HBox([self.save, self.keep_goal]), self.saved,
            ]
        )  # fmt: skip
        note = self._word("note")
        view = box._repr_mimebundle_()["application/vnd.jupyter.widget-view+json"]
        return Shown({"application/vnd.jupyter.widget-view+json": view, "text/markdown": note, "text/plain": note})

    def _word(self, key: str, **slots: object) -> str:
        return self.start.word(f"scenario_panel.{key}", **slots)

    def _slider(self, name: str) -> widgets.FloatSlider:
        label = self.start.index_name(name)
        return widgets.FloatSlider(
            min=0, max=1, step=STEP, description=label, readout=False, continuous_update=False, **WIDE
        )

    def _moves(self, key: str) -> widgets.Dropdown:
        options = [(self.start.word(f"scenario.moves.{name}"), name) for name in possible_moves(self.start.start.base)]
        return widgets.Dropdown(options=options, description=self._word(key), **WIDE)

    def _listen(self) -> None:
        for name, slider in self.sliders.items():
            slider.observe(lambda change, name=name: self._touch(name, change["new"]), names="value")
            self.numbers[name].observe(lambda change, name=name: self._type(name, change["new"]), names="value")
        for control in (self.others, self.own, self.target):
            control.observe(self._answer, names="value")
        self.reset.on_click(self._begin)
        self.save.on_click(self._save)

    def _begin(self, _: object = None) -> None:
        """Put every control where the scenario has it."""
        start = self.start
        with self._quietly():
            self.touched = {}
            self.others.value, self.own.value = start.scenario.others, start.scenario.moves
            goal = start.scenario.goal
            self.target.value = goal.rank if goal else start.outcome.rank
            self.keep_goal.value = goal is not None
            self.saved.value = ""
        self._answer()

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Move controls without an answer to each of their moves."""
        self._quiet = True
        try:
            yield
        finally:
            self._quiet = False

    def _touch(self, name: str, value: float) -> None:
        if not self._quiet:
            self.touched[name] = float(value)
            self._answer()

    def _type(self, name: str, text: str) -> None:
        if self._quiet:
            return
        try:
            value = float(number_said(text))
        except (PydanticCustomError, ValueError):
            self._tell(self.start.word("scenario_panel.no_number", value=text))
            return
        if 0 <= value <= 1:
            self._touch(name, value)
        else:
            self._tell(self.start.word("scenario_panel.no_number", value=text))

    def _state(self, goal: Goal | None) -> Scenario:
        """Return the scenario with what was moved; what was not stays as its author said it."""
        own = None if self.own.value == self.others.value else self.own.value
        changes = self.start.scenario.changes | {name: Change(set=value) for name, value in self.touched.items()}
        update = {"changes": changes, "others": self.others.value, "own": own, "goal": goal}
        return self.start.scenario.model_copy(update=update)

    def _goal(self) -> Goal:
        return (self.start.scenario.goal or Goal(rank=1)).model_copy(update={"rank": self.target.value})

    def _answer(self, _: object = None) -> None:
        if self._quiet:
            return
        # The goal is searched apart, so that a scenario without an answer to it still shows its rank.
        alone = self._state(None).model_copy(update={"indicators": {}})
        try:
            of = of_scenario(alone, self.lang, self.start.data, draws=DRAWS, base=self.start.start.base)
        except ScenarioError as error:
            self._tell(error.said(self.lang))
            return
        self.current = of
        scores, ranks = what_if_tables.results(of), what_if_tables.places(of)
        self.rank.value = self._word("rank", rank=of.outcome.rank, base=of.outcome.base_rank)
        self.sentence.value = as_html(say.answer(of, scores, ranks))
        self.wanted.value = html.escape(self._wanted(of))
        self.likely.value = html.escape(self._likely(of))
        self.chart.value = charts_what_if.index_chart(of).bundle["text/html"]
        with self._quietly():
            for name, value in of.outcome.values[list(self.sliders)].items():
                self.sliders[name].value = round(float(value), 4)
                self.numbers[name].value = number(float(value), self.lang, 4)

    def _tell(self, fault: str) -> None:
        """Show what is wrong in place of every answer, so that none of an earlier state is left standing."""
        self.rank.value, self.sentence.value = "–", html.escape(fault).replace("\n", "<br>")
        self.wanted.value = self.likely.value = self.chart.value = ""

    def _wanted(self, of: WhatIf) -> str:
        """Return what the rank sought still takes; blank where chance moves provinces: there is no one answer then."""
        if of.outcome.by_chance:
            return ""
        try:
            found = seek(of.outcome, self._goal())
        except ScenarioError as error:
            return error.said(self.lang)
        if found.held:
            return self._word("held", rank=found.rank)
        if not found.reachable:
            return self._word("out_of_reach", rank=found.rank, best=found.best_rank)
        return self._word("need", rank=found.rank, points=number(found.need_printed, self.lang, 1))

    def _likely(self, of: WhatIf) -> str:
        """Return how likely the rank sought is next year, and between which ranks nine draws of ten lie."""
        if of.futures is None:
            return self._word("no_chance", year=of.scenario.year)
        without, changed = (number(100 * one.chance(self.target.value), self.lang, 0) for one in of.futures)
        low, high = (of.futures[1].rank_at(share) for share in (0.05, 0.95))
        return self._word(
            "chance",
            rank=self.target.value,
            year=of.scenario.year + 1,
            without=without,
            changed=changed,
            low=low,
            high=high,
        )

    def _save(self, _: object) -> None:
        try:
            scenario = self.scenario()
            name = self.file.value.strip() or name_for(scenario.title.said(self.lang))
            path = save_scenario(scenario, name, self.start.data, self.lang)
        except DataError as error:
            said = error.said(self.lang) if isinstance(error, ScenarioError) else str(error)
            self.saved.value = html.escape(said).replace("\n", "<br>")
        else:
            self.saved.value = html.escape(self._word("saved", file=path.name))


def as_html(text: str) -> str:
    """Return Markdown as HTML text for a widget, all of it escaped."""
    return html.escape(plain(text))
