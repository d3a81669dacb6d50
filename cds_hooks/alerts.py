"""What an operator should look at although the service coped with it: for the log, the figures and the audit."""

from __future__ import annotations

from enum import Enum


class Alert(Enum):
    """Data of somebody else, or an address that is not agreed: the words under which each is counted."""

    ACCESS_FOR_ANOTHER = "access-for-another-patient"
    OTHER_PATIENT = "other-patient"
    OTHER_SUBJECT = "other-subject"
    INSTANCE_OF_ANOTHER = "hook-instance-of-another-patient"
    SERVER_NOT_ALLOWED = "fhir-server-not-allowed"
    LED_ELSEWHERE = "fhir-server-led-elsewhere"
    CERTIFICATE = "fhir-server-certificate"
