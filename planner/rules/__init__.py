"""Labour rules as data and code: one named function per rule, with its sentence, dates and source. Not legal advice."""

from planner.rules.book import Law, RuleBook, law_of, law_of_site, override_problems, rules_for
from planner.rules.catalogue import CATALOGUE, RuleSpec, Use, settable_rules
from planner.rules.check import check, work_of
from planner.rules.contradictions import contradictions
from planner.rules.describe import describe_rules
from planner.rules.fitting import Limits, limits_of
from planner.rules.left_out import left_out
from planner.rules.measures import AgentFigures, agent_figures
from planner.rules.premiums import premium_facts
from planner.rules.registry import CHECKS, findings_of
from planner.rules.remedies import remedy_of
from planner.rules.rule import NOT_LEGAL_ADVICE, Finding, LabourRule, Severity, lawful
from planner.rules.unlawful import UnlawfulShift, forbidden, lawful_breaks, starts_lawful, unlawful_shifts
from planner.rules.work import WorkDays, in_order

__all__ = [
    "AgentFigures",
    "CATALOGUE",
    "CHECKS",
    "NOT_LEGAL_ADVICE",
    "Finding",
    "LabourRule",
    "Law",
    "Limits",
    "RuleBook",
    "RuleSpec",
    "Severity",
    "UnlawfulShift",
    "Use",
    "WorkDays",
    "agent_figures",
    "check",
    "contradictions",
    "describe_rules",
    "findings_of",
    "forbidden",
    "in_order",
    "law_of",
    "law_of_site",
    "lawful",
    "lawful_breaks",
    "left_out",
    "limits_of",
    "override_problems",
    "premium_facts",
    "remedy_of",
    "rules_for",
    "settable_rules",
    "starts_lawful",
    "unlawful_shifts",
    "work_of",
]
