"""The escalation rules in the order in which a report shows them."""

from __future__ import annotations

from lnfhir.guideline.escalation.branches import PREGNANCY_BRANCH, TMA_BRANCH
from lnfhir.guideline.escalation.duration import IS_DURATION, POST_CELL_THERAPY
from lnfhir.guideline.escalation.escalate import ESCALATE
from lnfhir.guideline.escalation.first_biopsy import FIRST_BIOPSY
from lnfhir.guideline.escalation.first_line_again import FIRST_LINE_AGAIN
from lnfhir.guideline.escalation.optimise import OPTIMISE
from lnfhir.guideline.escalation.referrals import MDT_REFERRAL, REPEAT_BIOPSY
from lnfhir.guideline.escalation.steroid_note import STEROID_NOTE
from lnfhir.guideline.escalation.worse import URGENT_REVIEW
from lnfhir.guideline.recommendation import Recommendation

RECOMMENDATIONS: tuple[Recommendation, ...] = (
    URGENT_REVIEW,
    PREGNANCY_BRANCH,
    TMA_BRANCH,
    FIRST_BIOPSY,
    OPTIMISE,
    REPEAT_BIOPSY,
    MDT_REFERRAL,
    ESCALATE,
    FIRST_LINE_AGAIN,
    STEROID_NOTE,
    IS_DURATION,
    POST_CELL_THERAPY,
)
