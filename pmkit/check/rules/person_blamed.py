"""The rule about people as the subject of what went wrong."""

from __future__ import annotations

from typing import Final

from pmkit.check.phrase import Phrase
from pmkit.check.phrases import words
from pmkit.check.rule import word_rule

# Praise, and what an attacker could do, is no blame.
_NO_BLAME: Final = (
    "thank\\w*|grateful|kudos|appreciat\\w+|without (?:their|his|her|the|your) (?:help|support|work|effort|assistance)|"
    "luckily|fortunately|thankfully"
)
# Only people do these, whatever the object.
_FAULTS: Final = (
    "forgot(?:ten)?(?: to)?|neglected(?: to)?|omitted to|overlooked|mis(?:configured|typed|read|understood|judged|handled|"
    "managed|"
    "interpreted|diagnosed|calculated|spelled|communicated|named|clicked|labell?ed|estimated|remembered)|"
    "(?:under|over)estimated|disregarded|dismissed|violated|bypassed|rushed(?: to)?|botched|bungled|screwed up|messed up|fumbled|"
    "dropped the ball|cut corners|panicked|jumped to conclusions|took (?:it |this |that )?for granted|lost track of|got it wrong|"
    "blew away|broke|took down|brought down|wiped|destroyed|bothered to|gave up too|mixed up|confused|procrastinated|"
    "let <slipped>|fell asleep|slept through|ignored|missed(?! (?:the|our|an) (?:slo|sla|target|objective))|skipped|caused"
)
_STATES: Final = (
    "careless|negligent|lazy|sloppy|reckless|inattentive|distracted|unprepared|incompetent|complacent|naive|overconfident|"
    "impatient|"
    "to blame|at fault|responsible for the|not careful|not paying attention|too slow|too late|slow to|too busy|asleep|"
    "unaware(?: of)?|"
    "oblivious|not aware(?: of)?|ill-prepared|under-prepared|unfamiliar with|inexperienced|clueless|wrong to|"
    "(?:completely |simply )?(?:unavailable|unreachable)|not (?:familiar|diligent|thorough|attentive|vigilant|experienced|"
    "trained)"
)
_ACTS: Final = (
    "<human_act>|ran|made|did|took|chose|picked|used|rebuilt|rebuild|built|wrote|logged in(?:to)?|gave|went|clicked|pressed|"
    "upgraded|updated|replaced|started|stopped|tested|imported|loaded|read|checked|patched|drained|edited|followed"
)
_WITHOUT: Final = (
    "without (?:a |an |any |the |first |proper(?:ly)? |prior |second |actually |even |ever |really |further |having "
    "){0,2}(?:asking|"
    "checking|testing|reading|telling|informing|notifying|verifying|review\\w*|approval|tests?|permission|consulting|warning|"
    "following|"
    "thinking|understanding|announc\\w+|authori[sz]ation|supervision|looking|confirming|validating|coordinat\\w+|"
    "communicating|backup|"
    "a backup|backing|thought|reali[sz]ing|considering|knowing)"
)
_BETTER: Final = (
    "avoided|prevented|caught|detected|noticed|reacted|responded|acted|communicated|tested|checked|used|done|known|found|fixed|"
    "mitigated|rolled back|stopped|reduced|saved|asked|planned|prepared|waited|chosen|spotted|seen|identified|discovered|"
    "reverted|"
    "escalated|shortened|limited|handled|told|warned|informed|read|followed|looked|thought|realised|realized|restored|recovered"
)
_WRONG_OBJECT: Final = (
    "(?: (?!because|since|as it|so|that|which|and|but|when|while)[\\w'-]+){0,7}? (?:(?:the |a |an )?wrong(?! (?:credentials? "
    "error|answer|number of))(?: [\\w-]+)?|(?:instead of|rather than) (?:(?:to|on|in|against|from) )?(?:the )?"
    "(?:staging|replica|standby|secondary|backup|test\\w*|development|dev|sandbox|the \\w+ one|\\w+ cluster|a copy)|not "
    "(?:as|in|on) the (?:usual|right|"
    "correct|intended) [\\w-]+|"
    "too (?:early|late|soon|fast|quickly))"
)

PHRASES: Final = (
    Phrase(
        "(?:<who>)<s> <aux>left (?:[\\w'-]+ ){1,6}?(?:enabled|disabled|open|running|exposed|unprotected|unlocked|unattended|"
        "behind|in place|on|off)",
        unless=_NO_BLAME,
    ),
    Phrase("(?:<who>)<s> <aux>(?:rubber-stamped|waved through|signed off blindly|took a shortcut|turned a blind eye|gambled)"),
    Phrase(
        "(?:<role_subject>|<team_subject>|<name>|<organisation>|we)<s> <aux>(?:was |were )?(?:caught off guard|caught by "
        "surprise|out of (?:our|their|its|his|her) depth)"
    ),
    Phrase(
        "(?:misunderstanding|miscommunication|confusion)s? (?:between|among|by|within|on the part of) (?:the |our |two |some "
        ")?(?:[\\w-]+ ){0,2}?(?:<role>|teams?|us)"
    ),
    Phrase(
        "(?:<human_queue>|(?:handover |hand-?over )?notes|documentation|messages) (?:was|were)(?: not|n't) (?:<adverb> "
        ")?(?:read|followed|noticed|acknowledged|escalated|checked|heeded|taken seriously)",
        unless="because no|by the (?:parser|script|tool|job)",
    ),
    Phrase(f"(?:<who>)<s> <aux>(?:{_FAULTS})", unless=_NO_BLAME),
    Phrase(
        "(?:<who>)<s> <aux>fail(?:ed|s)? to "
        "(?!(?:connect|reconcile|start|sync|load|parse|resolve|authenticate|reach|build)\\b)\\w+",
        unless=f"{_NO_BLAME}|<software_operator>",
    ),
    Phrase("(?:<who>|<forgetful>)<s> <aux>(?:<by_mistake>|<wrongly>)(?: \\w+ed| \\w+)?", unless=_NO_BLAME),
    Phrase(f"(?:<who>)<s> <aux>(?:{_ACTS})(?: [\\w'-]+){{0,5}} (?:by mistake|by accident|in error|accidentally)"),
    Phrase(f"(?:<who>)<s> <aux>(?:{_ACTS}){_WRONG_OBJECT}", unless=f"{_NO_BLAME}|<software_operator>"),
    Phrase(f"(?:<who>)<s> <aux>(?:{_ACTS})(?: [\\w'-]+){{0,8}}? {_WITHOUT}"),
    Phrase("(?:<who>)<s> (?:<didnt>) (?:even |properly |bother to |carefully |at all ){0,2}(?:<duty>)", unless=_NO_BLAME),
    Phrase(
        "they<s> <aux>(?:forgot|neglected|overlooked|(?:<didnt>) (?:even |properly |bother to ){0,2}(?:<duty>)|failed to "
        "(?:notice|check|reali[sz]e|test|read|tell|inform|communicate|verify|follow))",
        unless=f"{_NO_BLAME}|<attacker>|users|customers|clients|services|nodes|pods|servers|jobs|requests|hosts|tests|"
        f"alerts|checks|probes|workers|consumers|replicas|instances",
    ),
    Phrase(
        "(?:<role_subject>|<team_subject>|<name>|he|she|i)<s> (?:<didnt>) (?:even |properly )?(?:know|understand|reali[sz]e|"
        "notice|see|wait|use|finish|complete|add|set|restart|remove)",
        unless=_NO_BLAME,
    ),
    Phrase(
        "(?:<role_subject>|<team_subject>|<name>|he|she|they) (?:should(?: not|n't)?|ought to) (?:know|be more careful|"
        "pay more)\\b"
    ),
    Phrase(f"(?:<who>)<s> (?:<aux>)(?:was|were|is|are|been|be|am) (?:<adverb> )?(?:{_STATES})", unless=_NO_BLAME),
    Phrase(
        "(?:<who>)<s> <aux>(?:made|makes|made) (?:an?|the|this|another|several|some|two|our)(?: [\\w-]+){0,2} (?:mistake|"
        "error|blunder|typo|misjudge?ment|misstep|(?:wrong|bad|poor) (?:call|decision|choice|assumption))s?"
    ),
    Phrase(
        "(?:<who>)<s> <aux>(?:waited|took|needed|spent) (?:too long|far too|hours|days|over an hour|more than an hour) "
        "?(?:to|before)?"
    ),
    Phrase(
        "(?:<who>)<s> <aux>(?:lacked|lack) (?:the )?(?:\\w+ )?(?:knowledge|experience|discipline|understanding|skills?|"
        "expertise|attention|care|awareness)"
    ),
    Phrase(
        "(?:<who>)<s> (?:should|ought to)(?: not|n't)?(?:'ve| have) (?:<adverb> ){0,2}(?:<participle>|had)",
        unless="expected|victim|attacker",
    ),
    Phrase(
        f"(?:<who>)<s> (?:could|would|might)(?: not|n't)?(?:'ve| have| 've) (?:<adverb> ){{0,2}}(?:been )?(?:{_BETTER})",
        unless=f"{_NO_BLAME}|<attacker>",
    ),
    Phrase("too many (?:people|engineers|developers|users) (?:are|were) (?:using|relying|running|ignoring|misusing)"),
    Phrase(
        "(?:caused|broken|triggered|deleted|misconfigured|introduced|forgotten|overlooked|missed|ignored|mistyped|botched|"
        "dropped|wiped)(?: \\w+){0,2} by (?:<by_who>)(?! (?:attack\\w*|client|error|input|traffic|action|pod|script|tool|"
        "account|request))",
        unless="<attacker>|scheduled|automatically",
    ),
    Phrase(
        "(?:<be>) (?:<adverb> ){0,2}(?:overlooked|forgotten about|forgotten|neglected|misjudged|underestimated|mishandled|"
        "disregarded|rushed)(?! (?:job|task|queue|batch))",
        unless="right to be forgotten|not (?:be )?(?:overlooked|forgotten|underestimated)",
    ),
    Phrase(
        "(?:<human_queue>)(?: [\\w'-]+){0,4}? (?:was|were|been|went) (?:<adverb> )?(?:missed|ignored|dismissed|skipped|"
        "unanswered|unread|unheeded|not (?:done|followed|noticed|read|acknowledged|escalated))",
        unless="because no|by the (?:parser|script|tool|job)",
    ),
    Phrase("(?:<be>) (?:<adverb> )?(?:<by_mistake>) (?:\\w+ed|<participle>|<human_act>)"),
    Phrase(
        "(?:<be>) (?:incorrectly|wrongly|falsely) (?:deleted|removed|merged|deployed|sent|applied|assumed|assessed|"
        "believed|approved|closed|thought|judged|dismissed|classified)"
    ),
    Phrase(
        "(?:<be>) (?:<adverb> )?(?:<human_act>)(?: [\\w'-]+){0,5}? (?:by mistake|by accident|in error|accidentally|"
        "mistakenly|inadvertently)"
    ),
    Phrase(
        "(?:<be>) (?:<adverb> )?(?:run|executed|typed|entered|merged|clicked|pressed|chosen|picked|selected|applied)(?: "
        "[\\w'-]+){0,4}? (?:against|on|in|to|with|into|as|from) the wrong [\\w-]+",
        unless="<software_actor>",
    ),
    Phrase(
        "(?:<be>)(?: not|n't)(?: <adverb>)? (?:considered|thought of|thought about|taken into account|accounted for|"
        "communicated|told|informed|consulted|thought through|planned for|given (?:notice|any|enough|sufficient|a "
        "heads?.up))"
    ),
    Phrase(
        "(?:nothing was done|no action was taken|nothing happened|no[- ]one (?:acted|reacted|responded|followed up|"
        "checked|thought|looked|told|asked|bothered|took)|nobody (?:acted|reacted|responded|followed up|checked|thought|"
        "looked|told|asked|bothered|took))(?: (?:for|about|until|during|in)(?: [\\w-]+){1,4})?",
        unless="because no (?:alert|page)",
    ),
    Phrase(
        "(?:manual )?(?:testing|review|code review|verification|preparation|planning|communication|documentation|"
        "check)(?: of [\\w'-]+(?: [\\w'-]+){0,3})? (?:was|were|had been) (?:<adverb> )?(?:incomplete|inadequate|"
        "insufficient|rushed|superficial|poor|sloppy|careless|cursory|half-hearted|forgotten)"
    ),
    Phrase(
        "(?:omitting|neglecting|forgetting|failing) to (?:validate|check|test|verify|update|add|tell|inform|notify|review|"
        "remove|include|set|renew|read|document|communicate|escalate|consider|ask|follow|account|run)"
    ),
    Phrase(
        "(?!it |this |that |there |these |those |he |she |they |we |you |nobody |someone |prometheus |grafana |"
        "alertmanager |datadog |nagios |kubernetes )(?-i:[A-Z][a-z]+)(?: (?-i:[A-Z][a-z]+))? (?:did not|didn't|had not|"
        "hadn't|never) (?:tell|told|"
        "inform(?:ed)?|warn(?:ed)?|ask(?:ed)?|consult(?:ed)?|communicated?|coordinated?|announced?|give|given|gave)(?: "
        "[\\w-]+){0,2}(?: (?:sufficient|enough|any|much))?(?: advance)?(?: (?:notice|warning|heads?.up))?"
    ),
    Phrase("rush(?:ed|ing) to (?:get|release|ship|deploy|finish|deliver|push|meet|fix|merge|launch)"),
)

word_rule(
    "PM401",
    "person-blamed",
    "error",
    words("blames a person", PHRASES),
    reason="People who are blamed stop talking, and then nobody learns what the system made likely.",
    bad="root_cause: The engineer failed to check the pool. No test does.",
    good="root_cause: The service failed to give connections back. No test holds one that long.",
    expected="root_cause: “The engineer failed to check” blames a person",
    suggestion="Say what the system showed, allowed or lacked at that moment: a check, a warning, a default, a test.",
    flagged=(
        "root_cause: We'd accidentally changed the wrong record.",
        "root_cause: Two tables were mistakenly dropped.",
        "went_badly: We hadn't told support about the migration.",
        "contributing_factors: The renewal of the key was overlooked.",
        "went_badly: Nothing was done for an hour.",
        "root_cause: The developers, who were under pressure, missed it.",
    ),
    accepted=(
        "timeline: We marked each host as failing to boot.",
        "went_badly: We should have an alert on the age of the queue.",
        "root_cause: The attacker could have read the session, which we tested.",
        "went_well: We could not have recovered so fast without their help.",
        "root_cause: The operator failed to reconcile the resource.",
    ),
)
