"""Sources of general care and of drug safety beside the guidelines: specialty statements, trials, labels."""

from __future__ import annotations

from lnfhir.citation import Guideline

AAO_2016 = Guideline("aao2016", "AAO 2016 hydroxychloroquine screening recommendations", 2016)
HCQ_JOINT_2021 = Guideline("hcq-joint2021", "ACR/AAD/RDS/AAO joint statement on hydroxychloroquine", 2021)
HCQ_TRIAL = Guideline("hcq-rct", "Trial of hydroxychloroquine 2-3 against 5 mg/kg with blood levels", 2021)
HCQ_OBESITY = Guideline("hcq-ob", "Hydroxychloroquine levels and retinopathy in obesity (Pedrosa 2021, Petri)", 2021)
HCQ_LABEL = Guideline("hcq-label", "Hydroxychloroquine label", 2025)
KDIGO_GD = Guideline("kdigo-gd", "KDIGO glomerular disease and CKD guidance as digested", 2024)
UKKA_2023 = Guideline("ukka2023", "UK Kidney Association SGLT2 inhibitor guideline", 2023)
UK_POTASSIUM = Guideline("uk-potassium", "UK hyperkalaemia guidance", 2023)
FARXIGA_LABEL = Guideline("far-l", "Farxiga (dapagliflozin) label", 2026)
JARDIANCE_LABEL = Guideline("jar-l", "Jardiance (empagliflozin) label", 2026)
LUPKYNIS_LABEL = Guideline("vcs-l", "Lupkynis (voclosporin) label", 2025)
GAZYVA_LABEL = Guideline("obi-l", "Gazyva (obinutuzumab) label", 2025)
BENLYSTA_SMPC = Guideline("bel-smpc", "Benlysta (belimumab) EU product information", 2024)
ULORIC_LABEL = Guideline("febuxostat-l", "Uloric (febuxostat) label", 2023)
MMF_LABEL = Guideline("mmf-l", "Mycophenolate label and REMS", 2023)
LEFLUNOMIDE_LABEL = Guideline("lef-l", "Leflunomide label", 2023)
DEVINE = Guideline("devine1974", "Devine, ideal body weight", 1974)
DIABETES_CRITERIA = Guideline("ada-diagnosis", "ADA criteria for the diagnosis of diabetes", 2024)
CYC_REVIEW = Guideline("cyc-cumulative", "Cumulative cyclophosphamide and cancer risk, as digested", 2024)
AZA_DIGEST = Guideline("aza-interactions", "Azathioprine interactions and thiopurine testing, as digested", 2024)
