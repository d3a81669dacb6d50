"""Kidney biopsies: what a report says in words."""

from __future__ import annotations

import pytest

from lnfhir.chart.histology import read_classes, read_histology


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("III", "III"),
        ("class III + V", "III V"),
        ("ISN/RPS Class IV-G (A/C)", "IV"),
        ("ISN/RPS 2018 class III", "III"),
        ("Class 4", "IV"),
        ("Ⅳ型", "IV"),
        ("Ⅲ+Ⅴ型", "III V"),
        ("狼疮性肾炎 IV+V型", "IV V"),
        ("LN-V", "V"),
        ("class III/V", "III V"),
        ("WHO class IV", "IV"),
        ("class III (A)", "III"),
        ("Lupus nephritis class II", "II"),
        ("mixed class III and V", "III V"),
        ("classes III & V", "III V"),
        ("see report", ""),
        ("", ""),
        ("C", ""),
    ],
)
def test_a_class_in_words(text: str, classes: str) -> None:
    assert read_classes(text) == frozenset(classes.split())


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("Diffuse lupus nephritis, ISN/RPS class IV-S (A).", "IV"),
        ("No evidence of class V. Class III lupus nephritis.", "III"),
        ("Previous biopsy showed class II. Now class IV.", "IV"),
        ("Possible class V component.", ""),
        ("Class III, no class V lesions.", "III"),
        ("Not lupus nephritis.", ""),
        ("符合狼疮性肾炎，Ⅳ型（A/C）。", "IV"),
        ("未见Ⅴ型改变。Ⅲ型狼疮性肾炎。", "III"),
        ("New York Heart Association Class II", ""),
        ("Type 2 diabetes; type IV collagen stain normal", ""),
        ("2型糖尿病，Ⅳ型胶原阳性", ""),
        ("HLA class II expression", ""),
        ("The class is given in the scanned report", ""),
        ("IgA nephropathy, class III", ""),
        ("Lee class III.", ""),
        ("Diabetic nephropathy, Tervaert class IIb", ""),
        ("IgA nephropathy. Lupus nephritis class III.", "III"),
        ("Diabetic nephropathy class III, no evidence of lupus nephritis.", ""),
        ("Lupus nephritis class IV with diabetic nephropathy class III.", "IV"),
        ("Class III lupus nephritis and IgA nephropathy.", "III"),
        ("糖尿病肾病 Ⅲ型，未见狼疮性肾炎改变。", ""),
        ("Lupus nephritis class IV-G without crescents, TMA or necrosis.", "IV"),
        ("狼疮性肾炎IV型无新月体。", "IV"),
        ("Class V lesions are not seen.", ""),
    ],
)
def test_classes_in_a_report(text: str, classes: str) -> None:
    assert read_histology(text).classes == frozenset(classes.split())


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("IgA nephropathy, Oxford M1 E0 S0 T1.", "IgA nephropathy"),
        ("IgA nephropathy without crescents", "IgA nephropathy"),
        ("IgA nephropathy with no crescents.", "IgA nephropathy"),
        ("No crescents, IgA nephropathy.", "IgA nephropathy"),
        ("Not lupus nephritis, but IgA nephropathy.", "IgA nephropathy"),
        ("IgA nephropathy rather than lupus nephritis.", "IgA nephropathy"),
        ("IgA nephropathy, more sclerosis than in the prior biopsy.", "IgA nephropathy"),
        ("IgA nephropathy cannot be excluded.", "IgA nephropathy"),
        ("不能除外IgA肾病。", "IgA nephropathy"),
        ("未见免疫复合物沉积，IgA肾病。", "IgA nephropathy"),
        ("Membranous nephropathy, PLA2R positive.", "primary membranous nephropathy, membranous nephropathy"),
        ("Membranous nephropathy; PLA2R negative.", "membranous nephropathy"),
        ("膜性肾病（非狼疮）", "primary membranous nephropathy, membranous nephropathy"),
        ("原发性膜性肾病", "primary membranous nephropathy, membranous nephropathy"),
        ("Nodular diabetic glomerulosclerosis.", "diabetic nephropathy"),
        ("糖尿病肾病，Ⅲ级", "diabetic nephropathy"),
        ("FSGS, tip variant", "focal segmental glomerulosclerosis"),
        ("No abnormality by light microscopy, consistent with minimal change disease.", "minimal change disease"),
        ("Normal glomeruli, no deposits, favour minimal change", "minimal change disease"),
        ("微小病变肾病", "minimal change disease"),
        ("AL amyloidosis", "amyloidosis"),
        ("肾淀粉样变性", "amyloidosis"),
        ("Pauci-immune glomerulonephritis (MPO-ANCA)", "ANCA-associated glomerulonephritis"),
        ("Thin basement membrane disease", "thin basement membrane nephropathy"),
        ("Lupus nephritis class IV and diabetic nephropathy", "diabetic nephropathy"),
        ("Acute tubular necrosis.", "acute tubular injury"),
        ("Collapsing glomerulopathy", "podocytopathy"),
        ("No evidence of diabetic nephropathy.", ""),
        ("IgA nephropathy and diabetic nephropathy are excluded.", ""),
        ("IgA nephropathy with amyloidosis excluded.", "IgA nephropathy"),
        ("Diabetic nephropathy is not identified.", ""),
        ("Diabetic nephropathy: absent.", ""),
        ("No evidence of IgA nephropathy, diabetic nephropathy, or amyloidosis.", ""),
        ("No IgA nephropathy, diabetic nephropathy and amyloid deposits.", ""),
        ("Not consistent with IgA nephropathy.", ""),
        ("未见糖尿病肾病", ""),
        ("除外IgA肾病", ""),
        ("未见糖尿病肾病、淀粉样变及IgA肾病。", ""),
        ("ANCA negative, anti-GBM antibody negative", ""),
        ("Congo red negative for amyloid deposits", ""),
        ("History of IgA nephropathy. Lupus nephritis class III.", ""),
        ("Membranous lupus nephritis, class V", ""),
        ("狼疮性肾炎Ⅴ型", ""),
        ("Lupus nephritis, class IV, interstitial fibrosis 10 %", ""),
    ],
)
def test_other_diseases_in_a_report(text: str, named: str) -> None:
    doubts = read_histology(text).doubts
    assert ", ".join(map(str, doubts.others + doubts.alike)) == named


@pytest.mark.parametrize(
    ("text", "denied", "inadequate"),
    [
        ("No evidence of lupus nephritis.", True, False),
        ("不符合狼疮性肾炎", True, False),
        ("No crescents. Lupus nephritis.", False, False),
        ("Inadequate sample: medulla only.", False, True),
        ("No glomeruli.", False, True),
        ("No glomeruli with crescents.", False, False),
        ("标本不足，未见肾小球。", False, True),
        ("未见肾小球基底膜增厚", False, False),
    ],
)
def test_a_report_that_shows_no_nephritis(text: str, denied: bool, inadequate: bool) -> None:
    doubts = read_histology(text).doubts
    assert (doubts.denied, doubts.inadequate) == (denied, inadequate)


@pytest.mark.parametrize(
    ("text", "tma"),
    [
        ("Thrombotic microangiopathy is present.", True),
        ("No thrombotic microangiopathy.", False),
        ("There is no evidence of TMA", False),
        ("未见血栓性微血管病", False),
        ("血栓性微血管病", True),
        ("Cannot exclude thrombotic microangiopathy", None),
        ("Prior biopsy: TMA.", None),
        ("Thrombotic microangiopathy without fibrinoid necrosis.", True),
        ("No crescents are seen and thrombotic microangiopathy is present.", True),
        ("无新月体形成可见血栓性微血管病。", True),
        ("Antiphospholipid antibody nephropathy.", True),
        ("抗磷脂抗体相关性肾病", True),
        ("No thrombotic microangiopathy is seen.", False),
        ("Thrombotic microangiopathy was not identified.", False),
        ("TMA: none", False),
        ("血栓性微血管病未见。", False),
        ("Class IV without crescents, TMA or necrosis.", False),
        ("Class IV.", None),
    ],
)
def test_thrombotic_microangiopathy_in_a_report(text: str, tma: bool | None) -> None:
    assert read_histology(text).tma is tma


@pytest.mark.parametrize(
    ("text", "active"),
    [
        ("Cellular crescents in 3 of 12 glomeruli.", True),
        ("No active lesions.", False),
        ("Endocapillary hypercellularity without crescents.", True),
        ("No cellular crescents or fibrinoid necrosis.", False),
        ("Activity index 0/24.", False),
        ("AI 6", True),
        ("活动性指数（AI）5", True),
        ("unremarkable", None),
    ],
)
def test_active_lesions_in_a_report(text: str, active: bool | None) -> None:
    assert read_histology(text).active_lesions is active


@pytest.mark.parametrize(
    ("text", "sclerosis"),
    [
        ("Advanced glomerulosclerosis.", True),
        ("95% of glomeruli show global sclerosis", True),
        ("2 of 20 glomeruli are globally sclerosed", None),
        ("No significant sclerosis", False),
    ],
)
def test_sclerosis_in_a_report(text: str, sclerosis: bool | None) -> None:
    assert read_histology(text).sclerosis is sclerosis


@pytest.mark.parametrize("text", ["AI 8, AI 9", "AI 99", "activity index high", "AI 8.5"])
def test_an_index_that_is_not_clear_is_not_read(text: str) -> None:
    assert read_histology(text).activity_index is None
