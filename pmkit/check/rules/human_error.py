"""The rule about human error as a cause, in any words."""

from __future__ import annotations

from typing import Final

from pmkit.check.phrase import Phrase
from pmkit.check.phrases import words
from pmkit.check.rule import word_rule

_HUMAN_ERROR: Final = (
    Phrase(
        "(?:human|operator|pilot|user|engineers?|manual|people|administrator|operational|developer|handling|personnel|"
        "operators?)(?:'s)?[ -](?:errors?|mistakes?|failures?|slips?)"
        "(?! (?:rate|message|code|page|path|count|log|budget|response|handling|report)s?)",
        unless="user errors? (?:such as|like|with|\\()|not (?:a |due to |because of )?(?:human|operator|user)",
    ),
    Phrase(
        "fat[- ]finger(?:ed|ing|s)?|finger trouble|(?:copy[- ](?:and[- ])?paste|cut[- ]and[- ]paste|copy/paste) (?:error|"
        "mistake|slip)s?|pebkac|slips? of the (?:finger|hand)"
    ),
    Phrase(
        "(?:accidental|mistaken|unintended|unintentional|inadvertent|erroneous) (?:execution|deletion|removal|deployment|"
        "shutdown|restart|reboot|change|modification|merge|commit|push|release|publication|"
        "overwrite|termination|destruction|misconfiguration|activation|deactivation|drop|truncation|command|click|upgrade|"
        "disabling|enabling|unplugging|exposure|disclosure|disconnection)(?:s)?"
        "(?! (?:protection|prevention|guard|safeguard)s?)",
        unless="(?:protect\\w*|guard\\w*|prevent\\w*|avoid\\w*|against|safeguard\\w*) (?:\\w+ ){0,3}(?:accidental|"
        "mistaken|unint\\w+|inadvertent|erroneous)|<attacker>",
    ),
    Phrase(
        "(?:<role>|<name>|somebody|someone|<organisation>)(?:'s|s') (?:typo|slip|misclick|mistyping|misunderstanding|"
        "misreading|inexperience|confusion|carelessness)s?"
    ),
    Phrase(
        "(?:somebody|someone) (?:made|makes) (?:an?|the) (?:mistake|error|typo)|(?:people|humans|we all) make mistakes|"
        "(?:pressed|clicked|hit|pushed) the wrong (?:button|key|link)"
    ),
)

word_rule(
    "PM301",
    "human-error",
    "error",
    words("is not a root cause", _HUMAN_ERROR, never=("measures",)),
    reason="Human error is where the analysis begins, not where it ends: what made the error possible, likely and harmful?",
    bad="root_cause: The outage was caused by human error.",
    good="root_cause: The tool deletes without asking. It takes the same command for test and production.",
    expected="root_cause: “human error” is not a root cause",
    suggestion="Say what the system let happen: a missing check, a misleading tool, an unsafe default.",
    flagged=(
        "trigger: The accidental execution of a clean-up command.",
        "root_cause: An engineer's typo emptied the list.",
        "root_cause: A copy-paste error in the policy.",
    ),
    accepted=(
        "root_cause: Deletion protection, which guards against accidental deletion, was off.",
        "root_cause: The page counts user errors such as a wrong password.",
        "root_cause: The operator error rate rose.",
    ),
)
