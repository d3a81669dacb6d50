"""Groups of ingredients the rules speak of. Every member is the key of a packaged value set."""

from __future__ import annotations


def _keys(words: str) -> frozenset[str]:
    return frozenset(words.split())


GLUCOCORTICOIDS = _keys(
    "prednisone prednisolone methylprednisolone dexamethasone hydrocortisone betamethasone triamcinolone "
    "cortisone deflazacort vamorolone"
)
MYCOPHENOLATES = frozenset({"mycophenolate-mofetil", "mycophenolic-acid"})
INDUCTION = MYCOPHENOLATES | {"cyclophosphamide"}
CALCINEURIN_INHIBITORS = frozenset({"tacrolimus", "ciclosporin", "voclosporin"})
ANTI_CD20 = frozenset({"rituximab", "obinutuzumab", "ocrelizumab"})
BIOLOGICS = ANTI_CD20 | {"belimumab", "anifrolumab", "daratumumab", "telitacicept", "teclistamab", "blinatumomab"}
CELL_THERAPIES = frozenset({"tisagenlecleucel", "axicabtagene", "ciltacabtagene", "idecabtagene", "car-t"})
ANTIMALARIALS = frozenset({"hydroxychloroquine", "chloroquine", "quinacrine"})
COMPLEMENT_INHIBITORS = frozenset({"eculizumab", "ravulizumab", "iptacopan"})
MTOR_INHIBITORS = frozenset({"sirolimus", "everolimus"})

ACE_INHIBITORS = _keys(
    "benazepril captopril enalapril enalaprilat fosinopril lisinopril moexipril perindopril quinapril ramipril "
    "trandolapril cilazapril imidapril"
)
ARBS = _keys("azilsartan candesartan eprosartan irbesartan losartan olmesartan telmisartan valsartan allisartan")
RAS_BLOCKERS = ACE_INHIBITORS | ARBS | {"sparsentan", "aliskiren"}
SGLT2_INHIBITORS = _keys(
    "dapagliflozin empagliflozin canagliflozin ertugliflozin bexagliflozin sotagliflozin henagliflozin"
)
MINERALOCORTICOID_ANTAGONISTS = frozenset({"finerenone", "spironolactone", "eplerenone"})
DIURETICS = _keys(
    "furosemide torsemide bumetanide ethacrynic-acid hydrochlorothiazide chlorthalidone chlorothiazide indapamide "
    "metolazone amiloride triamterene acetazolamide tolvaptan spironolactone eplerenone"
)
POTASSIUM_RAISING = _keys(
    "potassium-chloride potassium-citrate amiloride triamterene trimethoprim trimethoprim-sulfamethoxazole"
)
NSAIDS = _keys(
    "ibuprofen naproxen diclofenac celecoxib etoricoxib indomethacin ketorolac ketoprofen meloxicam nabumetone "
    "etodolac piroxicam sulindac oxaprozin flurbiprofen fenoprofen diflunisal mefenamic-acid loxoprofen"
)
PPIS = _keys("omeprazole esomeprazole pantoprazole lansoprazole dexlansoprazole rabeprazole")
AMINOGLYCOSIDES = _keys("gentamicin tobramycin amikacin streptomycin neomycin plazomicin")
NEPHROTOXINS = (
    NSAIDS
    | AMINOGLYCOSIDES
    | _keys("amphotericin-b cisplatin tenofovir-disoproxil adefovir foscarnet cidofovir lithium vancomycin")
)

STRONG_CYP3A4_INHIBITORS = _keys(
    "clarithromycin telithromycin itraconazole ketoconazole posaconazole voriconazole ritonavir cobicistat "
    "nelfinavir saquinavir nefazodone idelalisib ceritinib"
)
MODERATE_CYP3A4_INHIBITORS = frozenset({"diltiazem", "verapamil", "fluconazole", "erythromycin"})
STRONG_CYP3A4_INDUCERS = _keys(
    "rifampicin carbamazepine phenytoin phenobarbital primidone mitotane enzalutamide apalutamide lumacaftor "
    "st-johns-wort"
)

IMMUNOSUPPRESSANTS = (
    INDUCTION
    | CALCINEURIN_INHIBITORS
    | BIOLOGICS
    | CELL_THERAPIES
    | MTOR_INHIBITORS
    | COMPLEMENT_INHIBITORS
    | _keys(
        "azathioprine mercaptopurine leflunomide teriflunomide methotrexate fludarabine filgotinib zanubrutinib "
        "iguratimod tripterygium"
    )
)
TERATOGENS = (
    INDUCTION
    | RAS_BLOCKERS
    | _keys("sacubitril leflunomide teriflunomide methotrexate voclosporin warfarin tripterygium")
)

XANTHINE_OXIDASE_INHIBITORS = frozenset({"allopurinol", "febuxostat"})
CALCIUM = frozenset({"calcium-carbonate", "calcium-citrate"})
VITAMIN_D = frozenset({"colecalciferol", "ergocalciferol", "calcitriol", "alfacalcidol", "calcifediol"})
BISPHOSPHONATES = frozenset({"alendronate", "risedronate", "ibandronate", "zoledronic-acid"})
BONE_DRUGS = BISPHOSPHONATES | {"denosumab", "teriparatide"}
STATINS = _keys("simvastatin atorvastatin rosuvastatin pravastatin lovastatin fluvastatin pitavastatin")
GLP1_AGONISTS = frozenset({"semaglutide", "liraglutide", "dulaglutide"})
LIVE_VACCINES = frozenset({"live-vaccine"})

INGREDIENTS = (
    IMMUNOSUPPRESSANTS
    | GLUCOCORTICOIDS
    | ANTIMALARIALS
    | RAS_BLOCKERS
    | SGLT2_INHIBITORS
    | MINERALOCORTICOID_ANTAGONISTS
    | DIURETICS
    | POTASSIUM_RAISING
    | PPIS
    | NEPHROTOXINS
    | STRONG_CYP3A4_INHIBITORS
    | MODERATE_CYP3A4_INHIBITORS
    | STRONG_CYP3A4_INDUCERS
    | TERATOGENS
    | XANTHINE_OXIDASE_INHIBITORS
    | CALCIUM
    | VITAMIN_D
    | BONE_DRUGS
    | STATINS
    | GLP1_AGONISTS
    | LIVE_VACCINES
    | _keys("budesonide tamoxifen patiromer sodium-zirconium-cyclosilicate metformin insulin")
)
"""Every ingredient that is recognised."""
