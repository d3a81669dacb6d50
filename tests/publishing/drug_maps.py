"""Concept maps of drugs and tests: ATC to ingredients, Chinese names to ingredients and LOINC."""

from __future__ import annotations

from typing import Any

from lnfhir.analytes import Analyte
from lnfhir.terminology.lab_names import named_test
from lnfhir.terminology.value_sets import VALUE_SETS
from tests.publishing.shelf import ATC, LOINC, RXNORM, TERM, Resource, canonical, copyright_of, head, published

DRUG_NAMES = canonical("CodeSystem", "drug-name-zh")
TEST_NAMES = canonical("CodeSystem", "test-name-zh")

LAB_NAMES = (
    "尿蛋白肌酐比值", "随机尿蛋白/肌酐比值", "24小时尿蛋白定量", "24小时尿蛋白", "尿微量白蛋白/肌酐", "尿白蛋白肌酐比",
    "血肌酐", "血清肌酐", "肌酐", "估算肾小球滤过率", "估计肾小球滤过率", "白蛋白", "血清白蛋白", "血钾",
    "糖化血红蛋白",
    "补体C3", "补体C4", "总补体活性", "抗双链DNA抗体", "抗ds-DNA抗体", "体重", "身高", "体重指数", "收缩压", "舒张压",
    "红细胞管型", "颗粒管型", "人绒毛膜促性腺激素", "狼疮抗凝物", "抗心磷脂抗体", "乳酸脱氢酶", "结合珠蛋白",
    "触珠蛋白",
    "血小板计数", "破碎红细胞", "血红蛋白", "白细胞计数", "中性粒细胞计数", "免疫球蛋白G", "乙肝表面抗原",
    "乙肝核心抗体",
    "乙肝表面抗体", "乙肝病毒DNA", "丙肝抗体", "谷丙转氨酶", "丙氨酸氨基转移酶", "谷草转氨酶", "天门冬氨酸氨基转移酶",
    "25-羟基维生素D", "他克莫司谷浓度",
)  # fmt: skip
"""Names of tests in Chinese laboratory systems; only what the recogniser understands is published."""


def _concepts(key: str, system: str) -> list[dict[str, Any]]:
    compose = PUBLISHED[key]["compose"]["include"]
    return [concept for include in compose if include["system"] == system for concept in include.get("concept", ())]


PUBLISHED = published("ValueSet")
DRUGS = tuple(key for key, each in VALUE_SETS.items() if each.kind == "drug")


def ingredient(key: str) -> str | None:
    """The RxNorm code of the ingredient itself, where it has one."""
    title = VALUE_SETS[key].title.casefold()
    return next((each["code"] for each in _concepts(key, RXNORM) if each["display"].casefold() == title), None)


def _groups(source: str, keys_of: dict[str, list[str]]) -> list[dict[str, Any]]:
    """To RxNorm ingredients, and to our terms; a combination maps to each of its ingredients, which are wider."""
    groups = []
    for target, code_of in ((RXNORM, ingredient), (TERM, lambda key: key)):
        elements = []
        for code, keys in sorted(keys_of.items()):
            equivalence = "equivalent" if len(keys) == 1 else "wider"
            found = [(key, code_of(key)) for key in keys]
            targets = [
                {"code": each, "display": VALUE_SETS[key].title, "equivalence": equivalence}
                for key, each in found
                if each is not None
            ]
            if targets:
                elements.append({"code": code, "target": targets})
        groups.append({"source": source, "target": target, "element": elements})
    return groups


def _by(system: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key in DRUGS:
        for concept in _concepts(key, system):
            found.setdefault(concept["code"], []).append(key)
    return found


def chinese_drug_names() -> dict[str, list[str]]:
    """Each Chinese name of a drug and the ingredients it means."""
    found: dict[str, list[str]] = {}
    for key in DRUGS:
        for concept in _concepts(key, TERM):
            for designation in concept.get("designation", ()):
                if designation["language"] == "zh" and "use" not in designation:
                    found.setdefault(designation["value"].strip(), []).append(key)
    return found


def atc_map() -> Resource:
    """ATC to ingredients."""
    return head(
        "ConceptMap",
        "atc-to-ingredient",
        "ATC to ingredients",
        purpose="The ingredient of each ATC code that the rules know, as RxNorm ingredient and as term.",
        copyright=copyright_of(ATC, RXNORM),
        group=_groups(ATC, _by(ATC)),
    )


def drug_name_map() -> Resource:
    """Chinese names to ingredients."""
    return head(
        "ConceptMap",
        "drug-name-zh-to-ingredient",
        "Chinese names of drugs to ingredients",
        purpose="Names of drugs in Chinese records, generic and brand, and the ingredient each means.",
        copyright=copyright_of(RXNORM),
        group=_groups(DRUG_NAMES, chinese_drug_names()),
    )


def chinese_test_names() -> dict[str, Analyte]:
    """Each Chinese name of a test that is understood, and what it measures."""
    found: dict[str, Analyte] = {}
    for name in LAB_NAMES:
        test = named_test(name)
        if test is not None and not test.inverse and not test.dialysis:
            found[name] = Analyte(test.analyte)
    return found


def loinc_of(analyte: Analyte, collection: str) -> str | None:
    """The first LOINC code of the value set of this analyte and collection."""
    for key in sorted(VALUE_SETS, key=lambda each: (each != analyte.value, each)):
        found = VALUE_SETS[key]
        if found.kind == "analyte" and found.analyte == analyte.value and collection in ("", found.collection):
            code = next((member.code for member in found.members if member.system == "loinc"), None)
            if code is not None:
                return code
    return None


def test_name_map() -> Resource:
    """Chinese names of tests to LOINC, one representative code of what the name means."""
    elements = []
    for name, analyte in sorted(chinese_test_names().items()):
        named = named_test(name)
        code = loinc_of(analyte, named.collection if named is not None else "")
        if code is not None:
            comment = "One code of the kind the name means; it may say more of specimen or method than the name does."
            elements.append({"code": name, "target": [{"code": code, "equivalence": "narrower", "comment": comment}]})
    return head(
        "ConceptMap",
        "test-name-zh-to-loinc",
        "Chinese names of tests to LOINC",
        purpose="A name says less than a LOINC code: each is mapped to one code of the kind that the name means.",
        copyright=copyright_of(LOINC),
        group=[{"source": TEST_NAMES, "target": LOINC, "element": elements}],
    )


def _names(identity: str, title: str, names: list[str]) -> Resource:
    listed = [{"code": name} for name in sorted(names)]
    return head(
        "CodeSystem",
        identity,
        title,
        purpose="Names as codes, so that they can be mapped.",
        caseSensitive=False,
        content="complete",
        count=len(listed),
        concept=listed,
    )


def code_systems() -> tuple[Resource, Resource]:
    """The names that the maps start from."""
    mapped = {each["code"] for each in test_name_map()["group"][0]["element"]}
    return (
        _names("drug-name-zh", "Chinese names of drugs", list(chinese_drug_names())),
        _names("test-name-zh", "Chinese names of tests", list(mapped)),
    )
