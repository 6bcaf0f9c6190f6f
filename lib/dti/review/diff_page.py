"""What changed between two runs, on one page."""

from pathlib import Path

import jinja2

from dti.review.differences import RunComparison, by_causes, cause_words
from dti.words.vietnamese import Lang
from dti.words.word_list import word

TEMPLATES = Path(__file__).parent / "templates"


def page(compared: RunComparison, old: Path, new: Path, lang: Lang) -> str:
    """Return a comparison as an HTML page that needs no network and runs no script."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    groups = [
        {
            "cause": cause_words(causes, lang),
            "inputs": [name for cause in causes for name in compared.inputs[cause]],
            "found": found,
        }
        for causes, found in by_causes(compared).items()
    ]
    title = word("diff.title", lang, old=old.name, new=new.name)
    nothing = word("diff.nothing", lang)
    return environment.get_template("diff.html.j2").render(lang=lang, title=title, nothing=nothing, groups=groups)
