"""Cohorts: who came together, who came back and when, and what they were worth."""
