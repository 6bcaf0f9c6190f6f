"""How many seeded edits of a report in Word ``dti proof`` finds: 100 on each report, half of them tracked.

Run it from the project: ``.venv/bin/python benchmarks/proof.py``. Two reports (the assessment, an agency's) in both
languages; of each of the five kinds of what must agree with the data, twenty edits at places drawn by lot. What is not
found is printed. The unedited report is compared too, and has to raise no alarm.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from edited import edits

from dti.render.catalogue import KINDS
from dti.review import again
from dti.review.meaning import KINDS as MEANINGS
from dti.review.proof import findings
from dti.review.word_document import document_of
from dti.store.tables import load

OF_EACH = 20
REPORTS = {"annual_assessment": {"year": 2023}, "agency/{agency}": {"year": 2023, "agency": "so-y-te"}}
#: A unit changed is told as its figure changed, and the other way round.
NEAR = {"figure": {"figure", "unit"}, "unit": {"unit", "figure"}}


def main() -> None:
    """Print a row for each report and language."""
    print(f"{'report':20} {'lang':5} {'edits':>6} {'found':>6} {'alarms unedited':>16}")
    for name, given in REPORTS.items():
        kind = next(kind for kind in KINDS if kind.output == name)
        for lang in ("vi", "en"):
            names = again.names_of_agencies(load("agencies"), lang)
            content = again.word_again(kind, given | {"lang": lang})
            made, tried, missed = document_of(content), 0, []
            for meaning in MEANINGS:
                for copy in edits(content, meaning, lang, names, OF_EACH, seed=1):
                    tried += 1
                    found = findings(made, document_of(copy), lang, names)
                    if not any(finding.kind in NEAR.get(meaning, {meaning}) for finding in found):
                        missed.append((meaning, [(one.kind, one.was, one.now) for one in found]))
            remade = document_of(again.word_again(kind, given | {"lang": lang}))
            alarms = len(findings(made, remade, lang, names))
            print(f"{name:20} {lang:5} {tried:6} {tried - len(missed):6} {alarms:16}", flush=True)
            for one in missed:
                print("   not found:", *one)


if __name__ == "__main__":
    main()
