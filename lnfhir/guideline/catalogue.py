"""Every recommendation, in the order in which a report shows them."""

from __future__ import annotations

from lnfhir.guideline import blood_pressure, bone, glucocorticoids, hydroxychloroquine, ras_blockade, sglt2
from lnfhir.guideline.escalation import recommendations as escalation
from lnfhir.guideline.recommendation import Recommendation

RECOMMENDATIONS: tuple[Recommendation, ...] = (
    *escalation.RECOMMENDATIONS,
    *hydroxychloroquine.RECOMMENDATIONS,
    *ras_blockade.RECOMMENDATIONS,
    *sglt2.RECOMMENDATIONS,
    *blood_pressure.RECOMMENDATIONS,
    *glucocorticoids.RECOMMENDATIONS,
    *bone.RECOMMENDATIONS,
)
