"""The door for those who connect a hospital: is this FHIR, is it what our profiles ask, and can the rules use it?"""
