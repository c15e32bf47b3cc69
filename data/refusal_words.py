"""How people refuse in their own words, by language, and the same words where they mean no refusal.

Without accents, in any case; a blank is a blank.
"""

import re

_REFUSALS: dict[str, str] = {
    "English": r"""s+t+o+p+(ing)? | uns[uib]{0,2}\w{0,3}cri?b\w* | unsub\w* | opt(ed|ing)?[ -]?(me )?out
        | (remove|erase|delete) (me|my|this|us|our)
        | (revoke|withdraw|rescind)\w* (\w+ )?consent | (do ?n[o']?t|did ?n[o']?t|not|never) consent
        | (did ?n[o']?t|did not|never) (\w+ )?(sign(ed)?|subscribed?|agreed?) (up|to|for)
        | how did you get my (number|phone|email) | please (discontinue|desist|cease|quit) | discontinue \w+
        | tcpa | fcc | do not (call|contact|text) (list|registry) | scam\w* | phishing | block(ed|ing) you
        | (knock|cut) it (off|out) | get lost | (f+|fuck|piss|bugger|sod) off | go to hell | fuck (you|this)
        | (please )?no more( please)? (of )?(this|these|requests?) | enough already | end (this|these)
        | i said no | i'?d rather not | leave me be | stop asking | asked you (\w+ )?times
        | cancel (all|these|the) (text|message|notification|alert|email)\w* | who'?s? (this|dis)
        | (keep|already) asked me
        | (do ?n[o']?t|do not) (want|wish|wanna|care) (to )?(get|receive|hear)
        | (isn'?t|is not|i'?m not|i am not) (?!(sure|happy|satisfied|pleased|good|great|ready|certain|done|home|there
        |bad|surprised|disappointed|impressed|complaining|fun|nice|fair|okay|right)\b)(?-i:[A-Z][a-z]+)(?= ?([.,!]|$))
        | (isn'?t|is not) (my|his|her|their) (phone|number)
        | (this is|is) (a|my|our) (kid|child|minor|son|daughter)'?s?'? (phone|number) | minor'?s'? phone
        | (this is|on) (a|my) (work|business|office) (phone|number|line)
        | passed away | (he|she|they|mother|father|wife|husband|mom|dad) (has |have )?(is |was )?(died|deceased|dead)
        | does ?n[o']?t live here | no longer (lives here|at this|with us|on this)
        | (take|get) (me|my \w+|us) off | leave (me|us) alone | go away
        | (do ?n[o']?t|do not|never|no more|quit|cease|enough) (ever )?(text|texts|texting|message|messages
        |messaging|email|emails|emailing|contact|contacting|write|writing|call|calling|send|sending|ask
        |asking|bother|spam)\w*
        | (do ?n[o']?t|do not) want (any|anymore|these|this|your|to (be \w+ed|hear|get|receive))
        | wrong (number|person|phone|email|guy|lady|#|no|num) | no longer (his|her|their|my) (number|phone|email)
        | not interested | (lose|forget) (my|this) (number|email|address) | spam\w* | harass\w*
        | (report|block|sue)(ing)? you | who is this | no thank(s| you)""",
    "Spanish": r"""no (me )?(escrib\w+|mand\w+|envi\w+|contact\w+|molest\w+|llam\w+)( mas)?
        | no quiero (mas|recibir|que) | dej(a|e|en|ad) de | (borr|elimin|quit|sac)(a|e|en|ar)(me|nme)? (de|mi)
        | (borr|elimin|quit)(a|e|en)me | dar(me)? de baja | dame de baja | deme de baja | numero equivocado
        | ((te|se) (ha[sn]? )?|esta[sn]? )equivoc\w+ de (numero|persona)
        | no (me interesa|estoy interesad\w+|molestar|gracias) | ya basta | quien eres
        | no soy esa persona | no mas(?! (que|de)\b) | cancelar (la |mi )?suscripcion""",
    "French": r"""(ne )?(m'ecrivez|m'envoyez|me contactez|m'appelez|me derangez|me relancez) (plus|pas)
        | n'(ecrivez|envoyez|appelez|contactez) plus | ne plus (\w+ )?(recevoir|etre|ecrire|envoyer)
        | arretez(?! vous)
        | arrete[rz]?( de)? (m|me|les|vos|ces|sms|d'envoyer) ?'?\w*
        | (supprime|retire|enleve|desabonne|desinscri)\w*[ -](moi|mon|mes)
        | je ne (veux|souhaite|desire) (plus|pas) (recevoir|etre|de|vos|d') ?\w* | plus de (messages?|sms|mails?)
        | mauvais (numero|destinataire) | (mauvaise personne|faux numero) | vous vous trompez de (numero|personne)
        | pas interesse\w* | laissez[ -](moi|nous) tranquille | qui etes[ -]vous | non merci
        | (me|se) (desabonner|desinscrire)""",
    "German": r"""(schreib|kontaktier|sende|schick|ruf)\w* (\w+ ){0,3}(nicht mehr|nie wieder|keine) ?\w*
        | keine (weiteren )?(nachrichten|sms|mails?|e-mails?|werbung|anfragen)( mehr)?
        | (losch|entfern|streich)\w* (\w+ )?(mich|meine) | (melde[nt]?|trage[nt]?) (\w+ )?mich (bitte )?(ab|aus)
        | will (\w+ )?(nichts|keine) (\w+ )?(mehr|nachrichten|werbung)
        | (mochte|will) (\w+ )?(nicht|keine) (\w+ ){0,3}(kontaktiert|angeschrieben|nachrichten|erhalten
        |werden|haben) | falsche (nummer|person|adresse) | falscher empfanger | (kein|nicht) interess\w+
        | lasst? mich in ruhe | lassen sie mich in ruhe | horen sie auf | hor auf | nein danke
        | wer (ist das|sind sie) | (abbestell|abmeld|austrag)\w+ | stopp | loschen | kundigen""",
    "Portuguese": r"""nao (me )?(escrev\w+|mand\w+|envi\w+|contat\w+|contact\w+|incomod\w+|perturb\w+|lig(ue|uem)\w*)
        | nao quero (mais|receber|que|ser) | (par[ea]m?|deix[ea]m?) de (me |mandar|enviar|escrever|incomodar) ?\w*
        | (remov|retir|apag|exclu|tir|descadastr)\w*[ -](me|meu|minha) | me (remov|tir|retir|exclu|descadastr)\w+
        | numero errado | pessoa errada | engano de numero
        | nao (tenho interesse|estou interessad\w+|obrigad[oa]|sou essa pessoa) | quem e voce | me deix\w+ em paz""",
    "Italian": r"""non (mi )?(scriv\w+|mand\w+|invi\w+|contatt\w+|disturb\w+|chiam\w+)( piu)?( mi)?
        | non (scriv|mand|invi|contatt|disturb|chiam)\w+mi | non (voglio|desidero|intendo) (piu|ricevere|essere)
        | smett(ila|etela|ete)
        | (smett\w+|finit\w+|basta) (di|con|messaggi|sms|mail) ?\w* | (cancell|rimuov|elimin|togli)\w*(mi|temi)
        | numero sbagliato | (ha|hai|avete) sbagliato (numero|persona) | persona sbagliata
        | non (mi interessa|sono interessat\w+) | no grazie | lasciatemi (in pace|stare) | chi (sei|siete)""",
    "Dutch": r"""(stuur|schrijf|bel|mail|app|benader|contacteer)\w* (me|mij|ons) (\w+ )?(niet|nooit|geen) ?\w*
        | geen (berichten|sms|mails?|e-mails?|reclame)( meer)? | (verwijder|schrap|haal) (me|mij|mijn)
        | (meld|schrijf) (me|mij) (\w+ )?(af|uit)
        | wil (\w+ )?(geen|niets|niet) (\w+ ){0,2}(meer|berichten|ontvangen|benaderd)
        | verkeerd(e)? (nummer|persoon|adres) | (geen|niet) (interesse|geinteresseerd) | laat (me|mij) met rust
        | hou(d)? op | nee,? (dank|bedankt) ?\w* | wie (ben je|bent u|is dit) | stop(t)? (er)?mee""",
}
_INNOCENT: dict[str, str] = {
    "English": r"""(can|could|wo|would)(no| no|n)?'?t stop(ping)? | never stops?
        | (non|one|bus|first|last|next|full)[ -]stop | stop(ping)? (by|in)\b | (in|to) (my |the )?spam
        | no thanks? (needed|necessary) | died laughing | the wrong (person|guy|lady) (was|were|came|took)
        | (do ?n[o']?t|do not) (call|text|message) (me )?(before|until)
        | (never|do ?n[o']?t) (usually )?(write|do|leave) reviews?
        | (not|wasn't) interested in (the|an?) (up|extra|add)\w* | delete my old
        | (she|he|they|who|i) (just |then )?cut it (off|out) | blocked you in | block you (some )?time
        | who('?s?| is) this (amazing|awesome|brilliant|fantastic|great|incredible|lovely|nice|talented|wonderful)
        | (mom|mum|dad|mother|father)( has)? (died|passed away)[^.!?]{0,30} (she|he) (always |really )?(loved|enjoyed)
        | (mom|mum|dad|mother|father)( has)? (died|passed away)[^.!?]{0,30} you (all |guys )?were (so|very|kind|great)
        | (?<!this )(not|isn'?t) (a )?(scam|spam) | wrong (number|#) of | end (this time|these (wait|waiting) times)
        | never (signed up for|agreed to) anything (so|as|better) | sign up for the (class|course|lesson|event)
        | i'?d rather not (say|wait|share|mention) | please quit (raising|changing)
        | (do ?n[o']?t|do not) want to get (up|home|lost|sick|old)""",
    "Spanish": r"""no dej(a|e|en|ad) de | no (me )?(mandaron|enviaron|escribieron|llamaron|contactaron|llego)
        | no quiero que (cambie|cierre)\w* | no quiero mas que""",
    "French": r"""arret (de bus|de tram) | je n'arrete pas
        | (n'|ne (vous |nous )?)arretez (surtout )?(pas|rien|jamais)
        | ne changez (rien|pas)""",
    "German": r"""hor(t|en)? (\w+ )?nicht auf
        | keine (nachrichten|mails?|e-mails?|sms) (bekommen|erhalten|angekommen)""",
    "Portuguese": r"""nao (me )?(mandaram|enviaram|escreveram|ligaram|contataram) | nao (par[ea]|deix[ea])m? de""",
    "Italian": r"""non (mi )?(hanno|avete|ha) | non smett\w+ di | chi (siete )?bravi""",
    "Dutch": r"""(geen) (mails?|e-mails?|berichten|sms) (gekregen|ontvangen|gehad) | niet ophouden""",
}


def _any_of(patterns: dict[str, str]) -> re.Pattern[str]:
    parts = "|".join(re.sub(r"\s+\|\s+|\n\s*\|", "|", pattern) for pattern in patterns.values())
    return re.compile(rf"\b(?:{parts})(?!\w)", re.IGNORECASE)


REFUSAL, HARMLESS = _any_of(_REFUSALS), _any_of(_INNOCENT)
# The whole of an answer.
CURT = re.compile(
    r"(no|nope|not now|remove|delete|mute|block(ed)?|enough|cease|spam|dnc|fu|please do ?n[o']?t|can you not"
    r"|(please )?no more( please)?|basta ya|nicht mehr schreiben|new phone)\W*",
    re.IGNORECASE,
)

# The whole of an answer: a word that stops, with numbers; it may be about an appointment, or about being asked.
_STOPS = (
    r"(?:stop(?:all|p|pen)?|un[ -]?sub[^\W\d_]*|unsuscribe|quit|end|revoke|cancel|remove|opt[ -]?out|🛑"
    r"|ar+et(?:t|er?|ez)?|stopper|desabonne(?:r|ment)|desinscri(?:re|ption)|alto|parar|detener|baja|basta|cancelar|desuscribir"
    r"|ab(?:meld|bestell)en|austragen|aufhoren|pare|sair|descadastrar|remover|ferma(?:re)?|annulla|disiscrivi(?:mi)?"
    r"|cancellami|smett(?:il|etel)a|afmelden|uitschrijven)(?![^\W\d_])"
)
_BESIDE = (
    r"(?:[^\w🛑]|[\d_]|(?:please|pls|plz|kindly|now|thanks|thank you|thx|por favor|obrigad[oa]|gracias|svp|merci|bitte"
    r"|danke|grazie|per favore|aub|alstublieft)(?![^\W\d_]))"
)
NUMBERED = re.compile(rf"(?=\D*\d){_BESIDE}*{_STOPS}(?:{_BESIDE}|{_STOPS})*", re.IGNORECASE)

# Says that it reached somebody else.
ELSEWHERE = re.compile(
    r"wrong (number|person|phone|email|guy|lady|#)|no longer (his|her|their|my) (number|phone|email)"
    r"|n[uú]mero equivocado|equivoc\w+ de (n[uú]mero|persona)|no soy esa persona"
    r"|mauvais (num[eé]ro|destinataire)|mauvaise personne|faux num[eé]ro|trompez de (num[eé]ro|personne)"
    r"|falsche (nummer|person|adresse)|falscher empf[aä]nger"
    r"|n[uú]mero errado|pessoa errada|engano de n[uú]mero|n[aã]o sou essa pessoa"
    r"|numero sbagliato|sbagliato (numero|persona)|persona sbagliata"
    r"|verkeerde? (nummer|persoon|adres)",
    re.IGNORECASE,
)
