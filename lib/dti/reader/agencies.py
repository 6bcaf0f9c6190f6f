"""Agencies as a plan names them: in full, abbreviated, misprinted, or as a class."""

import re
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
from rapidfuzz import fuzz, process

from dti.reader.lines import folded

#: Abbreviations of official prose, as whole words.
ABBREVIATIONS = [
    ("tt&tt", "thông tin và truyền thông"), ("tttt", "thông tin và truyền thông"),
    ("tn&mt", "tài nguyên và môi trường"), ("tnmt", "tài nguyên và môi trường"),
    ("nn&ptnt", "nông nghiệp và phát triển nông thôn"), ("nn và ptnt", "nông nghiệp và phát triển nông thôn"),
    ("kh&đt", "kế hoạch và đầu tư"), ("khđt", "kế hoạch và đầu tư"),
    ("gd&đt", "giáo dục và đào tạo"), ("gdđt", "giáo dục và đào tạo"),
    ("lđ-tb&xh", "lao động - thương binh và xã hội"), ("lđtb&xh", "lao động - thương binh và xã hội"),
    ("lđtbxh", "lao động - thương binh và xã hội"), ("vhtt&dl", "văn hóa, thể thao và du lịch"),
    ("vhttdl", "văn hóa, thể thao và du lịch"), ("kh&cn", "khoa học và công nghệ"), ("khcn", "khoa học và công nghệ"),
    ("gtvt", "giao thông vận tải"), ("nhnn", "ngân hàng nhà nước"), ("bhxh", "bảo hiểm xã hội"),
    ("ubnd", "ủy ban nhân dân"), ("vp", "văn phòng"), ("bcđ", "ban chỉ đạo"), ("cđs", "chuyển đổi số"),
    ("tp", "thành phố"), ("tx", "thị xã"), ("qlkkt", "quản lý khu kinh tế"), ("kbnn", "kho bạc nhà nước"),
]  # fmt: skip
_SHORT = re.compile(
    "|".join(
        rf"(?<![\w&]){re.escape(short)}(?![\w&])\.?"
        for short, _ in sorted(ABBREVIATIONS, key=lambda pair: -len(pair[0]))
    )
)
_LONG = dict(ABBREVIATIONS)

#: Classes of bodies: what the text says, and the kinds of agencies of the register that it means.
CLASSES = [
    ("sở, ban, ngành, đoàn thể tỉnh", "provincial"),
    ("sở, ban, ngành, đoàn thể", "provincial"),
    ("sở, ban, ngành cấp tỉnh", "provincial"),
    ("sở, ban, ngành tỉnh", "provincial"),
    ("sở, ban, ngành", "provincial"),
    ("sở, ngành", "provincial"),
    ("ủy ban nhân dân các huyện, thành phố", "districts"),
    ("ủy ban nhân dân huyện, thành phố", "districts"),
    ("các huyện, thành phố", "districts"),
    ("ủy ban nhân dân cấp huyện", "districts"),
    ("ủy ban nhân dân các huyện", "rural"),
]
_KINDS = {
    "provincial": {"so", "co-quan-ngang-so", "van-phong", "ban"},
    "districts": {"huyen", "thanh-pho"},
    "rural": {"huyen"},
}

#: How a body begins that the register may not have.
_STRANGER = re.compile(
    r"(?:Công an|Bảo hiểm xã hội|Bưu điện|Cục|Kho bạc|Bộ Chỉ huy|Liên minh|Hội|Tỉnh đoàn|Đoàn Thanh niên|Ủy ban Mặt trận"
    r"|Trung tâm|Viễn thông|Điện lực|Công ty|Đài|Báo|Trường|Chi cục|Tòa án|Viện|Ban Quản lý|Sở|Ban)\b"
)


@dataclass(frozen=True)
class Named:
    """An agency or a class of agencies named in a text; ``agency_ids`` is empty for one the register lacks."""

    start: int
    end: int
    text: str
    agency_ids: tuple[str, ...]
    basis: str


@lru_cache(maxsize=20_000)
def spelled_out(text: str) -> str:
    """Return folded text with its abbreviations in full words.

    Examples
    --------
    >>> spelled_out("Sở TT&TT, UBND tỉnh")
    'sở thông tin và truyền thông, ủy ban nhân dân tỉnh'
    """
    return _SHORT.sub(lambda hit: _LONG[hit.group().rstrip(".")], folded(text))


class Register:
    """The agencies of the tables, found in text by any of their names.

    Parameters
    ----------
    agencies : table ``agencies``
    """

    def __init__(self, agencies: pd.DataFrame) -> None:
        listed = agencies["in_register"] if "in_register" in agencies else agencies["has_report"]
        self.kinds = dict(zip(agencies["agency_id"], agencies["kind"], strict=True))
        self.names = dict(zip(agencies["agency_id"], agencies["name_vi"], strict=True))
        self.listed = [key for key, there in zip(agencies["agency_id"], listed, strict=True) if there]
        self._by_name: dict[str, tuple[str, ...]] = {}
        for key, name in self.names.items():
            if key == "tinh":
                continue
            for form in _forms(spelled_out(name), self.kinds[key]):
                self._by_name.setdefault(form, (key,))
        for words, name in CLASSES:
            self._by_name[words] = self.members(name)
        longest = sorted(self._by_name, key=len, reverse=True)
        self._pattern = re.compile(r"(?<!\w)(?:các )?(?P<name>" + "|".join(map(re.escape, longest)) + r")(?!\w)")

    def members(self, name: str) -> tuple[str, ...]:
        """Return the agencies of the register that a class means."""
        return tuple(key for key in self.listed if self.kinds[key] in _KINDS[name])

    def found(self, text: str) -> list[Named]:
        """Return the agencies and classes named in a text, in order, places as in `spelled_out`.

        Examples
        --------
        >>> from dti.store.tables import load
        >>> [(n.text, n.basis) for n in Register(load("agencies")).found("phối hợp với Sở TT&TT, UBND các huyện")]
        [('sở thông tin và truyền thông', 'named'), ('ủy ban nhân dân các huyện', 'class')]
        """
        low = spelled_out(text)
        names = []
        for hit in self._pattern.finditer(low):
            ids = self._by_name[hit.group("name")]
            names.append(Named(*hit.span(), hit.group(), ids, "class" if len(ids) > 1 else "named"))
        return names

    def whole(self, text: str) -> Named | None:
        """Return the agency that a heading or a cell names and nothing else; a misprint is forgiven."""
        low = re.sub(r"^(?:đề nghị|giao|các cơ quan:?)\s+", "", spelled_out(text).strip(" .:;-"))
        found = self.found(text)
        covered = sum(name.end - name.start for name in found)
        if found and covered >= 0.75 * len(low):
            ids = tuple(dict.fromkeys(key for name in found for key in name.agency_ids))
            return Named(0, len(low), low, ids, "class" if any(name.basis == "class" for name in found) else "named")
        best = process.extractOne(low, list(self._by_name), scorer=fuzz.ratio, score_cutoff=88)
        if best is not None and len(low) > 8:
            ids = self._by_name[best[0]]
            return Named(0, len(low), low, ids, "class" if len(ids) > 1 else "named")
        return None


def _forms(name: str, kind: str) -> list[str]:
    """Return the ways an agency is called: with and without its committee, its province, its rank."""
    forms = [name, name.removesuffix(" tỉnh lai châu"), name.removesuffix(" lai châu")]
    if kind in ("huyen", "thanh-pho"):
        place = name.removeprefix("ủy ban nhân dân ")
        forms = [f"ủy ban nhân dân {place}", place]
    if name.endswith(" tỉnh lai châu"):
        forms.append(name.removesuffix(" lai châu"))
    if name.endswith(" tỉnh"):
        forms.append(name.removesuffix(" tỉnh") + " tỉnh lai châu")
    if name.startswith("các "):
        forms.append(name.removeprefix("các "))
    if name.startswith("ban chỉ đạo"):
        forms += ["ban chỉ đạo chuyển đổi số", "ban chỉ đạo tỉnh"]
    if name.startswith("văn phòng"):
        forms.append("văn phòng ủy ban nhân dân tỉnh")
    return [form for form in dict.fromkeys(forms) if len(form) > 5]


def strangers(text: str) -> list[str]:
    """Return the bodies that a text names by a proper name, whether or not the register has them.

    Examples
    --------
    >>> strangers("phối hợp với Công an tỉnh, Bưu điện tỉnh đưa sản phẩm")
    ['Công an tỉnh', 'Bưu điện tỉnh']
    """
    found = []
    for hit in _STRANGER.finditer(text):
        more = re.findall(r"\S+", text[hit.end() :])
        taken = []
        for place, word in enumerate(more):
            joins = word in ("và", "-") and place + 1 < len(more) and more[place + 1][:1].isupper()
            if not (word.strip(",.;:)") == "tỉnh" or word[:1].isupper() or joins):
                break
            taken.append(word.strip(",.;:)"))
            if word[-1] in ",.;:)":
                break
        if taken:
            found.append(" ".join([hit.group(), *taken]))
    return found
