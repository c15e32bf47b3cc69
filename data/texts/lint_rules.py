"""What a review request must not say: Google's and the FTC's rules as patterns for English; others: lint_languages.csv.

Each sentence of a text is looked at on its own. Patterns ignore case; `(?-i:…)` is where case matters.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Refused texts cannot be kept or sent; warnings are for the writer to weigh."""

    REFUSE = "refuse"
    WARN = "warn"


@dataclass(frozen=True, slots=True)
class Rule:
    """`unless` is innocent context in the same sentence; the suggestion says how to put it instead.

    What the `unsure` patterns find is as often innocent: it is only warned about.
    """

    code: str
    severity: Severity
    patterns: tuple[str, ...]
    sentence: str
    suggestion: str
    unless: str | None = None
    unsure: tuple[str, ...] = ()

    def graded(self, severity: Severity) -> tuple[str, ...]:
        """The patterns of this severity."""
        return (self.patterns if severity is self.severity else ()) + (self.unsure if severity is Severity.WARN else ())


_NEAR = r"[^.!?]{0,40}?"
_NUMBER = r"(?:\d+|one|two|three|four|five|ten|all|max(?:imum)?|full|top)"
_SIGN = "[⭐★☆✩✪✫✬✭✮✯✰⭑⭒🌟]"
_STARS = (
    rf"(?:{_NUMBER}[\s-]*(?:out of \w+[\s-]*)?(?:stars?|⭐|★|\*(?= ))|(?:\d+|two|three|four|five|ten)[\s-]*{_SIGN})"
)
_PLACES = r"(?![\s-]*(?:hotel|resort|restaurant|spa|inn|lodge|suite|stay|accommodation|cuisine|energy|safety))"
_REVIEW = r"(?:reviews?|ratings?|feedback|testimonials?|recommendations?|scores?)"
_ASK = (
    r"\b(?:give|leave|write|post|share|drop|send|submit|provide|rate|award|click|tap|press|hit|choose|select|deserves?"
    r"|earn(?:ed)?|worth|grateful for|need|want|love|appreciate|hope for|hoping for|ask(?:ing)? for|looking for|get"
    r"|receive)\b"
)
_GOOD = (
    r"\b(?:positive|good|great|excellent|glowing|favou?rable|fantastic|amazing|awesome|perfect|wonderful|stellar|rave"
    r"|outstanding|superb|brilliant|lovely|high|top|nice)"
)
_BAD = r"(?:a |an |the )?(?:bad|negative|critical|poor|unhappy|not|dissatisfied|otherwise|terrible|mixed)"
_EITHER = rf"\bor {_BAD}\b|\b{_BAD} or\b|\bor (?:un|dis)\w+"
_NEGATED = (
    r"(?:(?<!why )\bnot|\bnever|n't|\bcannot) (?!forget|hesitat|miss|wait|be |worry|delay)(?:\w+ )?(?:to )?"
    r"(?:ask|have|need|want|expect|offer|pay|giv|provid|reward|trad|exchang|look|requir|hand|promis|mention)\w*"
    r"|\bno (?:need|rewards?|discounts?|gifts?|prizes?)\b|\bwithout (?:any|asking|offering)\b"
)
_OFFER = (
    r"\b(?:get|receive|claim|win|earn|enjoy|grab|redeem|pick up|offer(?:ing)?|send you|give you|gives you|bring you"
    r"|treat you to|thank you with|there(?:'s| is)|have|as a thank[- ]you|in return)\b"
)
_ON_US, _REVIEWING = r"\b(?:is|are) on (?:us|the house)\b", r"\b(?:review|rate\b|rating|feedback)"
_GIVE = r"\b(?:we|i)(?:'ll| will) (?:buy you|treat you|knock [$€£]|waive|plant a tree|donate)\b"
_BARE = r"(?!\s+(?:to|of|from|and|parking|wi-?fi|delivery|shipping|entry|time|spot|day|minute|moment|hand)\b)"
_TREAT = (
    r"\b(?:gifts?(?!\s*(?:shop|store|wrap|basket|boutique|box|idea|set|you (?:bought|chose|ordered)))"
    rf"|(?:free|complimentary){_BARE}|bonus|loyalty points|points|store credit|credit|refund|[$€£]\s?\d+"
    r"|\d+\s?(?:dollars|euros|pounds|bucks)|cash)"
)
_JOB = (
    r"(?:person|people|staff|team member|employee|technician|server|waiter|waitress|stylist|barber|nurse|doctor|dentist"
    r"|hygienist|agent|driver|therapist|colleague|mechanic|advisor|consultant)"
)
_MONTHS = r"(?!January|February|March|April|May|June|July|August|September|October|November|December)"
_CAPITAL = rf"(?-i:{_MONTHS}(?!Mon|Tues|Wednes|Thurs|Fri|Satur|Sun|Google|Facebook|Yelp|STOP)[A-Z][\w'-]+)"
_CONTACT = (
    r"\b(?:contact|call|tell us|tell me|e-?mail|let us|let me|reply|write to|write us|reach|talk to|speak|message"
    r"|phone)\b"
)
_PLEASED = (
    r"(?:happy|satisfied|pleased|delighted|impressed|thrilled|enjoyed|enjoy|loved|liked|love"
    r"|(?:was|were|went|is|had|did|been) (?:an? )?(?:really |very )?(?:good|great|positive|well|fine|perfect|right"
    r"|smoothly)(?<!is a good)(?<!is a great)|expectations|5 stars|five stars)\b"
)
_DISPLEASED = (
    r"\b(?:unhappy|dissatisfied|unsatisfied|disappointed|not (?:\w+ )?(?:happy|satisfied|pleased)|n't (?:\w+ )?"
    r"(?:happy|satisfied|pleased|perfect|great)|less than|(?:below|fewer|under) \w+ stars?)\b"
)
_CLAUSE = r"[^.!?,;:]{0,40}?"
_NUMBERED = (
    r"\b(?:1|one)\s*(?:-|to|through)\s*(?:5|10|five|ten)\b(?!\s*(?:business |working )?(?:minute|hour|day|week))"
)
_SHORTENERS = (
    r"bit\.ly bitly\.com tinyurl\.com t\.co goo\.gl ow\.ly is\.gd buff\.ly rebrand\.ly cutt\.ly tiny\.cc rb\.gy"
    r" shorturl\.at t\.ly bl\.ink v\.gd short\.io lnkd\.in adf\.ly tiny\.one s\.id dub\.sh"
    r" soo\.gd qr\.ae clck\.ru did\.li maps\.app\.goo\.gl l\.ead\.me tr\.ee linktr\.ee"
).replace(" ", "|")

SHORTENER = rf"(?<![\w.@-])(?:www\.)?(?:{_SHORTENERS})(?![\w-]|\.\w)\S*"
ADDRESS = (
    r"https?://\S+|\bwww\.\S+|(?<![\w@.-])(?:[a-z0-9-]+\.)+(?:com|net|org|info|biz|shop|io|co|app|page|link|me"
    r"|de|fr|uk|es|it|nl|eu)(?![\w@-])\S*"
)

RULES: tuple[Rule, ...] = (
    Rule(
        "stars",
        Severity.REFUSE,
        (
            rf"\b{_NUMBER}[\s-]*(?:stars?|\*|{_SIGN})[\s-]+{_REVIEW}",
            rf"{_ASK}{_NEAR}\b(?:top|full|maximum) (?:marks|scores?|points)\b",
            rf"{_ASK}{_NEAR}\b{_STARS}{_PLACES}",
            rf"\b{_STARS}{_PLACES}[^.!?]{{0,20}}\b(?:would|helps?|means?|makes?)\b",
            rf"(?:{_SIGN}\s*){{3,}}",
            r"\b(?:V|f[1!]ve|5)[\s-]*stars? (?:\w+ ){0,2}(?:reviews?|ratings?)\b|\bleave us V[\s-]*stars?\b",
            r"\b(?:rate|give) us (?:an? )?(?:5|10|five|ten)\b(?! (?:more )?(?:min|sec|day|week|hour|more))",
            r"\b(?:keep|reach|maintain)\b[^.!?]{0,20}\b(?:5|five)(?:\.0)?[\s-]*(?:stars?[\s-]*)?"
            r"(?:rating|average|score)",
            r"(?<!\*)\*(?:\s?\*){4}(?!\s?\*)|\b(?:earned|deserve) all the stars",
            rf"\bfive[\s-]stars? (?:\w+ ){{0,2}}{_REVIEW}",
            r"\b(?:love|count on|hope for|hoping for|deserve|earn(?:ed)?)\b[^.!?]{0,25}?"
            r"(?<!\bon )(?<!\bby )\b(?:5 ?/ ?5|10 ?/ ?10)(?![\d/])",
            r"\b(?:rate|give|score|leave)\b[^.!?]{0,20}?\b(?:5|10|five|ten)\s*(?:/|(?:out )?of)\s*(?:5|10|five|ten)\b",
        ),
        "It asks for a number of stars; Google removes such reviews.",
        "Ask for an honest review of any kind.",
        _NEGATED,
        (r"\b(?:full five would|five would be perfect|fifth star|strive for (?:5|five)[\s-]stars?)\b",),
    ),
    Rule(
        "positive",
        Severity.REFUSE,
        (
            rf"{_ASK}{_NEAR}{_GOOD} (?:\w+ )?{_REVIEW}\b",
            rf"{_GOOD} (?:\w+ )?{_REVIEW}\b[^.!?]{{0,30}}\b(?:would|helps?|means?|makes?)\b",
            r"\brate (?:us|me|our \w+) (?:high|highly|well|top|the best)\b",
            r"\braving review",
            r"\b(?:say|write|post) (?:something|some|a few|only) \w*\s?(?:nice|good|positive|kind|great)\b",
            r"\b(?:tell|let|show|share)\b[^.!?]{0,40}\bhow (?:great|amazing|wonderful|fantastic|awesome|happy"
            r"|much you (?:love|like|enjoy))",
        ),
        "It asks for a good review; the wish for a good one must not be in the question.",
        "Say that an honest opinion of any kind helps.",
        f"{_EITHER}|{_NEGATED}",
        (r"\b(?:leave|show) us (?:some|a little) love\b|\b(?:leave|write) an? '\w+' review",),
    ),
    Rule(
        "incentive",
        Severity.REFUSE,
        (
            r"(?<!using your )(?<!used your )(?<!about the )\b(?:discounts?(?!\s*(?:store|shop|market|tire|outlet))"
            r"|coupons?|vouchers?|gift ?cards?|raffles?"
            r"|giveaways?|sweepstakes?|prize draw|lotter(?:y|ies)|cash ?back|promo(?:tional)? codes?|freebies?"
            r"|rewards?|prizes?(?![\s-]*winning))\b(?!\s*(?:program|club|card|member|order|purchase|account"
            r"|request))",
            rf"{_ON_US}[^.!?]{{0,60}}{_REVIEWING}|{_REVIEWING}[^.!?]{{0,60}}{_ON_US}",
            r"\bdrawing for an? [$€£\d]|\bbogo\b|\bd[1!]scount\b",
            rf"\b{_REVIEW} for a surprise\b|\bunlock an? (?:treat|reward|gift|surprise|bonus)\b",
            rf"{_GIVE}[^.!?]{{0,50}}\breview|\breview[^.!?]{{0,30}}{_GIVE}",
            r"\b(?:for|per) (?:every|each) review,? we (?:donate|plant|give)\b",
            rf"\bhalf[- ]price\b[^.!?]{{0,40}}\bfor an? {_REVIEW}",
            r"\b(?:\d+|five|ten|fifteen|twenty|thirty|forty|fifty)\s?(?:%|percent|per cent)\s*(?:off|discount|back)\b"
            r"|[$€£]\s?\d+\s*off\b",
            r"\b(?:chance to win|win (?:an? |one |some |[$€£])|enter(?:ed)? (?:in)?to (?:win|our|the|a) ?\w* ?draw)",
            rf"{_OFFER}{_NEAR}{_TREAT}",
            rf"{_TREAT}[^.!?]{{0,40}}\b(?:for|when|if|after|once|with|in exchange for)\b[^.!?]{{0,30}}\breviews?\b",
            r"\bdonat\w+\b[^.!?]{0,40}\b(?:for|per) (?:every|each|your|a) review\b",
            rf"\b(?:in (?:return|exchange) for) (?:an? |your |every |each )?(?:\w+ )?{_REVIEW}\b",
        ),
        "It offers something for a review; Google and the FTC forbid that.",
        "Ask without offering anything.",
        _NEGATED,
        (
            rf"{_GIVE}|{_ON_US}",
            r"\btoken of (?:our )?appreciation\b",
            rf"\b{_REVIEW}\b[^.!?]{{0,40}}\bfor an? (?:free|complimentary) \w",
        ),
    ),
    Rule(
        "staff",
        Severity.REFUSE,
        (
            rf"\b(?:mention(?:ing)?|name|name[- ]?check|refer to|shout[- ]?outs?|kudos|include)\b{_NEAR}\{{sender",
            rf"\{{sender[^}}]*\}}{_NEAR}\b(?:by name|a mention|mention(?:ed)?|shout[- ]?out|kudos|in your review)\b",
            rf"\b{_REVIEW} (?:for|about|of|on|mentioning|naming) \{{sender|\brate \{{sender",
            rf"(?<!not to )\bmention(?:ing)?\s+{_CAPITAL}|\bmention (?:her|him) in\b",
            rf"\b(?:review|shout[- ]?out) (?:for|about|of) {_CAPITAL}(?= (?:and|who|by)|[,.!?]|$| in\b| if\b)",
            rf"\b(?:mention(?:ing)?|names?|include|say|tell \w+)\b{_CLAUSE}\b(?:your|our|the|whose|which) {_JOB}\b",
            rf"\b(?:mention(?:ing)?|say|tell \w+|write|name)\b{_CLAUSE}\bwho (?:helped|served|assisted|treated|looked)",
            rf"\b(?:tell|let|say)\b[^.!?]{{0,20}} {_CAPITAL} (?:sent|helped|served|did)\b",
            rf"\b{_JOB}'?s? name\b|\bmention(?:ing)? (?:\w+ ){{0,2}}names?\b|\bask for {_CAPITAL} by name",
        ),
        "It asks to name a member of the staff; Google forbids asking for that.",
        "Let people write what they like; {sender} may sign, but not be asked for.",
        _NEGATED,
        (
            rf"\btag {_CAPITAL} in\b|\btype '\w+' in\b|\b(?:google|us) know by name\b",
            rf"{_CAPITAL} would love a shout[- ]?out|\breview for {_CAPITAL}(?= \{{link)",
            r"\bplease mention (?!it|this|that|us|any)\w+ *(?=\{link)",
        ),
    ),
    Rule(
        "gating",
        Severity.REFUSE,
        (
            rf"\bif\b{_CLAUSE}\b{_PLEASED}",
            r"(?:^|[:,–-] )(?:were |was |are )?(?:you )?(?:happy|satisfied|enjoyed|loved|liked|pleased)\b"
            r"[^.!?]{0,40}\?",
            rf"\bif not\b[^.!?]{{0,20}}{_CONTACT}",
            r"\bassuming (?:all|everything) went\b[^.!?]{0,40}\b(?:review|rate|feedback)",
            r"\bmake (?:it|things) right before (?:you )?(?:review|rat|post|writ|leav)",
            r"\bif you have nothing nice to say\b",
            r"\bonly if (?!you (?:want|like\b|wish|have|feel|can|would like)|you'd like)",
            rf"\bif\b{_CLAUSE}{_DISPLEASED}[^.!?]{{0,60}}{_CONTACT}",
            r"\bif\b[^.!?]{0,60}\b(?:contact|call|tell|talk to|speak (?:to|with)|e-?mail|let) us\b[^.!?]{0,30}"
            r"\b(?:first|before|instead|rather)\b",
            r"\b(?:contact|call|tell|talk to|speak (?:to|with)|e-?mail|come to) us (?:\w+ )?(?:first|before|instead)\b",
            rf"\bbefore (?:you )?(?:leav|writ|post)\w*\b[^.!?]{{0,30}}\breview\b[^.!?]{{0,50}}{_CONTACT}",
            rf"\b(?:reply|respond|text|answer|rate)\b[^.!?]{{0,40}}{_NUMBERED}",
            rf"\bscale (?:of|from) {_NUMBERED}",
            r"\b(?:happy|satisfied) (?:customers|clients|guests|patients) only\b"
            r"|\bonly (?:our |for )?(?:happy|satisfied) (?:customers|clients|guests|patients)\b",
        ),
        "It sorts people by their mood before the link; everybody has to be asked the same.",
        "Ask everybody for a review; you may offer a word in private beside it, never instead of it.",
        _EITHER,
        (
            rf"[😞☹🙁😡😠👎]\W{{0,3}}{_CONTACT}",
            r"\bassuming (?:all|everything) went\b|\bmake (?:it|things) right before\b",
        ),
    ),
    Rule(
        "shortener",
        Severity.REFUSE,
        (SHORTENER,),
        "It uses a public link shortener; carriers block those.",
        "Use {link}, which is already short and counts its clicks.",
    ),
    Rule(
        "address",
        Severity.WARN,
        (ADDRESS,),
        "It has an address besides {link}; clicks on it are not counted, and filters grow suspicious.",
        "Keep {link} as the only one.",
        SHORTENER,
    ),
)
