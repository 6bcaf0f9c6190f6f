"""Which indicator of the tables a figure is of, if any: words weighed by how rare they are, level and unit as conditions."""

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise

import pandas as pd

from dti.reader.agencies import spelled_out
from dti.reader.levels import ONE_AGENCY, body_level
from dti.reader.reading import Reading

#: Short forms of the trade, as whole words.
SHORT_FORMS = {
    "cntt": "công nghệ thông tin", "cbcc": "cán bộ công chức", "cbccvc": "cán bộ công chức viên chức",
    "tthc": "thủ tục hành chính", "dvc": "dịch vụ công", "dvctt": "dịch vụ công trực tuyến", "csdl": "cơ sở dữ liệu",
    "csdlqgvdc": "cơ sở dữ liệu quốc gia về dân cư", "attt": "an toàn thông tin", "atttt": "an toàn thông tin",
    "httt": "hệ thống thông tin", "tmđt": "thương mại điện tử", "bhyt": "bảo hiểm y tế", "dn": "doanh nghiệp",
    "gqtthc": "giải quyết thủ tục hành chính", "qlvb": "quản lý văn bản", "ttđt": "thông tin điện tử",
    "skđt": "sức khỏe điện tử", "tslcd": "truyền số liệu chuyên dùng", "cqnn": "cơ quan nhà nước",
    "dnnvv": "doanh nghiệp nhỏ và vừa", "cnscđ": "công nghệ số cộng đồng", "zôn": "rôn",
}  # fmt: skip
_STOP = {
    "tỷ",
    "lệ",
    "tỉ",
    "số",
    "của",
    "các",
    "và",
    "được",
    "có",
    "tại",
    "trong",
    "trên",
    "cho",
    "về",
    "từ",
    "đã",
    "là",
    "đạt",
    "với",
    "theo",
    "những",
    "một",
    "cấp",
    "tỉnh",
    "huyện",
    "xã",
    "đủ",
    "trở",
    "lên",
    "khi",
    "bằng",
    "qua",
    "so",
    "do",
    "đang",
    "còn",
    "mới",
    "này",
    "đó",
    "ở",
    "đến",
    "tới",
    "hoặc",
    "vào",
    "như",
    "hơn",
    "phấn",
    "đấu",
    "đảm",
    "bảo",
    "tối",
    "thiểu",
    "ít",
    "nhất",
    "khoảng",
}

#: Two names of one thing.
SAME = {"biên chế": "cán bộ", "mỗi": "bình quân", "tỷ trọng": "tỷ lệ", "hsskđt": "hồ sơ sức khỏe điện tử"}
_SAME = re.compile(r"(?<!\w)(?:" + "|".join(SAME) + r")(?!\w)")

#: Words that make a narrower measure of a wider one: both have them, or neither.
QUALIFIERS = [
    ("level-services", r"mức độ (?:\d|cao)"),
    ("full", r"toàn trình(?! và (?:một phần|dịch vụ))"),
    ("partial", r"(?<!và )(?<!trình, )một phần(?! trong)"),
    ("not-dedicated", r"không chuyên trách"),
    ("dedicated", r"(?<!không )(?<!cơ quan )chuyên trách"),
    ("small", r"(?:doanh nghiệp )?(?:nhỏ và vừa|vừa và nhỏ)"),
    ("undone", r"chưa (?:thực hiện|kết nối|được|triển khai)"),
]
#: What a text must say somewhere near before a figure is given a level that it does not name itself.
_TIER_WORDS = {
    "cap-tinh": r"tỉnh|(?<!\w)sở",
    "cap-huyen": r"huyện",
    "cap-xa": r"(?<!\w)(?<!tác )xã(?! hội)|phường|cơ sở(?! dữ)",
}
_NAMES_ITS_OWN = re.compile(r"tỷ lệ|tỉ lệ|tỷ trọng|tốc độ|số lượng")
TAKEN = 0.68
SURE = 0.9
LEAD = 0.03


@dataclass(frozen=True)
class Match:
    """What a figure is of: the indicator, its score from 0 to 1, the runner-up, and a remark on its definition."""

    indicator_id: str = ""
    score: float = 0.0
    runner_up: str = ""
    runner_score: float = 0.0
    level: str = ""
    remark: str = ""
    also: tuple[str, ...] = ()


def words(text: str) -> list[str]:
    """Return the telling syllables of a text, short forms spelled out.

    Examples
    --------
    >>> words("Tỷ lệ CBCC cấp xã được tập huấn CNTT")
    ['cán', 'bộ', 'công', 'chức', 'tập', 'huấn', 'công', 'nghệ', 'thông', 'tin']
    """
    low = _SAME.sub(lambda hit: SAME[hit.group()], spelled_out(text))
    syllables = re.findall(r"[^\W\d_]+", low)
    spelled = [part for syllable in syllables for part in SHORT_FORMS.get(syllable, syllable).split()]
    return [syllable for syllable in spelled if syllable not in _STOP]


def features(text: str) -> Counter:
    """Return single syllables and pairs of neighbours: "hồ sơ" is one word, "hồ" is none."""
    plain = words(text)
    return Counter(plain) + Counter(map(" ".join, pairwise(plain)))


class Indicators:
    """The indicators of the tables, to be found by the words of a plan.

    Parameters
    ----------
    indicators : table ``indicators``
    """

    def __init__(self, indicators: pd.DataFrame) -> None:
        level = "level" if "level" in indicators else "scope"
        self.level = dict(zip(indicators["indicator_id"], indicators[level], strict=True))
        self.unit = dict(zip(indicators["indicator_id"], indicators["unit"], strict=True))
        self.name = dict(zip(indicators["indicator_id"], indicators["name_vi"], strict=True))
        self.note = dict(zip(indicators["indicator_id"], indicators["note"].fillna(""), strict=True))
        self._features = {key: set(features(name)) for key, name in self.name.items()}
        times = Counter(feature for found in self._features.values() for feature in found)
        self._rare = {feature: math.log(1 + len(self.name) / count) for feature, count in times.items()}
        self._unknown = math.log(1 + len(self.name))
        self._qualified = {key: qualifiers(name) for key, name in self.name.items()}

    def match(self, reading: Reading, not_this: str = "") -> Match:
        """Return the indicator that a figure is of.

        Parameters
        ----------
        not_this : an indicator that this figure is only a part of
        """
        weights = _weights(reading.subject)
        said = qualifiers(reading.phrase or reading.own)
        ranked = []
        for key in self.name:
            if not self._fits(reading, key) or ("not-dedicated" in said) != ("not-dedicated" in self._qualified[key]):
                continue
            score = self._score(weights, key, reading, said)
            if reading.quantity.unit == "count" and self.unit[key] == "percent":
                score -= 0.04
            if reading.quantity.unit == "count" and self.unit[key] == "count":
                score += self._counted(reading.quantity.unit_text, key)
            if not reading.level and self.level[key] != "toan-tinh":
                score -= 0.02
            ranked.append((score, key))
        ranked.sort(key=lambda pair: (-pair[0], pair[1]))
        open_ones = [(score, key) for score, key in ranked if key != not_this]
        return self._decided(open_ones, said, weights, words(reading.phrase), reading)

    def _fits(self, reading: Reading, key: str) -> bool:
        """Level and unit are conditions; a count of a total may stand for the share, a level not named for any."""
        unit, level = reading.quantity.unit, reading.level
        unit_fits = unit == self.unit[key] or (
            unit == "count" and self.unit[key] == "percent" and reading.quantity.total is not None
        )
        if (
            self.unit[key] == "ratio"
            and unit == "count"
            and re.search(r"(?:mỗi|một|01|1) (?:cơ quan|đơn vị)|bình quân", _joined(reading))
        ):
            unit_fits = True
        if reading.quantity.unit_text in ("người", "biên chế") and unit == "ratio":
            unit_fits = self.unit[key] == "ratio"
        if level == "" and self.level[key] in _TIER_WORDS:
            return unit_fits and re.search(_TIER_WORDS[self.level[key]], _joined(reading)) is not None
        return unit_fits and level in ("", ONE_AGENCY, self.level[key])

    def _score(self, weights: dict[str, float], key: str, reading: Reading, said: set[str]) -> float:
        """Return how much of the name stands beside the figure, less for words there that the name lacks."""
        wanted = self._features[key]
        total = sum(self._worth(feature) for feature in wanted)
        covered = sum(self._worth(feature) * weights.get(feature, 0.0) for feature in wanted) / total
        own = set(words(reading.own[:140]))
        strange = [w for w in own if w not in wanted]
        if _NAMES_ITS_OWN.match(reading.phrase.lstrip(" ,và")) and reading.quantity.form != "cell":
            covered -= 0.12 * (1 - self._precision(words(reading.phrase), key, least=3))
        return (
            covered
            - 0.006 * min(len(strange), 8)
            + 0.05 * len(said & self._qualified[key] & {"not-dedicated", "small"})
        )

    def _worth(self, feature: str) -> float:
        return self._rare[feature] * (0.5 if " " in feature else 1.0)

    def _counted(self, unit_text: str, key: str) -> float:
        """Return a bonus if the name counts the same things, a malus if it counts others."""
        counted, named = words(unit_text)[:2], words(self.name[key])[:2]
        if not counted:
            return 0.0
        return 0.08 if counted == named else -0.12 if not set(counted) & set(named) else 0.0

    def _precision(self, phrase: list[str], key: str, least: int = 4) -> float:
        """Return the share of a phrase's telling words that the name has too, what narrows it set apart."""
        apart = {"mức", "độ", "toàn", "trình", "phần"}
        telling = [word for word in dict.fromkeys(phrase) if word not in apart]
        if len(telling) < least:
            return 0.0 if least == 4 else 1.0
        rare = [self._rare.get(word, self._unknown) for word in telling]
        return sum(r for word, r in zip(telling, rare, strict=True) if word in self._features[key]) / sum(rare)

    def _decided(
        self,
        ranked: list[tuple[float, str]],
        said: set[str],
        weights: dict[str, float],
        phrase: list[str],
        reading: Reading,
    ) -> Match:
        if not ranked:
            return Match()
        best_score, best = ranked[0]
        level, body = reading.level, bool(body_level(reading.quantity.unit_text))
        refused = Match(runner_up=best, runner_score=best_score)
        for place, (score, key) in enumerate(ranked[:4]):
            counted = not body and words(reading.quantity.unit_text)[:2] == words(self.name[key])[:2]
            if best_score - score > 0.15 or not self._close_enough(score, key, ranked, phrase, counted):
                break
            if place and self.level[key] not in ("toan-tinh", level):
                continue  # a second choice is not given a level that nobody named
            remark, fits = self._definition(key, said)
            if not fits:
                refused = replace(refused, remark=remark) if place == 0 else refused
                continue
            others = [pair for pair in ranked if pair[1] != key]
            runner_score, runner = others[0] if others else (0.0, "")
            alike = others and score - runner_score < LEAD and score < SURE and not remark and place == 0
            if alike and self.level[runner] == self.level[key] and self.unit[runner] == self.unit[key]:
                return replace(refused, remark="two-alike")
            also = tuple(k for other, k in others if other >= TAKEN + 0.05 and self._both(key, k, weights))
            return Match(key, score, runner, runner_score, self.level[key], remark, also)
        return refused

    def _close_enough(
        self, score: float, key: str, ranked: list[tuple[float, str]], phrase: list[str], counted: bool
    ) -> bool:
        """Tell whether a figure is of an indicator: most of the name is said, or little but the name is said."""
        if score >= (0.6 if self.unit[key] in ("ratio", "mbps") else TAKEN):  # few things are measured in rare units
            return True
        best, second = ranked[0], ranked[1] if len(ranked) > 1 else (0.0, "")
        if self.unit[key] == "count" and key == best[1] and score >= 0.55 and counted and score - second[0] >= 0.05:
            return True  # the things counted are the name's
        precise = score + self._precision(phrase, key) >= 1.35 and score >= 0.42
        return precise and key == best[1] and score - second[0] >= 0.12

    def _definition(self, key: str, said: set[str]) -> tuple[str, bool]:
        """Return a remark on a definition that differs, and whether the figure may still be joined.

        What the indicator's own note names as a former definition may be joined, with the remark.
        """
        has = self._qualified[key]
        if has - said - {"dedicated", "small"}:
            return "narrower", False
        extra = (said - has) & {"level-services", "full", "partial"}
        if not extra:
            return "", True
        known = "level-services" in extra and "level-services" in qualifiers(self.note[key])
        return ("definition", True) if known else ("wider", False)

    def _both(self, one: str, other: str, weights: dict[str, float]) -> bool:
        """Tell whether a sentence says both measures: each has telling words of its own, all of them near."""
        if self.unit[one] != "percent" or self.unit[other] != "percent" or self.level[one] != self.level[other]:
            return False
        singles = [{f for f in self._features[key] if " " not in f} for key in (one, other)]
        only = singles[0] - singles[1], singles[1] - singles[0]
        return all(part and all(weights.get(word, 0) >= 0.9 for word in part) for part in only)


def _joined(reading: Reading) -> str:
    return " ".join(text for text, weight in reading.subject if weight >= 0.7)


def _weights(subject: tuple[tuple[str, float], ...]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for text, weight in subject:
        for feature in features(text):
            weights[feature] = max(weights.get(feature, 0.0), weight)
    return weights


def qualifiers(text: str) -> set[str]:
    """Return which narrowings of a measure a text names; see `QUALIFIERS`."""
    low = spelled_out(text)
    return {name for name, pattern in QUALIFIERS if re.search(pattern, low)}
