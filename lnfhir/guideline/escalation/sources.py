"""The trials, cohorts and labels that the escalation options rest on."""

from __future__ import annotations

from lnfhir.citation import Guideline

BLISS_LN = Guideline("bliss-ln", "BLISS-LN, belimumab in lupus nephritis", 2020)
BLISS_LN_POST_HOC = Guideline("bliss-ln-post-hoc", "BLISS-LN, analysis by proteinuria and histology, Kidney Int", 2022)
BLISS_LN_EXTENSION = Guideline("bliss-ln-ole", "BLISS-LN, open-label extension, Clin J Am Soc Nephrol", 2022,
                               "https://doi.org/10.2215/CJN.02520322")  # fmt: skip
BLISS_LN_SUBGROUPS = Guideline("bliss-ln-new-relapsed", "BLISS-LN, new and relapsed disease, Nephrol Dial Transplant",
                               2023, "https://doi.org/10.1093/ndt/gfad167")  # fmt: skip
BEL_CHINA = Guideline("bel-cn", "Belimumab in refractory lupus nephritis, Chinese multicentre observation", 2024)
BEL_LABEL = Guideline("bel-l", "Benlysta (belimumab) US label", 2025)
BEL_NMPA = Guideline("bel-nmpa", "NMPA approval of belimumab for lupus nephritis, as reported", 2022)
AURORA_1 = Guideline("aurora1", "AURORA 1, voclosporin in lupus nephritis", 2021)
AURA_LV = Guideline("aura-lv", "AURA-LV, voclosporin in lupus nephritis, phase II", 2019)
TAC_CHINA = Guideline("tac-cn", "Tacrolimus against intravenous cyclophosphamide, JAMA Netw Open", 2022)
TAC_LONG = Guideline("tac-mok", "Mok et al., tacrolimus or mycophenolate, 10 years, Ann Rheum Dis", 2020,
                     "https://ard.bmj.com/content/79/8/1070")  # fmt: skip
NOBILITY = Guideline("nobility", "NOBILITY, obinutuzumab in lupus nephritis, phase II", 2022)
REGENCY = Guideline("regency", "REGENCY, obinutuzumab in lupus nephritis, phase III", 2025)
LUNAR = Guideline("lunar", "LUNAR, rituximab in lupus nephritis", 2012)
CALIBRATE = Guideline("calibrate", "CALIBRATE, rituximab and cyclophosphamide with or without belimumab", 2021)
TULIP_LN = Guideline("tulip-ln", "TULIP-LN, anifrolumab in lupus nephritis, phase II", 2022)
ANI_LABEL = Guideline("ani-l", "Saphnelo (anifrolumab) US label", 2026)
TEL_PHASE_3 = Guideline("tel3", "Telitacicept in SLE, phase III, NEJM", 2025)
TEL_REPORTS = Guideline("tel-reports", "Telitacicept: cohorts, phase IIb and company reports, as digested", 2025)
DARA = Guideline("dara", "Daratumumab in refractory lupus nephritis, Nature Medicine", 2023)
DARA_SLE = Guideline("dara-sle", "Daratumumab in SLE (Ostendorf), as digested", 2026)
LEF_COHORT = Guideline("lef", "Leflunomide in refractory lupus nephritis, Front Immunol 14:1133183", 2023)
LEF_27 = Guideline("lef27", "Leflunomide in 27 patients with lupus nephritis, J Clin Med Pract", 2022)
EUROLUPUS = Guideline("eurolupus", "Euro-Lupus Nephritis Trial", 2002)
WIN_LUPUS = Guideline("win-lupus", "WIN-Lupus, stopping against continuing immunosuppression", 2022)
CART_CD19 = Guideline("cart-cd19", "CD19 CAR-T cells in autoimmune disease (Erlangen series)", 2024)
CART_CHILD = Guideline("cart-child", "CD19 CAR-T cells in a 15-year-old on haemodialysis, Lancet 403:1627", 2024)
CART_BCMA = Guideline("cart-bcma", "BCMA CAR-T cells in lupus nephritis, Ann Rheum Dis", 2025)
CART_COMPOUND = Guideline("cart-ccar", "BCMA-CD19 compound CAR-T cells in lupus nephritis", 2024)
CART_DUAL = Guideline("cart-dual", "CD19 and BCMA CAR-T cells given together in SLE", 2025)
CART_ALLOGENEIC = Guideline("cart-allo", "Allogeneic CD19 CAR-T cells in autoimmune disease", 2025)
CART_IN_VIVO = Guideline("cart-invivo", "In vivo CD19 CAR-T cells by mRNA-LNP in SLE, NEJM", 2025)
CART_REVIEW = Guideline("cart-review", "CAR-T cells in SLE, news and views", 2025)
TEC_CASE = Guideline("tec-case", "Teclistamab in SLE, one case", 2024)
MSC_NANJING = Guideline("msc-nanjing", "Mesenchymal stem cells in 81 patients with refractory lupus nephritis", 2014)
MSC_KUNMING = Guideline("msc-kunming", "Deng, randomised trial of mesenchymal stem cells, Ann Rheum Dis", 2017)
MSC_VALLADOLID = Guideline("msc-valladolid", "Mesenchymal stem cells in class IV lupus nephritis, 3 cases", 2018)
MSC_MASHHAD = Guideline("msc-mashhad", "Adipose mesenchymal stem cells in refractory lupus nephritis, phase I", 2022)
PALIZADE = Guideline("palizade", "PALIZADE, zetomipzomib in lupus nephritis, clinical hold", 2024)
BI_655064 = Guideline("bi655064", "BI 655064 in lupus nephritis, phase II", 2023)
ZANUBRUTINIB = Guideline("zanubrutinib", "Zanubrutinib in lupus nephritis, NCT04643470", 2020)
REGULATORY = Guideline("regulatory", "Regulatory status, as found for this release", 2026)
"""Where an approval was looked up; each place says in which region."""
EVIDENCE = Guideline("ln-evidence", "Evidence on lupus nephritis, as digested for this release", 2026)
"""What was read in a review or an abstract without a publication of its own at hand."""
