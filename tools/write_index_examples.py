"""Write the workbooks of notebook 08: the ASEM index, and an illustrative one of 63 provinces × 98 components.

Run: ``python tools/write_index_examples.py``. The second is drawn at random with a fixed seed: results of nobody.
"""

import numpy as np
import pandas as pd

from dti.store.tables import PROJECT, load
from dti.store.two_sheets import write_sheets

SEED = 98
#: Main indices and how many components each has here.
MAINS = {"NTS": 8, "TCS": 10, "HTS": 12, "NLS": 9, "ATTT": 11, "HDCQS": 20, "HDKTS": 14, "HDXHS": 14}


def asem() -> dict[str, pd.DataFrame]:
    """Return the two sheets of the ASEM index, from the tables beside it."""
    folder = PROJECT / "examples" / "asem"
    meta = pd.read_csv(folder / "structure.csv")
    rows = meta[meta["Type"].isin(["Indicator", "Aggregate"])]
    structure = pd.DataFrame(
        {
            "index_id": rows["iCode"],
            "name": rows["iName"],
            "parent": rows["Parent"],
            "weight": rows["Weight"],
            "direction": rows["Direction"],
            "basis": "COINr example data (MIT)",
        }
    )
    raw = pd.read_csv(folder / "raw.csv").rename(columns={"uCode": "unit"})
    leaves = rows.loc[rows["Type"] == "Indicator", "iCode"]
    return {"values": raw[["unit", *leaves]], "structure": structure}


def illustrative() -> dict[str, pd.DataFrame]:
    """Return two sheets of 63 provinces × 98 components under the eight main indices, drawn at random."""
    rng = np.random.default_rng(SEED)
    provinces = load("provinces").sort_values("province_id")
    table = load("dti_structure").query("version == '922'").set_index("index_id")
    rows = [("DTI", "Chỉ số chuyển đổi số (minh họa)", None, 1000.0)]
    strength, values = rng.normal(0, 1, len(provinces)), {}
    for main, number in MAINS.items():
        rows.append((main, table.at[main, "name_vi"], "DTI", table.at[main, "max_points"]))
        own = 0.7 * strength + 0.7 * rng.normal(0, 1, len(provinces))
        for part in range(1, number + 1):
            rows.append((f"{main}{part:02}", f"{table.at[main, 'name_vi']}, thành phần {part}", main, 10.0))
            drawn = 0.55 + 0.14 * own + 0.12 * rng.normal(0, 1, len(provinces))
            values[f"{main}{part:02}"] = np.clip(drawn, 0, 1).round(4)
    frame = pd.DataFrame(values).mask(rng.random((len(provinces), 98)) < 0.01)
    frame.insert(0, "unit", provinces["province_id"].to_numpy())
    frame.insert(1, "name", provinces["name_vi"].to_numpy())
    structure = pd.DataFrame(rows, columns=["index_id", "name", "parent", "weight"]).assign(direction=1)
    return {"values": frame, "structure": structure.assign(lower=0.0, upper=1.0, basis="illustrative")}


if __name__ == "__main__":
    write_sheets(PROJECT / "examples" / "asem" / "asem.xlsx", asem())
    write_sheets(PROJECT / "examples" / "chi-so-98-minh-hoa.xlsx", illustrative())
