"""The words that rules about wording know, by the name under which a pattern refers to them: `<people>`."""

from __future__ import annotations

from typing import Final

_ROLES: Final = (
    "(?:software |site reliability |network |security |data |support |release |devops )?engineers?|developers?|devs?|"
    "programmers?|"
    "admin(?:istrator)?s?|sysadmins?|dbas?|sres?|on-?call(?: engineer| person| sre)?|(?:person|engineer|people|one|"
    "colleague) on call|"
    "responders?|interns?|contractors?|consultants?|colleagues?|co-?workers?|employees?|staff|technicians?|juniors?|newcomers?|"
    "new hires?|commanders?|testers?|analysts?|architects?|maintainers?|committers?|reviewers?|approvers?|authors?|founders?|"
    "(?:the|a|an|our|one|their|my) (?:\\w+ )?operators?|operators of|"
    "(?:the|a|our|release|product|engineering|incident|project|line|duty|shift|engineering) managers?|"
    "(?:team|tech|technical|project|engineering|group) leads?|(?:team|crew|staff|board|community) members?|"
    "(?:product|service|code|data|system|project) owners?|people|persons?|humans?|individuals?|folks|management|leadership"
)
_ORGANISATIONS: Final = "(?:\\w+ )?(?:vendor|provider|supplier|partner|contractor|subcontractor|registrar|company)s?"
_DETERMINER: Final = "the|a|an|one|our|my|their|this|that|some|two|three|several|every|another|whichever|neither"
_ADVERB: Final = (
    "\\w+ly|also|then|just|even|still|often|soon|first|at first|again|at that time|at the time|at this point|by then|in fact|"
    "once more|never once|in turn|of course|as a result|then also|badly|in the end|unknowingly"
)
# What stands between a subject and its verb.
_AUXILIARY: Final = "had|has|have|having|was|were|is|are|did|do|does|'d|'ve|'s|'re"
_IRREGULAR: Final = (
    "been|begun|broken|brought|built|bought|caught|chosen|come|cut|dealt|done|drawn|driven|fallen|fed|felt|found|given|gone|"
    "grown|"
    "got|gotten|heard|held|hit|kept|known|laid|led|left|let|lost|made|meant|met|paid|put|read|run|rung|said|seen|sent|set|shown|"
    "shut|spent|spoken|spread|stood|stuck|taken|taught|thought|thrown|told|understood|woken|written|won|withstood|rebuilt|undone|"
    "rewritten|foreseen|forgotten|hidden|sought|split|sped|withdrawn|overseen|rolled back"
)

VOCABULARY: Final = {
    "adverb": _ADVERB,
    "role": _ROLES,
    # A person, a team or a name as a subject, with what may stand between it and the verb.
    "role_subject": (
        f"(?:(?:{_DETERMINER}) )?(?:(?!when|because|while|that|which|if|after|before)[\\w'-]+ ){{0,3}}?(?:{_ROLES})"
        f"(?: (?:on|of|from|in|at|for|with|behind) (?:[\\w'-]+ ){{0,3}}?[\\w'-]+)?(?:,? (?:who|that) (?:[\\w'-]+ "
        f"){{1,6}}?[\\w'-]+,?)?"
    ),
    "team_subject": "(?:(?:the|our|their|this|that|a|one|either|neither|no) )?(?:[\\w-]+ ){0,3}?teams?",
    "organisation": f"(?:(?:the|our|a|one|their) )(?:{_ORGANISATIONS})",
    "name": "º+(?:[\\W_]º+)*(?: º+)*",
    "pronoun": "we|i|he|she|you",
    "somebody": "somebody|someone|anybody|anyone|nobody|no one|no-one|whoever(?: (?:[\\w-]+ ){1,3}?(?:this|that|it|"
    "[\\w-]+))?|everyone|everybody",
    "who": "<name>|<role_subject>|<team_subject>|<organisation>|<pronoun>|<somebody>|(?:<role>),? (?:who|that)",
    "by_who": "<name>|(?:(?:an?|the|our|one|my|another) )(?:[\\w-]+ ){0,3}?(?:<role>|<organisation>|teams?)|me|us|him|her|"
    "somebody|someone|ourselves",
    "aux": f"(?:(?:{_AUXILIARY}) |'(?:d|ve|s|re) )?(?:(?:{_ADVERB}),? ){{0,2}}(?:(?:{_AUXILIARY}) )?(?:(?:{_ADVERB}) ){{0,2}}",
    "not": "(?:did|do|does|had|have|has|was|were|is|are)(?: not|n't)(?: <adverb>)?(?: <adverb>)?|never(?: <adverb>)?|not(?: "
    "<adverb>)?",
    "didnt": "(?:did|had|have|has)(?: not|n't)(?: <adverb>){0,2}|'d (?:not|never)(?: <adverb>)?|never(?: <adverb>)?|'ve never",
    "be": "is|are|was|were|be|been|being|has been|have been|had been|got|gets",
    # Participles, without nouns and adjectives that look like one.
    "participle": (
        f"(?:{_IRREGULAR}|(?!(?:need|speed|feed|seed|embed|hundred|shed|sacred|indeed|exceed|proceed|succeed|red|bed)\\b)"
        # "we should have automated tests" has "have" as its main verb.
        "(?!(?:automated|dedicated|improved|documented|redundant|increased|combined|extended|advanced|distributed|replicated|"
        "limited)"
        " (?!(?:the|a|an|this|that|these|those|it|them|all|our|their|to|in|by|for|on|with|at|from|before|earlier|sooner|more|"
        "and|or|"
        "much|when|if|as|so|up|down|out|back|here|there)\\b)\\w)\\w+ed)"
    ),
    "by_mistake": "accidentally|mistakenly|inadvertently|unintentionally|erroneously|unwittingly|carelessly|negligently|"
    "foolishly|hastily|blindly|recklessly|by accident|by mistake|in error",
    "wrongly": "<by_mistake>|incorrectly|wrongly|falsely|unknowingly",
    # What only people do with a task, in the past or in the participle.
    "human_act": (
        "deleted|removed|dropped|destroyed|wiped|purged|terminated|overwritten|overwrote|erased|truncated|unplugged|disabled|"
        "enabled|"
        "turned off|turned on|switched off|shut down|shutdown|merged|committed|pushed|deployed|released|published|rolled out|"
        "shipped|"
        "sent|shared|exposed|leaked|uploaded|included|omitted|left|left out|left in|changed|modified|edited|renamed|moved|copied|"
        "revoked|granted|approved|applied|executed|run|typed|entered|pasted|pointed|set|configured|added|created|introduced|"
        "triggered|restarted|rebooted|restored|reverted|upgraded|downgraded|migrated|closed|cancelled|canceled|reset|assigned|"
        "selected|chosen|checked in|given|made|disconnected|force-pushed|tagged|scaled down|bought|put"
    ),
    "attacker": (
        "attack(?:er|ers|s|ing|ed)?|adversar\\w+|hackers?|malicious\\w*|phish\\w*|victims?|exploit\\w*|threat actors?|"
        "vulnerab\\w+|"
        "compromised|intruders?|stolen|double[- ]spend\\w*|flaw|malware|exfiltrat\\w+|leaked|bad actors?|impersonat\\w+"
    ),
    "s": "(?:'d|'ve|'re|'s)?",
    "slipped": "(?:[\\w'-]+ ){1,3}(?:slip|lapse|expire)",
    "forgetful": "<organisation>",
    "software_operator": (
        "(?:kubernetes|k8s|prometheus|cert-manager|cluster|database|postgres|helm|custom|etcd|mysql|kafka|redis) operator|"
        "operator (?:pod|image|version|pattern|hub)|(?-i:(?!The|An?|Our|One|This|That)[A-Z]\\w+) operator"
    ),
    "software_actor": (
        "(?:script|job|tool|parser|scheduler|controller|service|client|server|deploy|deployment|pipeline|proxy|load balancer|"
        "cron\\w*|"
        "daemon|agent|process|library|function|code|router|automation|workflow|compiler|kernel|bot|program|application|app|"
        "query|handler|"
        "migration|terraform|ansible|helm|kubernetes|resolver|cache|plugin|driver|validator|consumer|worker)s?"
    ),
    "human_queue": (
        "(?:alerts?|alarms?|warnings?|e-?mails?|pages?|notifications?|reminders?|steps?|reviews?|deadlines?|renewals?|"
        "signals?|symptoms?|edge cases?|"
        "requirements?|details?|requests for|comments?|checklists?|procedures?|runbooks?|policy|policies|follow-?ups?|"
        "tickets?|reports?)"
    ),
    "prevention": (
        "prevented|avoided|caught|detected|mitigated|reduced|shortened|averted|helped(?! an?)|saved|revealed|surfaced|"
        "alerted|warned|flagged|blocked|"
        "lessened|minimi[sz]ed|spotted|stopped|resolved|fixed|discovered|identified|noticed|uncovered|exposed (?:the|this)|"
        "shown (?:the|this|it|us)|told us|"
        "made (?:it|this|the)(?: \\w+){0,3} (?:easier|faster|possible|clear|obvious|visible)|limited (?:the|this)|contained "
        "(?:the|this)|sufficed|been enough|been faster|been shorter|"
        "been (?:easier|quicker|better|smaller|simpler|safer)|given us|bought us"
    ),
    # Acts whose absence is a person's.
    "duty": (
        "request(?:ed)?|ask(?:ed)?|inform(?:ed)?|tell|told|warn(?:ed)?|communicate[d]?|consult(?:ed)?|coordinate[d]?|give|"
        "gave|given|"
        "check(?:ed)?|double-check(?:ed)?|test(?:ed)?|verify|verified|validate[d]?|review(?:ed)?|read|follow(?:ed)?|think|"
        "thought|"
        "consider(?:ed)?|plan(?:ned)?|prepare[d]?|document(?:ed)?|escalate[d]?|publish(?:ed)?|announce[d]?|make|made|"
        "bother(?:ed)?|"
        "care[d]?|pay|paid|take|took|taken|account(?:ed)?|monitor(?:ed)?|practi[sc]e[d]?|rehearse[d]?|renew(?:ed)?|rotate[d]?|"
        "clean(?:ed)?|remember(?:ed)?|raise[d]?|report(?:ed)?|schedule[d]?|acknowledge[d]?|respond(?:ed)?|react(?:ed)?|"
        "act(?:ed)?|"
        "look(?:ed)?|investigate[d]?|perform(?:ed)?|conduct(?:ed)?|post(?:ed)?|update[d]?|run|ran|set up|notify|notified"
    ),
    "vague_number": (
        "(?<!how\\s)(?<!too\\s)(?<!so\\s)(?<!as\\s)(?<!the\\s)(?:some|many|several|a few|quite a few|numerous|various|"
        "countless|lots of|a lot of|plenty of|a couple of|dozens of|scores of)|"
        "(?<!the\\s)most(?: of)?|(?:a|an) (?:<size> )?(?:number|majority|minority|portion|part|share|fraction|percentage|"
        "proportion|amount|subset|handful|group|bunch|quantity) of|"
        "the (?:vast |overwhelming |great |large )?(?:majority|bulk) of|<size> (?:numbers|portions|parts|amounts|quantities|"
        "proportions) of|multiple"
    ),
    "size": "(?:(?:very|relatively|quite|fairly|extremely) )?(?:small|large|larger|smaller|significant|considerable|good|"
    "fair|limited|huge|substantial|tiny|great|vast|unknown|sizeable|sizable|high|low|growing|big|certain|massive)",
    "affected": (
        "users|customers|clients|requests|orders|people|visitors|errors|events|tests|services|builds|hosts|workloads|jobs|"
        "pods|nodes|servers|"
        "instances|machines|messages|e-?mails|notifications|transactions|payments|deposits|withdrawals|queries|calls|"
        "connections|sessions|"
        "logins|accounts|tenants|organi[sz]ations|teams|repositories|repos|packages|sdks|sites|websites|pages|apps|"
        "applications|deployments|"
        "deploys|pipelines|runs|tasks|shops|stores|merchants|partners|validators|blocks|records|rows|files|uploads|downloads|"
        "images|artifacts|"
        "prs|pull requests|workflows|clusters|endpoints|routes|apis|features|devices|integrations|webhooks|subscribers|"
        "readers|players|drivers|"
        "operations|responses|searches|checkouts|reports|tickets|members|viewers|streams|developers|projects|companies|"
        "businesses|"
        "attestations|reservations|bookings|alerts|metrics|backups|invoices|tokens|volumes|databases|regions|environments|"
        "notebooks|hubs|"
        "wallets|peers|proposals|students|patients|passengers|sellers|buyers|guests|households|parcels|shipments|data points|"
        "data|impact"
    ),
    "vague_time": (
        "(?:several|some|many|a few|a couple of|a couple|a number of|quite a few|multiple|countless) (?:more |long |extra |"
        "additional )?(?:seconds|minutes|hours|days|weeks|months)|"
        "(?:for|after|over|during|within) (?:some|a|quite a|a good|an?) (?:short |brief |long |longer |small |limited |"
        "certain |prolonged |extended |considerable |"
        "significant |little |sustained )?(?:while|time|period|period of time|window|moment|amount of time)(?! (?:in which|"
        "between|from|of (?!time)|interval|window|step|limit))|"
        "for (?:quite )?some time|a (?:short|long|brief) (?:time|while|period)(?! (?:interval|window|step|limit))|for hours|"
        "for days|"
        "for minutes|for weeks"
    ),
    "failing": (
        "fail\\w*|break\\w*|noticed|saw|downtime|partial\\w*|without|too slow|delet\\w*|unstable|degrad\\w*|high|higher|"
        "twice|duplicat\\w*|"
        "latency|elevated|increased|errors?|error rates?|slow\\w*|delay\\w*|unavailable|inaccessible|unreachable|unable|"
        "could(?: not|n't)|"
        "cannot|can't|"
        "lost|lose|dropped|missing|affect\\w*|impact\\w*|degrad\\w*|experience\\w*|down|offline|outage|disrupt\\w*|broke\\w*|"
        "interrupt\\w*|time[ds]? out|timing out|timeouts?|stuck|crash\\w*|stale|wrong|incorrect|rejected|refused|took|longer|"
        "late|"
        "gone|missed|compromised|stopped|blocked|prevented|not (?:be )?(?:able|sent|delivered|processed|uploaded|received|"
        "reach\\w*|available|served)"
    ),
}
